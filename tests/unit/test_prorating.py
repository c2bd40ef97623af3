"""What is taken back of an award, to the cent and to the day."""

from __future__ import annotations

from datetime import date

import pytest

from grants.kernel.money import Amount
from grants.withdrawals.prorating import Split, after_breach, split, unspent

FROM, UNTIL = date(2018, 1, 1), date(2018, 12, 31)


@pytest.mark.parametrize(
    ("breach_on", "taken"),
    [
        (date(2017, 12, 31), 3_650_00),  # before the period: all
        (date(2018, 1, 1), 3_650_00),  # its first day counts
        (date(2018, 1, 2), 3_640_00),
        (date(2018, 7, 2), 1_830_00),
        (date(2018, 12, 31), 10_00),  # and its last
        (date(2019, 1, 1), 0),
    ],
)
def test_a_breach_takes_the_days_that_remain(breach_on, taken):
    assert after_breach(Amount(3_650_00), FROM, UNTIL, breach_on) == taken


def test_what_does_not_divide_stays_with_the_beneficiary():
    # 100,00 € over three days: a third is 33,333… €.
    days = date(2018, 3, 1), date(2018, 3, 3)
    assert after_breach(Amount(10_000), *days, date(2018, 3, 3)) == 3_333
    assert after_breach(Amount(10_000), *days, date(2018, 3, 2)) == 6_666
    assert after_breach(Amount(1), *days, date(2018, 3, 2)) == 0
    # A leap day is a day.
    leap = date(2020, 2, 28), date(2020, 3, 1)
    assert after_breach(Amount(300), *leap, date(2020, 2, 29)) == 200


def test_one_day_is_a_period_and_none_is_not():
    assert after_breach(Amount(5), FROM, FROM, FROM) == 5
    with pytest.raises(ValueError, match="period"):
        after_breach(Amount(5), UNTIL, FROM, FROM)


@pytest.mark.parametrize(
    ("spent", "taken"),
    [(0, 10_000_00), (1, 9_999_99), (15_000_00, 2_500_00), (20_000_00, 0), (25_000_00, 0)],
)
def test_an_unspent_budget_takes_its_share(spent, taken):
    assert unspent(Amount(10_000_00), Amount(20_000_00), Amount(spent)) == taken


def test_an_expense_is_counted_from_a_budget():
    with pytest.raises(ValueError, match="budget"):
        unspent(Amount(1), Amount(0), Amount(0))
    with pytest.raises(ValueError, match="budget"):
        unspent(Amount(1), Amount(1), Amount(-1))


def test_what_is_not_paid_goes_first():
    assert split(Amount(100), Amount(40)) == Split(Amount(40), Amount(60))
    assert split(Amount(40), Amount(100)) == Split(Amount(40), Amount(0))
    assert split(Amount(40), Amount(0)) == Split(Amount(0), Amount(40))
