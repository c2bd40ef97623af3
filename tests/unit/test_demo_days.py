"""The demonstration's year: whatever the day it is given, its story stays in one fiscal year."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from grants.councils.room import clear_days
from grants.councils.rules import NOTICE_DAYS
from grants.demo.acts.days import KEPT, Days
from grants.kernel.clock import PARIS

STEPS = (155, 140, 125, 117, 112, 110, 108, 100, 93, 90, 62, 60, 5)
"""The days at which something happens in it, counted back from its last one."""
EVERY = [date(2027, 1, 1) + timedelta(days=n) for n in range(731)]


@pytest.mark.parametrize("month", range(1, 25))
def test_the_story_stays_in_its_year_whenever_it_is_given(month: int) -> None:
    wanted = (2027 + (month - 1) // 12, (month - 1) % 12 + 1)
    for today in (one for one in EVERY if (one.year, one.month) == wanted):
        days = Days(datetime.combine(today, time(10), tzinfo=PARIS))
        told = [days.before(step) for step in STEPS]
        assert {one.year for one in told} == {days.year}, today
        assert told == sorted(told), today
        assert days.end <= today - timedelta(days=KEPT) or days.year < today.year, today
        assert all(one < today for one in told), today
        assert not any(one.isoweekday() > 5 for one in told), today
        assert days.is_current == (days.year == today.year)
        assert clear_days(days.before(125), days.before(117)) >= NOTICE_DAYS, today
