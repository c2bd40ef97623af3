"""What a computed proposal should respect, as it is asked for and kept. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from grants.scenarios.solving.problem import Bound, Measure

KIND = "scenarios.compute"
"""The kind of job that computes one."""
QPV = "qpv"
EACH = ("each_commune", "each_track", "each_territory")
"""Targets that stand for one quota for each of them."""


@dataclass(frozen=True)
class Quota:
    """One quota: for whom (`qpv`, `track:key`, `commune:code`, `territory:code`, or one of `EACH`).

    `amount` counts projects or the smallest part of the unit, `share` is in thousandths.
    """

    target: str
    bound: Bound
    measure: Measure
    amount: int | None = None
    share: int | None = None


@dataclass(frozen=True, kw_only=True)
class Options:
    """Amounts are in the smallest part of the unit, rates in hundredths of a percent.

    Nobody gets less than `floor`; the partial one, if `partial`, at least `part_rate` of what it
    would get. Nobody gets more than `ceiling`, nor than `rate_max` of the eligible base. Each
    project draws on the envelope of its line, else of its track, else on `envelope`.
    """

    envelope: UUID
    by_track: Mapping[str, UUID]
    floor: int = 0
    ceiling: int | None = None
    rate_max: int | None = None
    part_rate: int = 0
    partial: bool = True
    quotas: tuple[Quota, ...] = ()

    def kept(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "envelope": str(self.envelope),
            "by_track": {key: str(one) for key, one in self.by_track.items()},
            "floor": self.floor,
            "ceiling": self.ceiling,
            "rate_max": self.rate_max,
            "part_rate": self.part_rate,
            "partial": self.partial,
            "quotas": [vars(one) for one in self.quotas],
        }

    @classmethod
    def taken(cls, kept: Mapping[str, Any]) -> Options:
        """What was kept."""
        quotas = (
            Quota(
                target=one["target"],
                bound=Bound(one["bound"]),
                measure=Measure(one["measure"]),
                amount=one["amount"],
                share=one["share"],
            )
            for one in kept["quotas"]
        )
        return cls(
            envelope=UUID(kept["envelope"]),
            by_track={key: UUID(one) for key, one in kept["by_track"].items()},
            floor=kept["floor"],
            ceiling=kept["ceiling"],
            rate_max=kept["rate_max"],
            part_rate=kept["part_rate"],
            partial=kept["partial"],
            quotas=tuple(quotas),
        )
