"""What counts on a day, and what is left under a threshold. Pure; boundaries are the law's own.

An aid counts from the day on which the right to it was given. The window of de minimis aid runs
to the day: on D, whatever was granted from the same date three years before to D, both included;
from a 29 February that does not exist there, the 28th: the window is never shorter than the law's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from grants.kernel.calendar import months_later, working_days_later
from grants.people.models import AidRegime
from grants.watch.law import REGIMES, Effect, Law, Span, Watched, law

MONTHS_A_YEAR = 12
PERCENT = 100
UNDECLARED = PERCENT * PERCENT + 1
"""What stands for a share that cannot be worked out: above every share there is."""


class Origin(StrEnum):
    """How an aid is known."""

    DECIDED = "decided"
    DECLARED = "declared"


@dataclass(frozen=True, kw_only=True)
class Aid:
    """One public aid as it stands today: what was cancelled of it is already off.

    `funder_id` is None for an authority that does not use this installation. A repayable advance
    is an aid and no subsidy: it counts under de minimis rules alone. `is_pending`: voted on
    `granted_on` and not executory: its right may be given on any day since.
    """

    amount_cents: int
    granted_on: date
    regime: AidRegime
    origin: Origin
    funder: str
    funder_id: UUID | None = None
    reference: str = ""
    is_subsidy: bool = True
    is_pending: bool = False


class Verdict(StrEnum):
    """What is to be said of one threshold."""

    CLEAR = "clear"
    WARNED = "warned"
    BLOCKED = "blocked"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Margin:
    """One threshold before a decision: what counts already, what is added, what is left.

    In cents, or in hundredths of a percent for the shares (`in_percent`).
    """

    law: Law
    counted: int
    added: int
    threshold: int
    since: date | None = None
    in_percent: bool = False
    is_known: bool = True

    @property
    def total(self) -> int:
        """With what is proposed."""
        return self.counted + self.added

    @property
    def left(self) -> int:
        """What may still be given after it; below zero, by how much it is too much."""
        return self.threshold - self.total

    @property
    def most(self) -> int:
        """The most that may be added now."""
        return max(self.threshold - self.counted, 0)

    @property
    def is_crossed(self) -> bool:
        """Whether the threshold is passed: to reach it is not to pass it."""
        return self.total > self.threshold

    @property
    def verdict(self) -> Verdict:
        """Clear, a warning, or a refusal; unknown where what it needs was never declared."""
        blocks = self.law.effect is Effect.BLOCK and self.added > 0
        if not self.is_known:
            return Verdict.BLOCKED if blocks else Verdict.UNKNOWN
        if not self.is_crossed:
            return Verdict.CLEAR
        return Verdict.BLOCKED if blocks else Verdict.WARNED


def window_start(day: date, years: int) -> date:
    """The first day that counts on `day`: 30/01/2024 looks back to 30/01/2021."""
    return months_later(day, -MONTHS_A_YEAR * years)


def in_window(granted_on: date, day: date, years: int) -> bool:
    """Whether what was granted then still counts on `day`; what is later does not yet."""
    return window_start(day, years) <= granted_on <= day


def of_year(aids: Iterable[Aid], day: date) -> int:
    """The subsidies granted in the civil year of `day`, whenever in it, in cents.

    With those that may be granted in it: voted by then, and not executory yet.
    """
    return sum(
        one.amount_cents
        for one in aids
        if one.is_subsidy and (one.granted_on.year == day.year or _pends(one, day))
    )


def _pends(aid: Aid, day: date) -> bool:
    return aid.is_pending and aid.granted_on <= day


def agreement(
    aids: Iterable[Aid], added: int, day: date, funder_id: UUID, *, typed: date | None = None
) -> Margin | None:
    """Beyond it an agreement is due: the year's sum of one authority for one beneficiary.

    A second small grant may be the one that passes it. `typed`: see `days_of`.
    """
    ours = [one for one in aids if one.funder_id == funder_id and one.origin is Origin.DECIDED]
    return _of_years(Watched.AGREEMENT, ours, added, day, typed)


def auditor(
    aids: Iterable[Aid], added: int, day: date, *, typed: date | None = None
) -> Margin | None:
    """Beyond it an association appoints an auditor and publishes its accounts: all authorities."""
    return _of_years(Watched.AUDITOR, list(aids), added, day, typed)


def _of_years(
    key: Watched, aids: Sequence[Aid], added: int, day: date, typed: date | None
) -> Margin | None:
    """The fullest of the years in which what is voted on `day` may be granted."""
    found = [
        Margin(law=rule, counted=of_year(aids, one), added=added, threshold=rule.threshold)
        for one in days_of(day, typed)
        if (rule := law(key, one)) is not None and rule.threshold is not None
    ]
    return min(found, key=lambda one: one.left, default=None)


def days_of(day: date, typed: date | None) -> tuple[date, ...]:
    """The days on which what was voted on `day` may give its right.

    A vote that is typed late (on `typed`) was made executory on its own day, or is not yet: what
    others granted meanwhile counts with it.
    """
    return (day, typed) if typed is not None and typed > day else (day,)


def de_minimis(
    aids: Iterable[Aid], added: int, day: date, regime: AidRegime, *, typed: date | None = None
) -> Margin | None:
    """What the single undertaking may still be given under one regulation; None under no ceiling.

    Under the ceiling of general interest services, general aid counts too; not the other way.
    Voted on `day` and `typed` later, it is held against each day from one to the other on which
    another aid was granted: each of them would be above the ceiling.
    """
    given = [one for one in aids if _counts(one.regime, regime)]
    first, *late = days_of(day, typed)
    between = {one.granted_on for one in given if late and first < one.granted_on <= late[0]}
    found = [
        margin
        for one in sorted({first, *late, *between})
        if (margin := _on_day(given, added, one, regime)) is not None
    ]
    return min(found, key=lambda one: one.left, default=None)


def _on_day(given: Sequence[Aid], added: int, day: date, regime: AidRegime) -> Margin | None:
    key = REGIMES.get(regime)
    rule = law(key, day) if key else None
    if rule is None or rule.threshold is None:
        return None
    counted = sum(
        one.amount_cents
        for one in given
        if in_window(one.granted_on, day, rule.count) or _pends(one, day)
    )
    since = window_start(day, rule.count)
    return Margin(law=rule, counted=counted, added=added, threshold=rule.threshold, since=since)


def _counts(given: AidRegime, under: AidRegime) -> bool:
    if under is AidRegime.DE_MINIMIS_SIEG:
        return given in {AidRegime.DE_MINIMIS, AidRegime.DE_MINIMIS_SIEG}
    return given is under


@dataclass(frozen=True, kw_only=True)
class Capital:
    """The capital of a cooperative of collective interest, as it declared it on a day, in cents.

    `public_cents` is what all public holders have of it; `since_cents` what they decided after.
    """

    total_cents: int
    public_cents: int
    since_cents: int = 0


def capital_share(capital: Capital | None, added: int, day: date) -> Margin | None:
    """What all public holders together would have, in hundredths of a percent.

    New shares raise the capital by as much, and the public part with it. Without a declaration
    it is unknown, never guessed, and no share is taken: `UNDECLARED`.
    """
    rule = law(Watched.CAPITAL_SHARE, day)
    if rule is None or rule.threshold is None:
        return None
    threshold = rule.threshold * PERCENT
    if capital is None:
        return Margin(
            law=rule,
            counted=0,
            added=UNDECLARED if added > 0 else 0,
            threshold=threshold,
            in_percent=True,
            is_known=False,
        )
    public = capital.public_cents + capital.since_cents
    total = capital.total_cents + capital.since_cents
    before = _share(public, total)
    after = _share(public + added, total + added)
    return Margin(
        law=rule, counted=before, added=after - before, threshold=threshold, in_percent=True
    )


def public_aid(others: int, added: int, cost: int, day: date, percent: int | None) -> Margin | None:
    """Public aid against the project's cost where the call caps it; amounts in cents."""
    rule = law(Watched.PUBLIC_AID, day)
    if rule is None or percent is None:
        return None
    known = cost > 0
    before, after = (_share(one, cost) for one in (others, others + added))
    return Margin(
        law=rule,
        counted=before if known else 0,
        added=after - before if known else 0,
        threshold=percent * PERCENT,
        in_percent=True,
        is_known=known,
    )


def _share(part: int, whole: int) -> int:
    """A share in hundredths of a percent, rounded up: no threshold is passed by rounding down."""
    return -(-part * PERCENT * PERCENT // whole) if whole > 0 else 0


def due_on(key: Watched, day: date) -> date | None:
    """When a duty that begins on `day` falls due: months by date, or working days."""
    rule = law(key, day)
    if rule is None:
        return None
    if rule.span is Span.MONTHS:
        return months_later(day, rule.count)
    if rule.span is Span.WORKING_DAYS:
        return working_days_later(day, rule.count)
    return date.fromordinal(day.toordinal() + rule.count)
