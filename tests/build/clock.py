"""The instant of the tests, and a clock that they can move."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

NOW = datetime(2018, 10, 1, 9, 0, tzinfo=UTC)


@dataclass
class TestClock:
    """Stands still until told otherwise."""

    __test__ = False
    instant: datetime = NOW

    def now(self) -> datetime:
        return self.instant

    def forward(self, **span: float) -> datetime:
        self.instant += timedelta(**span)
        return self.instant
