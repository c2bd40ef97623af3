"""The time, always handed in: aware UTC inside, Europe/Paris for people."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


class Clock(Protocol):
    """Whoever tells the time."""

    def now(self) -> datetime:
        """The instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class ShiftedClock:
    """The machine's time moved by the whole seconds that a file holds.

    The demonstration plays the years of its sources by writing that file; web server and
    workers read it at every question, so that all of them move together. A missing or
    empty file means no shift.
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    def now(self) -> datetime:
        return datetime.now(UTC) + self._shift()

    def move_to(self, instant: datetime) -> None:
        """Make it `instant` from now on, for every process that reads the file."""
        seconds = round((instant - datetime.now(UTC)).total_seconds())
        self._write(str(seconds))

    def back_to_present(self) -> None:
        """Take the shift away."""
        self._write("0")

    def _shift(self) -> timedelta:
        try:
            return timedelta(seconds=int(self._file.read_text() or "0"))
        except FileNotFoundError:
            return timedelta()

    def _write(self, text: str) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._file.with_suffix(".new")
        fresh.write_text(text)
        fresh.replace(self._file)


def site_clock(shift: Path | None) -> Clock:
    """The machine's time; in the embedded default, shifted by what this file says."""
    return ShiftedClock(shift) if shift else SystemClock()


def paris_instant(day: date, hour: int = 0, minute: int = 0) -> datetime:
    """A civil time in Paris as an instant in UTC.

    Raises:
        ValueError: the time does not exist (the hour skipped in March).
    """
    civil = datetime(day.year, day.month, day.day, hour, minute, tzinfo=PARIS)
    instant = civil.astimezone(UTC)
    if instant.astimezone(PARIS).replace(tzinfo=None) != civil.replace(tzinfo=None):
        raise ValueError(f"{civil:%Y-%m-%d %H:%M} does not exist in Paris")
    return instant


def paris_date(instant: datetime) -> date:
    """The civil date of an instant in Paris."""
    return instant.astimezone(PARIS).date()
