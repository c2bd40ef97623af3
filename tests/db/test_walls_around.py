"""Around the pages: the screen of a meeting, an opinion asked for, members who know nobody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from build.clock import NOW
from build.juries import a_panel, a_recusal, as_juror
from build.people import acting_as
from build.sittings import a_meeting
from grants.appraisal.services import opinions
from grants.calls.models import Stage
from grants.juries import queries as juries
from grants.juries.matching.solving import solve
from grants.juries.models import Assignment
from grants.juries.pairing import Options
from grants.juries.queries import must_not_know
from grants.juries.services import apply_plan, ask_plan, assign_everyone, keep_plan
from grants.kernel.clock import paris_date
from grants.kernel.errors import Refused, Unknown
from grants.sittings import queries, services
from grants.sittings.models import Choice

CHAIR, RECUSED = range(2)


def test_the_screen_of_whoever_left_does_not_move_with_what_goes_on(session):
    meeting = a_meeting(session)
    a_recusal(session, meeting.panel.jurors[RECUSED], meeting.panel.applications[0])
    meeting.go_to(session, 0)
    at = meeting.sitting.id
    chair, out = meeting.actor(session, CHAIR), meeting.actor(session, RECUSED)

    def stamps() -> tuple[str, str]:
        session.flush()
        return tuple(queries.pulse(session, at, one).stamp for one in (chair, out))

    before = stamps()
    motion = services.put_motion(session, at, text="Retenir.", actor=chair, now=NOW)
    given = (at, motion.id, meeting.panel.seats[CHAIR].id, Choice.FOR)
    services.cast_vote(session, *given, actor=chair, now=NOW)
    services.close_motion(session, at, motion.id, actor=chair, now=NOW)
    after = stamps()
    assert after[0] != before[0]
    assert after[1] == before[1]
    assert queries.pulse(session, at, out).voted is None
    meeting.go_to(session, 1)
    assert stamps()[1] != before[1]


def test_a_recused_officer_is_told_of_the_readings_of_the_other_files_alone(session):
    """Everybody reads everything, then as computed: the act covers all, the number does not."""
    panel = a_panel(session, jurors=2, applications=3, assigned=False)
    everyone = as_juror(session, panel.officer)
    a_recusal(session, panel.officer, panel.applications[0])
    recused, by = as_juror(session, panel.officer), {"now": NOW}
    jury_id = panel.jury.id
    assert assign_everyone(session, jury_id, actor=recused, **by) == 4
    assert session.scalar(select(func.count()).select_from(Assignment)) == 6
    options = Options(readers=1, load_max=9, keep=False)
    job = ask_plan(session, jury_id, options, actor=everyone, **by)
    jury = juries.jury(session, jury_id, everyone)
    given = juries.given(session, jury, options)
    found = solve(given.pairing, seed=1)
    plan = keep_plan(session, jury, given, found, job_id=job, options=options, **by)
    assert apply_plan(session, jury_id, plan.id, actor=recused, **by) == (0, 2)
    assert session.scalar(select(func.count()).select_from(Assignment)) == 3


def ask(session, panel, email):
    return opinions.ask(
        session,
        panel.applications[0].id,
        name="Dominique Laforge",
        email=email,
        question="Est-ce faisable ?",
        field_keys=["title"],
        due_on=paris_date(NOW + timedelta(days=10)),
        actor=acting_as(session, panel.officer),
        now=NOW,
    )


def test_no_opinion_is_asked_of_a_member_who_must_not_know_who_applies(session):
    panel = a_panel(session)
    juror, file = panel.jurors[0].email, panel.applications[0].id
    asked = ask(session, panel, juror)
    assert opinions.opened(session, asked.id, now=NOW).id == asked.id
    session.get_one(Stage, panel.jury.stage_id).blind = True
    session.flush()
    assert must_not_know(session, file, juror.upper())
    with pytest.raises(Unknown):
        opinions.opened(session, asked.id, now=NOW)
    other = a_panel(session)
    session.get_one(Stage, other.jury.stage_id).blind = True
    session.flush()
    with pytest.raises(Refused) as refused:
        ask(session, other, other.jurors[0].email)
    assert refused.value.code == "opinion.recused"
    assert not must_not_know(session, file, other.jurors[0].email)
