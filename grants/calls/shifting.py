"""Moves the dates of an edition to the next: by a year, or by weeks to keep the weekdays. Pure."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any

from grants.kernel.clock import PARIS, paris_instant

WEEKS = timedelta(weeks=52)


class Shift(StrEnum):
    """How the dates move."""

    YEAR = "year"
    WEEKDAYS = "weekdays"


def shifted_day(day: date, by: Shift) -> date:
    """The same day of next year (29 February becomes 28), or the same weekday 52 weeks later."""
    if by is Shift.WEEKDAYS:
        return day + WEEKS
    return day.replace(year=day.year + 1, day=min(day.day, monthrange(day.year + 1, day.month)[1]))


def shifted_instant(instant: datetime, by: Shift) -> datetime:
    """The same time of day in Paris on the day shifted, whatever the clocks do in between."""
    civil = instant.astimezone(PARIS)
    day = shifted_day(civil.date(), by)
    try:
        return paris_instant(day, civil.hour, civil.minute)
    except ValueError:  # an hour that the clocks skip that day
        return paris_instant(day, civil.hour + 1, civil.minute)


DAYS, INSTANTS = {"starts_on", "ends_on", "decides_on"}, {"opens_at", "closes_at", "cut_off_at"}


def shifted(value: Any, by: Shift) -> Any:
    """A call as `exchange.as_mapping` gives it, every date of it moved; its form stays."""
    moves: dict[str, Callable[[str], str]] = {
        **dict.fromkeys(DAYS, lambda text: shifted_day(date.fromisoformat(text), by).isoformat()),
        **dict.fromkeys(INSTANTS, lambda text: _moved(text, by)),
    }
    if isinstance(value, dict):
        return {
            key: moves[key](one) if key in moves else one if key == "form" else shifted(one, by)
            for key, one in value.items()
        }
    return [shifted(one, by) for one in value] if isinstance(value, list) else value


def _moved(text: str, by: Shift) -> str:
    return shifted_instant(datetime.fromisoformat(text), by).astimezone(UTC).isoformat()


def next_edition(text: str, year: int) -> str:
    """A title or an address with its year moved on: « Courts-circuits 2018 » gives 2019."""
    return text.replace(str(year), str(year + 1))
