"""How much public aid an organisation may still be given (de minimis). Pure.

Regulations (EU) 2023/2831 (general) and 2023/2832 (services of general economic interest): so
much to a single undertaking over any three years, counted to the day, whoever grants it. The
ceilings are dated data: a change of law is another line, and old grants keep their rule.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from grants.applications.deadlines import months_after
from grants.kernel.money import Cents
from grants.watch.law import LAWS, Watched

YEARS = 3


class Regime(StrEnum):
    """Which ceiling an aid counts against."""

    GENERAL = "general"
    SIEG = "sieg"


@dataclass(frozen=True)
class Ceiling:
    """What one regulation allows over three years, and from when to when it does."""

    regime: Regime
    amount_cents: Cents
    regulation: str
    starts_on: date
    ends_on: date


REGULATIONS = {
    (Watched.DE_MINIMIS, 2024): "2023/2831",
    (Watched.DE_MINIMIS_SIEG, 2024): "2023/2832",
    # What they replaced.
    (Watched.DE_MINIMIS, 2014): "1407/2013",
    (Watched.DE_MINIMIS_SIEG, 2012): "360/2012",
}
REGIMES = {Watched.DE_MINIMIS: Regime.GENERAL, Watched.DE_MINIMIS_SIEG: Regime.SIEG}
CEILINGS = tuple(
    Ceiling(
        REGIMES[one.key],
        Cents(one.threshold or 0),
        REGULATIONS[one.key, one.starts_on.year],
        one.starts_on,
        one.ends_on or date.max,
    )
    for one in LAWS
    if one.key in REGIMES
)
"""The ceilings of `grants.watch.law`, which holds every figure of the law."""


@dataclass(frozen=True)
class Aid:
    """An aid in money: how much, granted on which day, under which regime if it counts."""

    amount_cents: Cents
    granted_on: date
    regime: Regime | None


@dataclass(frozen=True)
class Standing:
    """How an organisation stands on one day against one ceiling."""

    ceiling: Ceiling
    since: date
    counted_cents: Cents

    @property
    def margin_cents(self) -> Cents:
        """What may still be granted; none when the ceiling is passed."""
        return Cents(max(self.ceiling.amount_cents - self.counted_cents, 0))

    @property
    def is_passed(self) -> bool:
        """Whether the ceiling is passed already."""
        return self.counted_cents > self.ceiling.amount_cents


def window(day: date) -> date:
    """The first day of the three years that end on `day`: 30/01/2024 looks back to 30/01/2021."""
    return months_after(day, -12 * YEARS)


def of_year(aids: Iterable[Aid], year: int) -> Cents:
    """Everything granted in a civil year, whatever its regime."""
    return Cents(sum(one.amount_cents for one in aids if one.granted_on.year == year))


def of_window(aids: Iterable[Aid], day: date) -> Cents:
    """Everything granted in the three years that end on `day`, whatever its regime."""
    since = window(day)
    return Cents(sum(one.amount_cents for one in aids if since <= one.granted_on <= day))


def standings(aids: Iterable[Aid], day: date) -> list[Standing]:
    """How an organisation stands on `day` against each ceiling in force.

    What was granted for a service of general interest and what was not add up under the higher
    ceiling; under the lower one, the general aids alone.
    """
    since, given = window(day), list(aids)
    inside = [one for one in given if one.regime and since <= one.granted_on <= day]
    found = []
    for ceiling in CEILINGS:
        if not ceiling.starts_on <= day <= ceiling.ends_on:
            continue
        counted = (
            one.amount_cents
            for one in inside
            if ceiling.regime is Regime.SIEG or one.regime is Regime.GENERAL
        )
        found.append(Standing(ceiling, since, Cents(sum(counted))))
    return found
