"""Days to pay, names of accounts, conditions of a plan: without a database."""

from __future__ import annotations

from datetime import date

import pytest

from grants.kernel.errors import Refused
from grants.payments.deadlines import Pace, deadline, due_on
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
