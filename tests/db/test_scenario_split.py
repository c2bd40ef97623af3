"""A line of a scenario out of several envelopes: what PostgreSQL holds, counted, copied, kept."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from build.clock import NOW
from build.decisions import a_scene, an_envelope, draws_on
from build.scenarios import a_scenario, typed
from grants.decisions.models import Proposal
from grants.kernel.errors import Refused
from grants.kernel.money import Unit
from grants.ledger.operations import Section
from grants.scenarios import queries, services
from grants.scenarios.models import ScenarioChange, ScenarioLine
from grants.scenarios.options import Options
from grants.scenarios.queries import Sought
from grants.scenarios.queries.given import given
from grants.scenarios.solving.solve import solve


@pytest.fixture
def scene(session):
    return a_scene(session, applications=3, voted=2_000_000)


@pytest.fixture
def second(session, scene):
    other = an_envelope(session, scene.funder, amount=500_000)
    draws_on(session, scene.call, other, scene.funder)
    return other


def parts(scene, second, *amounts):
    return tuple(zip((scene.envelope_id, second), amounts, strict=True))


def split(session, scene, second):
    scenario = a_scenario(session, scene)
    line = typed(session, scene, scenario, shares=parts(scene, second, 200_000, 100_000))
    return scenario, line


def test_the_strip_counts_each_part_where_it_is_drawn(session, scene, second):
    scenario, line = split(session, scene, second)
    typed(session, scene, scenario, 1, amount=50_000)
    assert (line.amount, line.rate, line.envelope_id) == (300_000, None, scene.envelope_id)
    strips = queries.strip(session, scenario, scene.officer)
    assert [one.given for one in strips] == [250_000, 100_000]
    found = session.execute(queries.rows(scenario, Sought(envelope_id=second), scene.officer)).all()
    assert [one.application_id for one in found] == [scene.applications[0].id]
    (change,) = session.scalars(select(ScenarioChange).where(ScenarioChange.line_id == line.id))
    assert [one["amount"] for one in change.after["shares"]] == [200_000, 100_000]


def test_accepted_it_is_a_proposal_out_of_each(session, scene, second):
    scenario, _line = split(session, scene, second)
    copy = a_scenario(session, scene, name="Copie", copy_of=scenario.id)
    assert services.accept(session, copy.id, actor=scene.officer, now=NOW) == 1
    kept = session.execute(
        select(Proposal.envelope_id, Proposal.amount).order_by(Proposal.amount.desc())
    ).all()
    assert [tuple(one) for one in kept] == [*parts(scene, second, 200_000, 100_000)]


def test_what_is_computed_leaves_it_as_it_is(session, scene, second):
    scenario, line = split(session, scene, second)
    options = Options(envelope=scene.envelope_id, by_track={})
    job = services.ask(session, scenario.id, options, name="Calcul", actor=scene.officer, now=NOW)
    problem = given(session, scenario, options, scene.officer)
    facts = {"job_id": job, "name": "Calcul", "options": options}
    found = solve(problem.problem)
    made = services.keep(session, scenario, problem, found, actor=scene.officer, now=NOW, **facts)
    lines = session.scalars(
        select(ScenarioLine).where(ScenarioLine.scenario_id == made.id).order_by(ScenarioLine.place)
    ).all()
    assert [one.amount for one in lines] == [300_000, 1_250_000, 550_000]
    assert [one.why["code"] for one in lines] == ["split", "full", "partial"]
    assert lines[0].shares == line.shares


def test_postgresql_holds_that_parts_make_the_amount(session, scene, second):
    _scenario, line = split(session, scene, second)
    one, other = line.shares
    wrong = [
        {"amount": 300_001},
        {"shares": [one, other | {"amount": 99_999}]},
        {"shares": [one, one]},
        {"shares": [one | {"amount": 300_000}]},
        {"shares": [other, one]},
        {"shares": [one | {"amount": 400_000}, other | {"amount": -100_000}]},
        {"shares": [one, other | {"envelope": str(line.id)}]},
    ]
    for values in wrong:
        changed = update(ScenarioLine).where(ScenarioLine.id == line.id)
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(changed.values(version=2, **values))


@pytest.mark.parametrize(
    ("unit", "section"), [(Unit.EUR, Section.CAPITAL), (Unit.HOUR, None)], ids=["section", "unit"]
)
def test_parts_are_of_one_unit_and_section(session, scene, unit, section):
    other = an_envelope(session, scene.funder, unit=unit, section=section, amount=500_000)
    draws_on(session, scene.call, other, scene.funder)
    scenario = a_scenario(session, scene)
    with pytest.raises(Refused, match=r"scenario\.split_unlike|proposal\.instrument_and_envelope"):
        typed(session, scene, scenario, shares=parts(scene, other, 200_000, 100_000))
    line = typed(session, scene, scenario)
    shares = [
        {"envelope": str(one), "amount": share}
        for one, share in parts(scene, other, 200_000, 100_000)
    ]
    with pytest.raises(IntegrityError, match="units or sections"), session.begin_nested():
        session.execute(
            update(ScenarioLine).where(ScenarioLine.id == line.id).values(version=2, shares=shares)
        )


def test_one_envelope_stands_once(session, scene, second):
    twice = ((second, 100_000), (second, 100_000))
    with pytest.raises(Refused, match=r"scenario\.split_twice"):
        typed(session, scene, a_scenario(session, scene), shares=twice)
