"""A computed proposal, from the lines of a scenario to a scenario of its own."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from build.clock import NOW
from build.decisions import a_scene, recused
from build.scenarios import a_scenario, typed
from grants.jobs.models import Job
from grants.kernel.errors import Refused
from grants.people.models import Organisation
from grants.scenarios import queries, services
from grants.scenarios.models import Scenario, ScenarioLine
from grants.scenarios.options import Options, Quota
from grants.scenarios.queries.given import given
from grants.scenarios.solving.problem import Bound, Measure
from grants.scenarios.solving.solve import solve


def computed(session, scene, scenario, **asked):
    """What the worker does with the job."""
    options = Options(envelope=scene.envelope_id, by_track={}, **asked)
    job_id = services.ask(
        session, scenario.id, options, name="Calcul", actor=scene.officer, now=NOW
    )
    kept = session.get_one(Job, job_id).payload["options"]
    assert Options.taken(kept) == options
    source = queries.scenario(session, scenario.id, viewer=scene.officer)
    problem = given(session, source, options, scene.officer)
    found = solve(problem.problem)
    facts = {"job_id": job_id, "name": "Calcul", "options": options}
    made = services.keep(session, source, problem, found, actor=scene.officer, now=NOW, **facts)
    again = services.keep(session, source, problem, found, actor=scene.officer, now=NOW, **facts)
    assert again.id == made.id
    return made


def lines(session, scenario):
    every = select(ScenarioLine).where(ScenarioLine.scenario_id == scenario.id)
    return session.scalars(every.order_by(ScenarioLine.place)).all()


def test_each_line_says_why_and_the_first_scenario_stays(session):
    scene = a_scene(session, applications=4, voted=3_000_000)
    scenario = a_scenario(session, scene)
    made = computed(session, scene, scenario)
    assert [one.amount for one in lines(session, made)] == [1_250_000, 1_250_000, 500_000, None]
    assert [one.why["code"] for one in lines(session, made)] == ["full", "full", "partial", "money"]
    assert {one.amount for one in lines(session, scenario)} == {None}
    assert made.copied_from == scenario.id
    typed(session, scene, made, 3, amount=100)
    assert services.accept(session, made.id, actor=scene.officer, now=NOW) == 4


def test_quotas_ceilings_and_neighbourhoods(session):
    scene = a_scene(session, applications=4, voted=1_000_000)
    last = scene.applications[3].organisation_id
    session.execute(
        update(Organisation)
        .where(Organisation.id == last)
        .values(seat_qpv=True, seat_qpv_known="declared", seat_qpv_by=None, place_qpv=None)
    )
    scenario = a_scenario(session, scene)
    quota = Quota("qpv", Bound.LEAST, Measure.MONEY, share=500)
    made = computed(session, scene, scenario, ceiling=400_000, partial=False, quotas=(quota,))
    assert [one.amount for one in lines(session, made)] == [400_000, None, None, 400_000]
    assert [one.why["code"] for one in lines(session, made)] == [
        "capped",
        "kept",
        "kept",
        "for_quota",
    ]


def test_what_cannot_be_met_is_kept_as_what_lacks(session):
    scene = a_scene(session)
    scenario = a_scenario(session, scene)
    quota = Quota("qpv", Bound.LEAST, Measure.PROJECTS, amount=1)
    made = computed(session, scene, scenario, quotas=(quota,))
    assert made.lacks[0]["quota"] == "qpv"
    assert {one.amount for one in lines(session, made)} == {None}


def test_whoever_is_recused_leaves_it_to_a_colleague(session):
    scene = a_scene(session)
    scenario = a_scenario(session, scene)
    options = Options(envelope=scene.envelope_id, by_track={})
    aside = recused(scene.officer, scene.applications[1])
    with pytest.raises(Refused, match=r"scenario\.recused"):
        services.ask(session, scenario.id, options, name="X", actor=aside, now=NOW)
    with pytest.raises(Refused, match=r"scenario\.name_taken"):
        services.ask(
            session, scenario.id, options, name=scenario.name, actor=scene.officer, now=NOW
        )
    assert len(session.scalars(select(Scenario)).all()) == 1
