"""De minimis aid: what counts on a day, the ceilings, and the margin left. Pure.

Regulations (EU) 2023/2831 and 2023/2832 (services of general economic interest); farming and
fishery have their own. The window is of three years, day by day, both ends included.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from grants.kernel.money import Cents
from grants.people.models import AidRegime

WINDOW_YEARS = 3
CEILINGS: Mapping[AidRegime, Cents] = {
    AidRegime.DE_MINIMIS: Cents(300_000_00),
    AidRegime.DE_MINIMIS_SIEG: Cents(750_000_00),
    AidRegime.DE_MINIMIS_FARMING: Cents(50_000_00),
    AidRegime.DE_MINIMIS_FISHERY: Cents(30_000_00),
}
"""What one single undertaking may receive in France within the window, in cents."""


class Aid(Protocol):
    """An aid with its day: the one on which the right to it was given, not that of payment."""

    @property
    def regime(self) -> AidRegime:
        """The rules it was granted under."""
        ...

    @property
    def granted_on(self) -> date:
        """The day the right to it was given."""
        ...

    @property
    def amount_cents(self) -> Cents:
        """How much, in cents."""
        ...


@dataclass(frozen=True)
class Margin:
    """What was received under one regulation within the window, against its ceiling, in cents."""

    regime: AidRegime
    total_cents: Cents
    ceiling_cents: Cents

    @property
    def left_cents(self) -> Cents:
        """What may still be granted, never below zero."""
        return Cents(max(self.ceiling_cents - self.total_cents, 0))

    @property
    def is_over(self) -> bool:
        """Whether the ceiling is exceeded already."""
        return self.total_cents > self.ceiling_cents


def window_start(day: date) -> date:
    """The first day that counts on `day`: the same date three years before.

    From a 29 February that does not exist there, the day before: the window is never shorter.
    """
    year = day.year - WINDOW_YEARS
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 2, 28)


def in_window(granted_on: date, day: date) -> bool:
    """Whether an aid granted on that day counts on `day`."""
    return window_start(day) <= granted_on <= day


def margins(aids: Iterable[Aid], day: date) -> list[Margin]:
    """One line for the general regulation, and one for each other that has an aid on `day`."""
    totals: dict[AidRegime, int] = {AidRegime.DE_MINIMIS: 0}
    for aid in aids:
        if aid.regime in CEILINGS and in_window(aid.granted_on, day):
            totals[aid.regime] = totals.get(aid.regime, 0) + aid.amount_cents
    return [
        Margin(regime, Cents(totals[regime]), ceiling)
        for regime, ceiling in CEILINGS.items()
        if regime in totals
    ]
