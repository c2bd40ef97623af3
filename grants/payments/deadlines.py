"""Sixty days to pay (loi 2000-321, art. 9-1, as loi 2021-875, art. 2 left it). Pure.

They run from the day the award was notified, unless the act makes the payment depend on an
event: then from that event, here the day when the last thing that was asked for is there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

TO_PAY = timedelta(days=60)
WARNED_BEFORE = timedelta(days=15)


class Pace(StrEnum):
    """How a payment stands to its clock."""

    WAITING = "waiting"
    IN_TIME = "in_time"
    SOON = "soon"
    LATE = "late"


@dataclass(frozen=True)
class Deadline:
    """The last day to pay, and how far it is: `days` left, or late."""

    pace: Pace
    due_on: date | None = None
    days: int = 0


def due_on(*, notified: date | None, claimed: date, events: Iterable[date | None]) -> date | None:
    """The last day to pay a claim; None while something that was asked for is missing.

    `notified`: the day the award was notified, for an instalment that depends on nothing else;
    None for one that does, whose clock starts with its claim or its last event.
    """
    days = list(events)
    known = [one for one in days if one is not None]
    if len(known) < len(days):
        return None
    if notified is not None and not days:
        return notified + TO_PAY
    return max([claimed, *known]) + TO_PAY


def deadline(last_day: date | None, *, today: date) -> Deadline:
    """How a payment stands on a day."""
    if last_day is None:
        return Deadline(Pace.WAITING)
    left = (last_day - today).days
    if left < 0:
        return Deadline(Pace.LATE, last_day, -left)
    soon = today + WARNED_BEFORE >= last_day
    return Deadline(Pace.SOON if soon else Pace.IN_TIME, last_day, left)
