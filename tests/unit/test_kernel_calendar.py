"""Holidays, working days and months of French law, at their boundaries."""

from __future__ import annotations

from datetime import date

import pytest

from grants.kernel.calendar import (
    holidays,
    is_working_day,
    months_later,
    working_day_from,
    working_days_later,
)


def test_the_holidays_of_a_year_are_eleven():
    assert sorted(holidays(2025)) == [
        date(2025, 1, 1), date(2025, 4, 21), date(2025, 5, 1), date(2025, 5, 8),
        date(2025, 5, 29), date(2025, 6, 9), date(2025, 7, 14), date(2025, 8, 15),
        date(2025, 11, 1), date(2025, 11, 11), date(2025, 12, 25),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("year", "month", "day"),
    [(1961, 4, 3), (2000, 4, 24), (2008, 3, 24), (2018, 4, 2), (2024, 4, 1), (2038, 4, 26)],
)
def test_easter_monday_falls_where_the_almanac_says(year, month, day):
    assert date(year, month, day) in holidays(year)


def test_a_day_that_is_no_working_day_leads_to_the_next_one():
    assert is_working_day(date(2026, 4, 30))
    assert not is_working_day(date(2026, 5, 1))  # Labour Day, a Friday
    assert working_day_from(date(2026, 5, 1)) == date(2026, 5, 4)
    assert working_day_from(date(2022, 12, 31)) == date(2023, 1, 2)  # a Saturday, then 1 January
    assert working_days_later(date(2026, 4, 30), 1) == date(2026, 5, 4)
    assert working_days_later(date(2025, 12, 24), 20) == date(2026, 1, 23)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2023, 12, 31), 2, date(2024, 2, 29)),
        (date(2022, 12, 31), 2, date(2023, 2, 28)),
        (date(2024, 2, 29), 2, date(2024, 4, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2025, 10, 31), 2, date(2025, 12, 31)),
        (date(2025, 11, 30), 1, date(2025, 12, 30)),
    ],
)
def test_months_are_counted_by_their_date(day, months, later):
    assert months_later(day, months) == later
