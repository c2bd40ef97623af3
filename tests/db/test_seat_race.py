"""Two who take a blind seat, or are made mentors, at once: one sees the other."""

from __future__ import annotations

from functools import partial

import pytest
from sqlalchemy import select

from build.clock import NOW
from build.juries import a_panel, a_seat, an_application_in_review
from build.mentoring import a_mentor, a_mentoring_stage
from build.people import a_funder_member, a_person, acting_as
from build.racing import raced
from grants.calls.models import CallFunder, Stage
from grants.juries import services
from grants.mentoring import services as mentoring
from grants.people.models import Funder


def test_two_officers_never_count_on_each_other(fresh_database):
    with fresh_database.transaction() as session:
        panel = a_panel(session)
        session.get_one(Stage, panel.jury.stage_id).blind = True
        paying = select(Funder).join(CallFunder).where(CallFunder.call_id == panel.call.id)
        lead = session.scalars(paying).one()
        officers = [panel.officer, a_funder_member(session, lead)]
        seats = [a_seat(session, panel.jury, person=one, accepted=False) for one in officers]
        actors = [acting_as(session, one) for one in officers]

    def take(session, nth: int) -> None:
        services.accept(session, seats[nth].id, charter=True, actor=actors[nth], now=NOW)

    found = raced(fresh_database, partial(take, nth=0), partial(take, nth=1))
    assert found == ["done", "juror.accept.only_officer"]


@pytest.mark.parametrize("seat_first", [True, False])
def test_nobody_sits_blind_and_is_made_a_mentor_at_once(fresh_database, seat_first):
    with fresh_database.transaction() as session:
        panel = a_panel(session)
        session.get_one(Stage, panel.jury.stage_id).blind = True
        person = a_person(session)
        seat = a_seat(session, panel.jury, person=person, accepted=False)
        stage = a_mentoring_stage(session, panel.call)
        mentor = a_mentor(session, stage, email=person.email)
        file = an_application_in_review(session, panel.call)
        juror, officer = acting_as(session, person), acting_as(session, panel.officer)

    def take(session) -> None:
        services.accept(session, seat.id, charter=True, actor=juror, now=NOW)

    def help_one(session) -> None:
        mentoring.pair(session, stage.id, file.id, mentor.id, actor=officer, now=NOW)

    acts = (take, help_one) if seat_first else (help_one, take)
    refused = "mentoring.pair.recused" if seat_first else "juror.accept.mentor"
    assert raced(fresh_database, *acts) == ["done", refused]
