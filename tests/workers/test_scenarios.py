"""The job of a computed proposal: one scenario, whatever comes twice; and the worker's offers."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from build.clock import NOW
from build.decisions import a_deliberation, a_scene
from build.scenarios import a_scenario
from grants.decisions.models import Outcome
from grants.decisions.services import Item
from grants.jobs.models import Job, JobState
from grants.scenarios import services
from grants.scenarios.models import Scenario, ScenarioLine, WaitingPlace, WaitingState
from grants.scenarios.options import Options
from grants.scenarios.services import waiting as lists
from workers import scenarios
from workers.tasks import jobs, waiting


@pytest.fixture
def scene(session, monkeypatch, database, clock):
    for module in (jobs, scenarios, waiting):
        monkeypatch.setattr(module, "database", lambda: database)
        monkeypatch.setattr(module, "now", clock.now)
    return a_scene(session, applications=3, voted=2_000_000)


def test_a_proposal_is_computed_once(session, scene):
    scenario = a_scenario(session, scene)
    options = Options(envelope=scene.envelope_id, by_track={})
    job_id = services.ask(
        session, scenario.id, options, name="Calcul", actor=scene.officer, now=NOW
    )
    session.flush()
    for _ in range(2):
        jobs.file(str(job_id))
    session.expire_all()
    job = session.get_one(Job, job_id)
    assert (job.state, job.percent, job.done) == (JobState.DONE, 100, 4)
    made = session.scalars(select(Scenario).where(Scenario.job_id == job_id)).one()
    amounts = select(ScenarioLine.amount).where(ScenarioLine.scenario_id == made.id)
    assert session.scalars(amounts.order_by(ScenarioLine.place)).all() == [1_250_000, 750_000, None]


def test_what_came_back_is_offered_by_itself(session, scene):
    one = scene.applications[0]
    a_deliberation(session, scene, Item(application_id=one.id, outcome=Outcome.WAITLIST))
    lists.add(
        session,
        scene.call.id,
        scene.envelope_id,
        one.id,
        wanted=None,
        actor=scene.officer,
        now=NOW,
    )
    session.flush()
    assert [waiting.offer(), waiting.offer()] == [1, 0]
    session.expire_all()
    assert session.scalars(select(WaitingPlace.state)).one() is WaitingState.OFFERED
