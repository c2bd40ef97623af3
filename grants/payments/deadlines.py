"""Sixty days to pay (loi 2000-321, art. 10, as loi 2021-875, art. 2 left it). Pure.

They run from the day the award was notified, unless the act makes the payment depend on an
event: then from that event, here the day when the last thing that was asked for is there.

No text stops these days by itself. What that article leaves to the act is used for it: a payment
depends on a claim that is whole. While something that cannot be done without is asked for, and
named, to the beneficiary (as CRPA L114-5 has it asked for), the days do not count; with the
answer they go on where they stood.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

TO_PAY = timedelta(days=60)
WARNED_BEFORE = timedelta(days=15)
Stop = tuple[date, date | None]
"""The first day that does not count, and the first that counts again; None until the answer."""


class Pace(StrEnum):
    """How a payment stands to its clock."""

    WAITING = "waiting"
    STOPPED = "stopped"
    IN_TIME = "in_time"
    SOON = "soon"
    LATE = "late"


@dataclass(frozen=True)
class Deadline:
    """The last day to pay, and how far it is: `days` left, or late, or since it was stopped."""

    pace: Pace
    due_on: date | None = None
    days: int = 0


@dataclass(frozen=True)
class Clock:
    """From which day the sixty days run, how many did, and how many did not count."""

    from_on: date
    run: int
    suspended: int


def starts_on(
    *, notified: date | None, claimed: date, events: Iterable[date | None]
) -> date | None:
    """The day from which a claim's days run; None while something that was asked for is missing.

    `notified`: the day the award was notified, for an instalment that depends on nothing else;
    None for one that does, whose clock starts with its claim or its last event.
    """
    days = list(events)
    known = [one for one in days if one is not None]
    if len(known) < len(days):
        return None
    if notified is not None and not days:
        return notified
    return max([claimed, *known])


def due_on(
    *,
    notified: date | None,
    claimed: date,
    events: Iterable[date | None],
    stops: Iterable[Stop] = (),
) -> date | None:
    """The last day to pay a claim; None until its clock starts, and while it is stopped."""
    start, found = starts_on(notified=notified, claimed=claimed, events=events), list(stops)
    if start is None or any(last is None for _, last in found):
        return None
    return start + TO_PAY + timedelta(days=suspended(start, found, date.max))


def suspended(start: date, stops: Iterable[Stop], today: date) -> int:
    """How many days did not count, from the one on which the clock started until today."""
    return sum(
        max(0, (min(last or today, today) - max(first, start)).days) for first, last in stops
    )


def clock(start: date | None, stops: Iterable[Stop], *, today: date) -> Clock | None:
    """How many days ran until today and how many did not count; None before the first."""
    if start is None:
        return None
    lost = suspended(start, list(stops), today)
    return Clock(start, max(0, (today - start).days - lost), lost)


def deadline(last_day: date | None, *, today: date, stopped_on: date | None = None) -> Deadline:
    """How a payment stands on a day."""
    if stopped_on is not None:
        return Deadline(Pace.STOPPED, stopped_on, max(0, (today - stopped_on).days))
    if last_day is None:
        return Deadline(Pace.WAITING)
    left = (last_day - today).days
    if left < 0:
        return Deadline(Pace.LATE, last_day, -left)
    soon = today + WARNED_BEFORE >= last_day
    return Deadline(Pace.SOON if soon else Pace.IN_TIME, last_day, left)
