"""What members of a jury would like to read: said before scoring, of what they may know."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from build.clock import NOW
from build.juries import a_panel, a_recusal, as_juror
from grants.calls.models import Stage
from grants.juries import queries, services
from grants.juries.models import Liking, ReadingPreference
from grants.kernel.errors import Refused


@pytest.fixture
def office(session):
    return a_panel(session, applications=6, assigned=False)


def test_preferences_are_said_before_scoring_and_only_of_what_one_may_know(session, office):
    juror = office.jurors[0]
    stage = session.get_one(Stage, office.jury.stage_id)
    stage.starts_on, stage.ends_on = date(2030, 1, 1), date(2030, 2, 1)
    one, two, three, hidden = office.applications[:4]
    two.author_id = juror.id
    a_recusal(session, juror, hidden)
    actor = as_juror(session, juror)
    elsewhere = a_panel(session).applications[0]
    likings = {
        one.id: Liking.WANT,
        two.id: Liking.WANT,
        three.id: None,
        hidden.id: Liking.WANT,
        elsewhere.id: Liking.WANT,
    }
    assert services.prefer(session, office.jury.id, likings, actor=actor, now=NOW) == 1
    assert (
        services.prefer(
            session, office.jury.id, {three.id: Liking.RATHER_NOT}, actor=actor, now=NOW
        )
        == 1
    )
    said = {row.application_id: row.liking for row in session.scalars(select(ReadingPreference))}
    assert said == {one.id: Liking.WANT, three.id: Liking.RATHER_NOT}
    seat = queries.own_seat(session, office.jury.id, actor)
    shown = session.execute(queries.preferences(seat, actor)).all()
    assert {row[0] for row in shown} == {
        item.id for item in office.applications if item not in (two, hidden)
    }
    services.prefer(session, office.jury.id, {one.id: None}, actor=actor, now=NOW)
    assert len(session.scalars(select(ReadingPreference)).all()) == 1
    stage.starts_on = (NOW - timedelta(days=1)).date()
    session.flush()
    with pytest.raises(Refused, match=r"preference.too_late"):
        services.prefer(session, office.jury.id, {one.id: None}, actor=actor, now=NOW)
