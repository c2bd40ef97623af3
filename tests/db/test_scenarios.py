"""Scenarios in the database: order, lines, history, acceptance, and what nobody may do."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from build.clock import NOW
from build.decisions import a_deliberation, a_scene, an_award, recused
from build.scenarios import a_grant, a_scenario, typed
from grants.calls.models import FormRevision
from grants.decisions.models import Outcome, Proposal
from grants.kernel.errors import Refused, Unknown
from grants.scenarios import queries, services
from grants.scenarios.models import ScenarioChange, ScenarioLine
from grants.scenarios.queries import Row, Sought

CAPPED = {
    "instrument": "grant",
    "amount": None,
    "amount_max": None,
    "explain_fr": "Au cas par cas",
    "explain_en": "Case by case",
    "rate_max": 80,
}
BUDGET = {
    "charges": [{"account": "60", "label": "Achats", "amount": 10_000}],
    "products": [{"account": "74", "label": "Nous et l’État", "amount": 6_500}],
}


def lines(session, scenario):
    every = select(ScenarioLine).where(ScenarioLine.scenario_id == scenario.id)
    return session.scalars(every.order_by(ScenarioLine.place)).all()


def shown(session, scenario, viewer, **sought):
    found = session.execute(queries.rows(scenario, Sought(**sought), viewer))
    return [Row._make(one) for one in found]


def test_a_scenario_takes_whatever_waits_for_a_decision(session):
    scene = a_scene(session, applications=3)
    scenario = a_scenario(session, scene)
    assert [one.application_id for one in lines(session, scenario)] == [
        one.id for one in scene.applications
    ]
    assert {(one.base, one.aid_room, one.version) for one in lines(session, scenario)} == {
        (1_250_000, None, 0)
    }
    with pytest.raises(Refused, match=r"scenario\.name_taken"):
        a_scenario(session, scene)
    with pytest.raises(Refused, match=r"scenario\.unnamed"):
        a_scenario(session, scene, name=" ")
    with pytest.raises(Unknown):
        services.make(
            session, scene.call.id, scene.funder.id, name="A", actor=scene.finance, now=NOW
        )


def test_the_amount_follows_a_rate_and_history_keeps_both(session):
    scene = a_scene(session)
    scenario = a_scenario(session, scene)
    line = typed(session, scene, scenario, amount=None, rate=3_333)
    assert line.amount == 416_625
    line = typed(session, scene, scenario, version=1, base=1_000_000, amount=None, rate=3_333)
    assert line.amount == 333_300
    kept = session.scalars(select(ScenarioChange).order_by(ScenarioChange.version)).all()
    assert [one.version for one in kept] == [1, 2]
    assert (kept[1].before["amount"], kept[1].after["amount"]) == (416_625, 333_300)
    assert kept[0].changed_by == scene.officer.id
    row = shown(session, scenario, scene.officer)[0]
    assert (row.shown_rate, row.is_partial) == (3_333, True)
    typed(session, scene, scenario, version=2, base=1_000_000, amount=250_000)
    assert shown(session, scenario, scene.officer)[0].shown_rate == 2_500


def test_whoever_comes_second_overwrites_nothing(session):
    scene = a_scene(session)
    scenario = a_scenario(session, scene)
    typed(session, scene, scenario)
    typed(session, scene, scenario)  # the same, sent twice
    with pytest.raises(Refused, match=r"scenario\.line_changed"):
        typed(session, scene, scenario, amount=400_000)
    assert lines(session, scenario)[0].amount == 300_000
    assert session.scalar(select(func.count()).select_from(ScenarioChange)) == 1


def test_the_strip_counts_what_is_given_and_never_twice(session):
    scene = a_scene(session, voted=1_000_000)
    scenario = a_scenario(session, scene)
    typed(session, scene, scenario, 0, amount=700_000)
    typed(session, scene, scenario, 1, amount=500_000)
    (strip,) = queries.strip(session, scenario, scene.officer)
    assert (strip.available, strip.given, strip.left) == (1_000_000, 1_200_000, -200_000)
    a_deliberation(session, scene, an_award(scene, 0, amount=700_000))
    (strip,) = queries.strip(session, scenario, scene.officer)
    assert (strip.available, strip.given, strip.left) == (300_000, 500_000, -200_000)
    with pytest.raises(Refused, match=r"proposal\.already_decided"):
        typed(session, scene, scenario, 0, version=1, amount=1)


def test_the_wall_stands_in_lines_sums_and_acts(session):
    scene = a_scene(session)
    scenario = a_scenario(session, scene)
    typed(session, scene, scenario, 0)
    typed(session, scene, scenario, 1)
    aside = recused(scene.officer, scene.applications[0])
    assert [one.title for one in shown(session, scenario, aside)] == ["Projet 2"]
    assert queries.strip(session, scenario, aside)[0].given == 300_000
    with pytest.raises(Unknown):
        typed(session, scene, scenario, 0, version=1, amount=1, actor=aside)
    with pytest.raises(Refused, match=r"scenario\.recused"):
        services.make(session, scene.call.id, scene.funder.id, name="B", actor=aside, now=NOW)
    assert services.accept(session, scenario.id, actor=aside, now=NOW) == 1
    assert services.accept(session, scenario.id, actor=scene.officer, now=NOW) == 1
    assert services.accept(session, scenario.id, actor=scene.officer, now=NOW) == 0


def test_accepting_copies_once_and_people_edit_the_copy(session):
    scene = a_scene(session, applications=3)
    scenario = a_scenario(session, scene)
    typed(session, scene, scenario, 0)
    typed(session, scene, scenario, 1, outcome=Outcome.REFUSAL, reason="Hors sujet.")
    assert services.accept(session, scenario.id, actor=scene.officer, now=NOW) == 2
    proposals = session.scalars(select(Proposal).order_by(Proposal.outcome)).all()
    assert [(one.outcome, one.amount) for one in proposals] == [
        (Outcome.AWARD, 300_000),
        (Outcome.REFUSAL, None),
    ]
    session.execute(text("UPDATE proposal SET amount = 1 WHERE amount IS NOT NULL"))
    assert services.accept(session, scenario.id, actor=scene.officer, now=NOW) == 0
    assert session.scalar(select(func.min(Proposal.amount))) == 1
    with pytest.raises(Refused, match=r"scenario\.accepted"):
        typed(session, scene, scenario, 2)


def test_lines_that_make_no_sense_are_refused(session):
    scene = a_scene(session)
    scenario = a_scenario(session, scene)
    for code, given in (
        ("scenario.above_base", {"amount": 1_250_001}),
        ("proposal.amount_missing", {"amount": None}),
        ("proposal.envelope_missing", {"envelope_id": None}),
        ("proposal.reason_missing", {"outcome": Outcome.REFUSAL}),
    ):
        with pytest.raises(Refused, match=re.escape(code)):
            typed(session, scene, scenario, **given)


def test_public_aid_is_capped_with_what_others_promise(session):
    scene = a_scene(session)
    scene.call.award_rule = CAPPED
    revision = session.get_one(FormRevision, scene.call.current_revision_id)
    document = dict(revision.document)
    money = {
        "key": "plan",
        "type": "budget",
        "label_fr": "Budget",
        "label_en": "Budget",
        "required": False,
    }
    first = {**document["sections"][0]}
    first["fields"] = [*first["fields"], money]
    document["sections"] = [first, *document["sections"][1:]]
    session.execute(text("SET LOCAL session_replication_role = replica"))
    revision.document = document
    one = scene.applications[0]
    one.requested = 500_000
    one.answers = {**one.answers, "plan": BUDGET}
    session.flush()
    session.execute(text("SET LOCAL session_replication_role = origin"))
    scenario = a_scenario(session, scene)
    line = lines(session, scenario)[0]
    # 80 % of 10 000 €, less the 1 500 € of account 74 that are not asked of us.
    assert (line.base, line.aid_room) == (1_000_000, 650_000)
    with pytest.raises(Refused, match=r"scenario\.public_aid") as refused:
        typed(session, scene, scenario, base=1_000_000, amount=650_001)
    assert refused.value.facts["amount"] == 650_000
    assert typed(session, scene, scenario, base=1_000_000, amount=650_000).amount == 650_000


def test_a_copy_has_the_lines_and_differs_from_then_on(session):
    scene = a_scene(session)
    scenario = a_scenario(session, scene)
    typed(session, scene, scenario)
    copy = a_scenario(session, scene, name="Copie", copy_of=scenario.id)
    assert lines(session, copy)[0].amount == 300_000
    typed(session, scene, copy, amount=400_000)
    pair = [scenario.id, copy.id]
    every = queries.compared(pair, scene.call.id, scene.officer, only_differences=False)
    differing = queries.compared(pair, scene.call.id, scene.officer, only_differences=True)
    assert len(session.execute(every).all()) == 2
    (row,) = session.execute(differing).all()
    assert (row[5], row[7]) == (300_000, 400_000)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE scenario_line SET amount = 5, version = version + 1",
        "DELETE FROM scenario_line",
        "UPDATE scenario_change SET version = 9",
        "DELETE FROM scenario_change",
    ],
)
def test_raw_sql_changes_neither_what_was_accepted_nor_its_history(session, statement):
    scene = a_scene(session)
    scenario = a_scenario(session, scene)
    typed(session, scene, scenario)
    services.accept(session, scenario.id, actor=scene.officer, now=NOW)
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(text(statement))


def test_raw_sql_cannot_hide_a_change_nor_break_a_rate(session):
    scene = a_scene(session)
    scenario = a_scenario(session, scene)
    typed(session, scene, scenario, amount=None, rate=5_000)
    for statement in (
        "UPDATE scenario_line SET reason = 'autre'",
        "UPDATE scenario_line SET amount = amount + 1, version = version + 1 WHERE rate > 0",
    ):
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(text(statement))


def test_filters_and_sorts(session):
    scene = a_scene(session, applications=3)
    scenario = a_scenario(session, scene)
    typed(session, scene, scenario, 1, amount=100_000)
    typed(session, scene, scenario, 2, amount=200_000)
    viewer = scene.officer

    def titles(**sought):
        return [one.title[-1] for one in shown(session, scenario, viewer, **sought)]

    assert titles() == ["1", "2", "3"]
    assert titles(sort="-amount") == ["3", "2", "1"]
    assert titles(outcome="award") == ["2", "3"]
    assert titles(outcome="none") == ["1"]
    assert titles(text="PROJET 2") == ["2"]
    assert titles(envelope_id=scene.envelope_id, sort="amount") == ["2", "3"]
    assert titles(qpv=True) == []
    assert a_grant(scene).amount == 300_000
