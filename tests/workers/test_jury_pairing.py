"""The job of a computed assignment: once, whatever comes twice; and refused when it may not be."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from build.clock import NOW
from build.juries import a_declaration, a_hint, a_panel, a_seat
from build.people import acting_as
from grants.jobs.models import Job, JobState
from grants.juries import queries, services
from grants.juries.models import (
    Answer,
    Assignment,
    AssignmentPlan,
    ConflictHint,
    InterestKind,
)
from grants.juries.pairing import Options
from grants.people.models import Organisation
from workers import pairing
from workers.tasks import jobs


@pytest.fixture
def asked(session, monkeypatch, database, clock):
    """A job asked for by an officer: four files, two jurors."""
    for module in (jobs, pairing):
        monkeypatch.setattr(module, "database", lambda: database)
        monkeypatch.setattr(module, "now", clock.now)
    panel = a_panel(session, jurors=2, applications=4, assigned=False)
    panel.actor = acting_as(session, panel.officer)
    options = Options(readers=1, load_max=9)
    panel.job = services.ask_plan(session, panel.jury.id, options, actor=panel.actor, now=NOW)
    session.flush()
    return panel


def test_a_plan_is_computed_once_and_waits_to_be_applied(session, asked):
    for _ in range(2):
        jobs.file(str(asked.job))
    session.expire_all()
    job = session.get_one(Job, asked.job)
    assert (job.state, job.percent, job.done) == (JobState.DONE, 100, 3)
    plan = session.scalars(select(AssignmentPlan)).one()
    assert (plan.job_id, plan.found) == (job.id, True)
    assert session.scalars(select(Assignment)).all() == []
    done = services.apply_plan(session, asked.jury.id, plan.id, actor=asked.actor, now=NOW)
    assert done == (4, 0)
    shown = queries.changes(session, plan, asked.actor)
    assert [one.now for one in shown] == [2, 2]


def test_conflicts_are_looked_for_before_a_plan_is_worked_out(session, asked):
    """What a member declared since is suggested, and what was confirmed of an open seat counts."""
    applicant = session.get_one(Organisation, asked.applications[0].organisation_id)
    applicant.name = "Les Amis de l’Étang"
    line = {"body": applicant.name, "kind": InterestKind.EMPLOYER}
    a_declaration(session, asked.jurors[0], line, nothing=False, at=NOW)
    offered = a_seat(session, asked.jury, accepted=False)
    said = {"answer": Answer.CONFIRMED, "reason": "Son frère.", "answered_at": NOW}
    a_hint(session, offered, asked.applications[1], answered_by=asked.officer.id, **said)
    options = Options(readers=1, load_max=9, accepted_only=False)
    job = services.ask_plan(session, asked.jury.id, options, actor=asked.actor, now=NOW)
    session.flush()
    jobs.file(str(job))
    session.expire_all()
    found = session.scalars(select(ConflictHint).where(ConflictHint.answer.is_(None))).all()
    assert (asked.seats[0].id, asked.applications[0].id) in {
        (one.seat_id, one.application_id) for one in found
    }
    plan = queries.latest_plan(session, asked.jury.id)
    both = text("SELECT unnest(application_ids), unnest(seat_ids) FROM assignment_plan")
    pairs = {tuple(row) for row in session.execute(both)}
    assert plan.found
    assert (asked.applications[1].id, offered.id) not in pairs


def test_a_starter_who_is_gone_computes_nothing(session, asked):
    asked.officer.disabled_at = NOW
    session.flush()
    jobs.file(str(asked.job))
    session.expire_all()
    job = session.get_one(Job, asked.job)
    assert (job.state, job.message) == (JobState.FAILED, "job.starter_gone")
    assert session.scalars(select(AssignmentPlan)).all() == []
