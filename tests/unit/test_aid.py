"""De minimis: three years counted to the day, both ends included, whatever February does."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from grants.appraisal.aid import Aid, Regime, of_window, of_year, standings, window
from grants.kernel.money import Cents

DAY = timedelta(days=1)
D = date(2026, 10, 1)
GENERAL, SIEG = Regime.GENERAL, Regime.SIEG


def an_aid(granted_on: date, amount: int = 100, regime: Regime | None = GENERAL) -> Aid:
    return Aid(Cents(amount), granted_on, regime)


def counted(day: date, *aids: Aid) -> dict[Regime, int]:
    return {one.ceiling.regime: one.counted_cents for one in standings(aids, day)}


@pytest.mark.parametrize(
    ("day", "since"),
    [
        (D, date(2023, 10, 1)),
        (date(2027, 1, 1), date(2024, 1, 1)),
        (date(2026, 12, 31), date(2023, 12, 31)),
        (date(2028, 2, 29), date(2025, 2, 28)),  # no such day three years before: the last one
        (date(2028, 3, 1), date(2025, 3, 1)),
        (date(2027, 2, 28), date(2024, 2, 28)),
        (date(2027, 3, 1), date(2024, 3, 1)),
    ],
)
def test_the_window_begins_on_the_same_day_three_years_before(day, since):
    assert window(day) == since


@pytest.mark.parametrize(
    ("granted_on", "counts"),
    [
        (D, True),
        (D + DAY, False),
        (window(D), True),
        (window(D) - DAY, False),
        (window(D) + DAY, True),
    ],
)
def test_both_ends_of_the_window_count_and_no_day_beyond(granted_on, counts):
    aid = an_aid(granted_on)
    assert of_window([aid], D) == (100 if counts else 0)
    assert counted(D, aid) == {GENERAL: 100 * counts, SIEG: 100 * counts}


@pytest.mark.parametrize(
    ("day", "counts"),
    [
        (date(2024, 2, 28), False),  # not granted yet
        (date(2024, 2, 29), True),
        (date(2027, 2, 28), True),
        (date(2027, 3, 1), False),
    ],
)
def test_what_is_granted_on_the_29th_of_february_leaves_with_that_month(day, counts):
    assert of_window([an_aid(date(2024, 2, 29))], day) == (100 if counts else 0)


def test_on_the_29th_of_february_the_28th_three_years_before_still_counts():
    leap = date(2028, 2, 29)
    aids = [an_aid(date(2025, 2, 27), 1), an_aid(date(2025, 2, 28), 10), an_aid(leap, 1000)]
    assert of_window(aids, leap) == 1010


@pytest.mark.parametrize(
    ("day", "ceilings"),
    [
        (date(2012, 4, 28), {}),
        (date(2012, 4, 29), {SIEG: 50_000_000}),
        (date(2014, 1, 1), {SIEG: 50_000_000, GENERAL: 20_000_000}),
        (date(2023, 12, 31), {SIEG: 50_000_000, GENERAL: 20_000_000}),
        (date(2024, 1, 1), {SIEG: 75_000_000, GENERAL: 30_000_000}),
        (date(2030, 12, 31), {SIEG: 75_000_000, GENERAL: 30_000_000}),
        (date(2031, 1, 1), {}),
    ],
)
def test_the_ceilings_are_those_in_force_on_that_day(day, ceilings):
    found = {one.ceiling.regime: one.ceiling.amount_cents for one in standings([], day)}
    assert found == ceilings


@pytest.mark.parametrize(
    ("amount", "margin", "is_passed"),
    [(29_999_999, 1, False), (30_000_000, 0, False), (30_000_001, 0, True)],
)
def test_a_ceiling_may_be_reached_to_the_cent_and_not_passed(amount, margin, is_passed):
    general = next(
        one for one in standings([an_aid(D, amount)], D) if one.ceiling.regime is GENERAL
    )
    assert (general.margin_cents, general.is_passed) == (margin, is_passed)


def test_each_regime_counts_where_it_should():
    aids = [an_aid(D, 1), an_aid(D, 10, SIEG), an_aid(D, 100, None)]
    assert counted(D, *aids) == {GENERAL: 1, SIEG: 11}
    assert of_window(aids, D) == 111, "what counts against no ceiling is aid all the same"


def test_a_civil_year_is_not_a_window():
    ends = [an_aid(date(2025, 12, 31), 1), an_aid(date(2026, 1, 1), 10)]
    assert of_year([*ends, an_aid(date(2026, 12, 31), 100)], 2026) == 110
