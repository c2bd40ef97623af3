"""Days to pay, names of accounts, conditions of a plan: without a database."""

from __future__ import annotations

from datetime import date

import pytest

from grants.kernel.errors import Refused
from grants.payments.deadlines import Clock, Pace, clock, deadline, due_on
from grants.payments.holders import matches
from grants.payments.models import ConditionKind
from grants.payments.plan import Asked, Part, asked

NOTIFIED, CLAIMED = date(2018, 10, 1), date(2018, 10, 20)


@pytest.mark.parametrize(
    ("notified", "events", "expected"),
    [
        (NOTIFIED, [], date(2018, 11, 30)),
        (None, [], date(2018, 12, 19)),  # it depends on its claim
        (None, [date(2018, 9, 1)], date(2018, 12, 19)),  # met before it was claimed
        (None, [date(2018, 11, 1), date(2018, 10, 2)], date(2018, 12, 31)),
        (NOTIFIED, [date(2018, 11, 1)], date(2018, 12, 31)),  # the act waits for an event
        (None, [date(2018, 11, 1), None], None),
    ],
)
def test_sixty_days_from_notification_or_from_the_last_thing_asked_for(notified, events, expected):
    assert due_on(notified=notified, claimed=CLAIMED, events=events) == expected


@pytest.mark.parametrize(
    ("today", "pace", "days"),
    [
        (date(2018, 11, 14), Pace.IN_TIME, 16),
        (date(2018, 11, 15), Pace.SOON, 15),
        (date(2018, 11, 30), Pace.SOON, 0),
        (date(2018, 12, 1), Pace.LATE, 1),
    ],
)
def test_a_payment_is_warned_about_fifteen_days_before_and_late_the_day_after(today, pace, days):
    found = deadline(date(2018, 11, 30), today=today)
    assert (found.pace, found.days) == (pace, days)
    assert deadline(None, today=today).pace is Pace.WAITING


def days(*stops: tuple[date, date | None]) -> date | None:
    """The last day of an instalment notified on 1 October, 60 days of which end on 30 November."""
    return due_on(notified=NOTIFIED, claimed=CLAIMED, events=[], stops=stops)


def test_days_that_were_suspended_are_given_back_one_by_one():
    assert days() == date(2018, 11, 30)
    assert days((date(2018, 10, 25), date(2018, 10, 25))) == date(2018, 11, 30)
    assert days((date(2018, 10, 25), date(2018, 10, 26))) == date(2018, 12, 1)
    # Over the end of a month: seven days of October and five of November.
    assert days((date(2018, 10, 25), date(2018, 11, 6))) == date(2018, 12, 12)
    # Twice, the second time from the very day of the first answer.
    twice = ((date(2018, 10, 25), date(2018, 11, 6)), (date(2018, 11, 6), date(2018, 11, 16)))
    assert days(*twice) == date(2018, 12, 22)
    # 29 February is a day like another.
    assert days((date(2020, 2, 28), date(2020, 3, 1))) == date(2018, 12, 2)


def test_no_day_is_the_last_until_the_answer():
    asked = (date(2018, 11, 6), None)
    assert days((date(2018, 10, 25), date(2018, 10, 30)), asked) is None
    found = deadline(None, today=date(2018, 11, 30), stopped_on=asked[0])
    assert (found.pace, found.due_on, found.days) == (Pace.STOPPED, date(2018, 11, 6), 24)


def test_days_that_were_suspended_before_the_clock_started_are_not_lost():
    start = date(2018, 11, 1)  # the last thing asked for came in the middle of a pause
    given = {"notified": None, "claimed": CLAIMED, "events": [start]}
    stop = (date(2018, 10, 25), date(2018, 11, 6))
    assert due_on(**given, stops=[stop]) == date(2019, 1, 5)  # 31 December, and five days
    assert due_on(**given, stops=[(date(2018, 10, 25), start)]) == date(2018, 12, 31)


@pytest.mark.parametrize(
    ("today", "run", "lost"),
    [
        (date(2018, 10, 1), 0, 0),
        (date(2018, 10, 25), 24, 0),
        (date(2018, 10, 31), 24, 6),
        (date(2018, 11, 6), 24, 12),
        (date(2018, 12, 12), 60, 12),
        (date(2018, 9, 1), 0, 0),
    ],
)
def test_the_days_that_ran_and_those_that_did_not_make_up_the_days_that_passed(today, run, lost):
    stop = (date(2018, 10, 25), date(2018, 11, 6))
    assert clock(NOTIFIED, [stop], today=today) == Clock(NOTIFIED, run, lost)
    assert clock(None, [stop], today=today) is None


@pytest.mark.parametrize(
    ("holder", "beneficiary", "same"),
    [
        ("ASSOCIATION COUP DE POUCE", "Coup de pouce", True),
        ("Coop. Épicerie du Canal", "Épicerie du canal", True),
        ("Mme DURAND Zoé", "Zoé Durand", True),
        ("SCIC Le Fournil", "SCIC Les Tisseuses", False),
        ("Association", "Association Les Tisseuses", False),
        ("", "Les Tisseuses", False),
    ],
)
def test_the_holder_is_the_beneficiary_under_another_spelling(holder, beneficiary, same):
    assert matches(holder, beneficiary) is same


def test_a_condition_is_asked_once_and_a_free_one_is_named():
    twice = (Asked(ConditionKind.REPORT), Asked(ConditionKind.REPORT, "ignored"))
    assert asked([Part(percent=100, label="a", conditions=twice)]) == [
        (Asked(ConditionKind.REPORT),)
    ]
    unnamed = (Asked(ConditionKind.COFUNDER, " "),)
    with pytest.raises(Refused, match="condition_unnamed"):
        asked([Part(percent=100, label="a", conditions=unnamed)])
