"""The clocks of appeals, at the boundaries of the calendar."""

from __future__ import annotations

from datetime import date

import pytest

from grants.appeals.clocks import appeal_until, court_until, silence_on


@pytest.mark.parametrize(
    ("read_on", "last"),
    [
        (date(2026, 1, 15), date(2026, 3, 16)),  # a Monday: the delay is clear
        (date(2023, 12, 31), date(2024, 3, 1)),  # 29 February, and a day
        (date(2022, 12, 31), date(2023, 3, 1)),
        (date(2028, 2, 29), date(2028, 5, 2)),  # 30 April is a Sunday, 1 May a holiday
        (date(2025, 10, 31), date(2026, 1, 2)),  # 31 December, and a day: New Year
        (date(2026, 2, 28), date(2026, 4, 29)),
        (date(2026, 3, 13), date(2026, 5, 15)),  # 14 May is Ascension
    ],
)
def test_an_appeal_has_two_clear_months_until_a_working_day(read_on, last):
    assert appeal_until(read_on) == last


def test_silence_is_a_refusal_after_two_months_even_on_a_holiday():
    assert silence_on(date(2026, 3, 1)) == date(2026, 5, 1)
    assert silence_on(date(2023, 12, 31)) == date(2024, 2, 29)


def test_the_court_waits_for_the_answer_or_for_silence():
    received = date(2026, 3, 1)
    by_silence = date(2026, 7, 2)
    assert court_until(received) == by_silence
    answered = date(2026, 4, 10)
    assert court_until(received, answered_on=answered) is None
    assert court_until(received, answered_on=answered, answer_read_on=date(2026, 4, 15)) == date(
        2026, 6, 16
    )


def test_a_refusal_after_silence_opens_a_new_delay_only_while_the_first_one_runs():
    received, last = date(2026, 3, 1), date(2026, 7, 2)
    read = date(2026, 7, 3)
    assert court_until(received, answered_on=last, answer_read_on=read) == date(2026, 9, 4)
    assert court_until(received, answered_on=date(2026, 7, 3), answer_read_on=read) == last
