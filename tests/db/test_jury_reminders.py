"""Members with unfinished files are reminded: once, of how many, never of which."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from build.clock import NOW
from build.juries import a_panel, a_recusal, a_review, a_seat, an_assignment, as_juror
from build.people import acting_as
from grants.calls.models import Stage
from grants.juries import services
from grants.juries.models import ReviewState
from grants.juries.queries import unfinished
from grants.kernel.clock import paris_date
from grants.kernel.errors import Refused, Unknown
from grants.outbox.models import Message

TODAY = paris_date(NOW)


@pytest.fixture
def panel(session):
    return a_panel(session, jurors=2, applications=2)


def ends(session, panel, *, in_days, **columns):
    stage = session.get_one(Stage, panel.jury.stage_id)
    stage.starts_on = None
    stage.ends_on = TODAY + timedelta(days=in_days)
    for name, value in columns.items():
        setattr(stage, name, value)
    session.flush()
    session.expire_all()


def reminded(session):
    found = select(Message.subject_id).where(Message.kind == "juror.reminded")
    return sorted(session.scalars(found))


def test_a_reminder_leaves_once_when_the_end_comes_near(session, panel):
    ends(session, panel, in_days=4)
    assert services.remind_due(session, now=NOW) == 0
    assert services.remind_due(session, now=NOW + timedelta(days=1)) == 2
    assert services.remind_due(session, now=NOW + timedelta(days=1, minutes=5)) == 0
    assert services.remind_due(session, now=NOW + timedelta(days=3)) == 0
    assert reminded(session) == sorted(seat.id for seat in panel.seats)


@pytest.mark.parametrize(("in_days", "remind_days"), [(-1, 3), (0, 0)])
def test_no_reminder_leaves_after_the_end_or_where_none_is_wanted(
    session, panel, in_days, remind_days
):
    ends(session, panel, in_days=in_days, remind_days=remind_days)
    assert services.remind_due(session, now=NOW) == 0


def test_an_end_put_back_reminds_again_when_it_comes_near(session, panel):
    ends(session, panel, in_days=1)
    assert services.remind_due(session, now=NOW) == 2
    ends(session, panel, in_days=10)
    assert services.remind_due(session, now=NOW + timedelta(days=1)) == 0
    assert services.remind_due(session, now=NOW + timedelta(days=8)) == 2


def test_whoever_has_finished_or_stepped_back_from_the_rest_is_left_in_peace(session, panel):
    ends(session, panel, in_days=1)
    done, recused = panel.seats
    a_review(session, done, panel.applications[0], 7, 5)
    a_review(session, done, panel.applications[1], state=ReviewState.ABSTAINED)
    a_review(session, recused, panel.applications[0], 7, 5)
    a_recusal(session, panel.jurors[1], panel.applications[1])
    assert services.remind_due(session, now=NOW) == 0


def test_a_draft_and_what_is_not_begun_are_both_left_to_finish(session, panel):
    a_review(session, panel.seats[0], panel.applications[0], 7, state=ReviewState.DRAFT)
    officer = acting_as(session, panel.officer)
    [first, second] = unfinished(session, panel.jury, officer)
    assert [(one.left, one.drafts) for one in (first, second)] == [(2, 1), (2, 0)]


def test_the_button_writes_to_those_not_written_to_today(session, panel):
    ends(session, panel, in_days=9)
    officer = acting_as(session, panel.officer)
    assert services.remind_members(session, panel.jury.id, actor=officer, now=NOW) == 2
    with pytest.raises(Refused, match=r"jury\.remind\.nobody"):
        services.remind_members(session, panel.jury.id, actor=officer, now=NOW)
    newcomer = a_seat(session, panel.jury)
    an_assignment(session, newcomer, panel.applications[0])
    assert services.remind_members(session, panel.jury.id, actor=officer, now=NOW) == 1
    tomorrow = NOW + timedelta(days=1)
    assert services.remind_members(session, panel.jury.id, actor=officer, now=tomorrow) == 3


def test_an_officer_learns_nothing_of_a_file_that_they_are_recused_from(session, panel):
    for seat in panel.seats:
        a_review(session, seat, panel.applications[0], 7, 5)
    a_recusal(session, panel.officer, panel.applications[1])
    officer = as_juror(session, panel.officer)
    assert unfinished(session, panel.jury, officer) == []


def test_a_juror_reminds_nobody(session, panel):
    with pytest.raises(Unknown):
        services.remind_members(
            session, panel.jury.id, actor=as_juror(session, panel.jurors[0]), now=NOW
        )
