"""Forecast against actual: differences, percents, sums, and what a report lacks."""

from __future__ import annotations

from datetime import date

import pytest

from grants.followup import figures
from grants.followup.figures import Line
from grants.followup.models import Reminded
from grants.followup.services.reminding import ADVANCE_DAYS, REPORT_DAYS, occasion


def a_line(account="60", forecast=1_000, actual=1_000, label="Achats"):
    return Line(account, label, forecast, actual)


@pytest.mark.parametrize(
    ("forecast", "actual", "gap", "permille"),
    [
        (1_000, 1_250, 250, 250),
        (1_000, 750, -250, -250),
        (3, 4, 1, 333),
        (3, 2, -1, -333),
        (2_000, 2_001, 1, 1),  # 0,5 thousandth: away from zero
        (2_000, 1_999, -1, -1),
        (0, 300, 300, None),
        (300, 0, -300, -1_000),
        (300, None, -300, -1_000),
    ],
)
def test_the_difference_of_a_line(forecast, actual, gap, permille):
    line = a_line(forecast=forecast, actual=actual)
    assert (line.gap, line.permille) == (gap, permille)


def test_gifts_in_kind_stay_out_of_the_totals():
    lines = {
        "charges": [a_line(), a_line("86", 500, 400)],
        "products": [a_line("74", 800, 900), a_line("87", 500, 400)],
    }
    found = figures.whole(lines, 450_00)
    assert (found.charges.actual, found.in_kind_used.actual) == (1_000, 400)
    assert (found.products.gap, found.result, found.grant_permille) == (100, -100, 500)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (a_line("99"), "account_unknown"),
        (a_line("74"), "account_unknown"),  # a product among the charges
        (a_line(actual=-1), "amount_wrong"),
        (a_line(label="x" * 201), "label_too_long"),
        (a_line(), None),
    ],
)
def test_what_no_report_may_hold(line, why):
    assert figures.wrong({"charges": [line]}) == why


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ([a_line(actual=None)], "line_missing"),
        ([a_line(actual=0)], "nothing_spent"),
        ([a_line(), a_line("86", 5, 0)], None),
        ([a_line(), Line("60", " ", 0, None)], None),  # a blank line is nobody's
    ],
)
def test_what_a_report_lacks(lines, why):
    assert figures.lacking({"charges": lines}) == why


def test_what_says_nothing_is_not_kept():
    kept = figures.stored({"charges": [a_line(), Line("60", "", 0, None)]})
    assert [one["actual"] for one in kept["charges"]] == [1_000]
    assert figures.read(kept)["charges"] == [a_line()]


@pytest.mark.parametrize(
    ("today", "report", "advance"),
    [
        (date(2019, 5, 30), None, None),
        (date(2019, 5, 31), Reminded.BEFORE, None),
        (date(2019, 6, 15), Reminded.BEFORE, Reminded.BEFORE),
        (date(2019, 6, 30), Reminded.DUE, Reminded.DUE),
        (date(2019, 7, 8), Reminded.DUE, Reminded.LATE),
        (date(2019, 7, 15), Reminded.LATE, Reminded.LATE),
    ],
)
def test_reminders_come_before_on_the_day_and_after(today, report, advance):
    due = date(2019, 6, 30)
    assert occasion(due, today, REPORT_DAYS) is report
    assert occasion(due, today, ADVANCE_DAYS) is advance
