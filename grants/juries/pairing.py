"""What an officer asks of a computed assignment, as it is kept with the plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from grants.juries.matching.problem import PREFERENCE_MAX, Lack, Want, Weights
from grants.juries.models import Liking

KIND = "assignment.compute"
"""The kind of job that computes a plan."""

LIKED = {Liking.WANT: PREFERENCE_MAX, Liking.RATHER_NOT: -PREFERENCE_MAX}
"""What a juror's preference is worth on the scale of the computation."""


@dataclass(frozen=True)
class Options:
    """Readers of each application, loads, and what counts how much.

    `load_max` is for members who said nothing of what they can bear. `keep`: readings given so
    far move only if there is no other way; those already begun never do. `colleges`: at least
    one reader of each. `seed` decides between plans that are equally good.
    """

    readers: int = 3
    load_min: int = 0
    load_max: int = 30
    keep: bool = True
    colleges: bool = False
    accepted_only: bool = True
    seed: int = 1
    weights: Weights = field(default_factory=Weights)

    def kept(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)

    @classmethod
    def taken(cls, kept: Mapping[str, Any]) -> Options:
        """Out of JSON that `kept` wrote."""
        facts = dict(kept)
        return cls(**{**facts, "weights": Weights(**facts.get("weights", {}))})


def lack_kept(lack: Lack) -> dict[str, Any]:
    """What lacks, as JSON; whom it concerns as places in the plan's own lists."""
    return {**asdict(lack), "want": lack.want.value}


def lack_taken(kept: Mapping[str, Any]) -> Lack:
    """Out of JSON that `lack_kept` wrote."""
    facts = {**kept, "want": Want(kept["want"])}
    for name in ("applications", "jurors"):
        facts[name] = tuple(facts[name])
    return Lack(**facts)
