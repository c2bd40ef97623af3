"""The job of a computed assignment: once, whatever comes twice; and refused when it may not be."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from build.clock import NOW
from build.juries import a_panel
from build.people import acting_as
from grants.jobs.models import Job, JobState
from grants.juries import queries, services
from grants.juries.models import Assignment, AssignmentPlan
from grants.juries.pairing import Options
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


def test_a_starter_who_is_gone_computes_nothing(session, asked):
    asked.officer.disabled_at = NOW
    session.flush()
    jobs.file(str(asked.job))
    session.expire_all()
    job = session.get_one(Job, asked.job)
    assert (job.state, job.message) == (JobState.FAILED, "job.starter_gone")
    assert session.scalars(select(AssignmentPlan)).all() == []
