"""Deliberations on a real PostgreSQL: awards and their money together, or nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from build.clock import NOW
from build.decisions import (
    HELD_ON,
    PLAN_OF_2016,
    a_delegation,
    a_deliberation,
    a_refusal,
    a_scene,
    a_session,
    an_award,
    an_envelope,
    draws_on,
    recused,
    standing,
)
from build.people import a_funder, a_funder_member, acting_as
from grants.applications.models import Application, ApplicationState
from grants.calls.models import CallFunder
from grants.decisions import queries
from grants.decisions.models import (
    Body,
    Decision,
    Deliberation,
    Instrument,
    Outcome,
    Proposal,
)
from grants.decisions.services import (
    Item,
    Wanted,
    announce_results,
    deliberate,
    open_session,
    propose,
)
from grants.decisions.vote import Vote
from grants.kernel.access import FunderRole
from grants.kernel.errors import Refused, Unknown
from grants.kernel.money import Amount, Unit
from grants.ledger import queries as balances
from grants.ledger.operations import Stage

S = ApplicationState


def state_of(session, application) -> ApplicationState:
    return session.scalar(select(Application.state).where(Application.id == application.id))


def count_of(session, model) -> int:
    return session.scalar(select(func.count()).select_from(model))


def test_the_deliberation_of_the_catalogue_is_recorded_exactly(session):
    scene = a_scene(session)
    sitting = open_session(
        session,
        scene.funder.id,
        body=Body.COUNCIL,
        held_on=date(2016, 10, 14),
        actor=scene.officer,
        now=NOW,
    )
    deliberation = deliberate(
        session,
        sitting.id,
        number="DEL20161014_005",
        object="Adoption du plan stratégique 2016-2020",
        vote=PLAN_OF_2016,
        items=[an_award(scene)],
        actor=scene.officer,
        now=NOW,
    )
    session.expire_all()
    kept = session.get(Deliberation, deliberation.id)
    assert (kept.number, kept.voted_on) == ("DEL20161014_005", date(2016, 10, 14))
    assert (kept.seats, kept.present, kept.represented, kept.vote.voters) == (89, 73, 13, 86)
    assert (kept.not_taking_part, kept.votes_for, kept.votes_against) == (0, 86, 0)
    assert (kept.abstentions, kept.adopted, kept.vote.is_unanimous) == (0, True, True)


def test_one_deliberation_awards_refuses_and_commits_together(session):
    scene = a_scene(session, applications=4)
    a_deliberation(
        session,
        scene,
        an_award(scene, 0, amount=1_000_000),
        a_refusal(scene, 1),
        Item(application_id=scene.applications[2].id, outcome=Outcome.WAITLIST),
        an_award(scene, 3, instrument=Instrument.TITLE, label="Prix du public"),
        executory=True,
    )
    states = [state_of(session, one) for one in scene.applications]
    assert states == [S.AWARDED, S.DECLINED, S.WAITLISTED, S.AWARDED]
    assert standing(session, scene.envelope_id) == {"available": 5_000_000, "committed": 1_000_000}
    rows = session.scalars(select(Decision).order_by(Decision.position)).all()
    assert [one.outcome.value for one in rows] == ["award", "refusal", "waitlist", "award"]
    assert balances.award_balances(session, [rows[0].id]) == {
        rows[0].id: {Stage.COMMITTED: 1_000_000}
    }


def test_nothing_at_all_is_recorded_when_one_envelope_lacks_the_money(session):
    scene = a_scene(session, applications=3, voted=1_500_000)
    rich = an_envelope(session, scene.funder, amount=9_000_000, label="Enveloppe pleine")
    draws_on(session, scene.call, rich, scene.funder)
    with pytest.raises(Refused) as refused, session.begin_nested():
        a_deliberation(
            session,
            scene,
            an_award(scene, 0, amount=1_000_000, envelope_id=rich),
            an_award(scene, 1, amount=1_000_000),
            an_award(scene, 2, amount=1_000_000),
        )
    assert refused.value.code == "ledger.insufficient"
    facts = refused.value.facts
    assert (facts["available"], facts["asked"], facts["missing"]) == (1_500_000, 2_000_000, 500_000)
    label = balances.envelope_line(session, scene.envelope_id).label
    assert facts["envelope"] == label
    assert [one["envelope"] for one in facts["shortages"]] == [label]
    assert standing(session, scene.envelope_id) == {"available": 1_500_000}
    assert standing(session, rich) == {"available": 9_000_000}
    assert {state_of(session, one) for one in scene.applications} == {S.IN_REVIEW}
    assert (count_of(session, Deliberation), count_of(session, Decision)) == (0, 0)


def test_one_square_metre_too_many_is_refused_by_the_ledger(session):
    scene = a_scene(session, applications=2, voted=4_000, unit=Unit.SQUARE_METRE)
    floor = {"instrument": Instrument.FLOOR_AREA}
    a_deliberation(session, scene, an_award(scene, 0, amount=3_500, **floor))
    with pytest.raises(Refused, match=r"ledger\.insufficient") as refused, session.begin_nested():
        a_deliberation(session, scene, an_award(scene, 1, amount=501, **floor))
    assert (refused.value.facts["unit"], refused.value.facts["missing"]) == ("m2", 1)


def test_a_deliberation_sent_twice_is_recorded_and_booked_once(session):
    scene = a_scene(session)
    first = a_deliberation(session, scene, number="DEL1")
    again = a_deliberation(session, scene, number="DEL1")
    assert first.id == again.id
    assert standing(session, scene.envelope_id)["reserved"] == 1_000_000
    assert (count_of(session, Deliberation), count_of(session, Decision)) == (1, 1)


def test_another_deliberation_may_not_take_the_same_number(session):
    scene = a_scene(session)
    a_deliberation(session, scene, number="DEL1")
    with pytest.raises(Refused) as refused:
        a_deliberation(session, scene, an_award(scene, 1), number="DEL1")
    assert (refused.value.code, refused.value.field) == ("deliberation.number_taken", "number")


def test_what_is_not_adopted_moves_nothing(session):
    scene = a_scene(session)
    lost = replace(PLAN_OF_2016, votes_for=40, votes_against=46)
    deliberation = a_deliberation(session, scene, vote=lost)
    assert (deliberation.adopted, count_of(session, Decision)) == (False, 0)
    assert standing(session, scene.envelope_id) == {"available": 6_000_000}
    assert state_of(session, scene.applications[0]) is S.IN_REVIEW
    with pytest.raises(Refused, match="not_adopted"):
        announce_results(session, deliberation.id, actor=scene.officer, now=NOW)


def test_figures_that_do_not_add_up_record_nothing(session):
    scene = a_scene(session)
    with pytest.raises(Refused, match="votes_do_not_add_up"), session.begin_nested():
        a_deliberation(session, scene, vote=replace(PLAN_OF_2016, votes_for=85))
    assert count_of(session, Deliberation) == 0


def test_a_session_to_come_decides_nothing(session):
    scene = a_scene(session)
    sitting = a_session(session, scene, held_on=NOW.date() + timedelta(days=1))
    with pytest.raises(Refused, match=r"council_session\.hold\.too_early"):
        deliberate(
            session,
            sitting.id,
            number="X",
            object="Y",
            vote=PLAN_OF_2016,
            items=[an_award(scene)],
            actor=scene.officer,
            now=NOW,
        )


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"amount": None}, "proposal.amount_missing"),
        ({"amount": 0}, "proposal.amount_missing"),
        ({"amount": -1}, "proposal.amount_missing"),
        ({"envelope_id": uuid4()}, "proposal.envelope_missing"),
        ({"instrument": None}, "proposal.instrument_missing"),
        ({"instrument": Instrument.FLOOR_AREA}, "proposal.instrument_and_envelope"),
        ({"outcome": Outcome.REFUSAL, "reason": " "}, "proposal.reason_missing"),
    ],
)
def test_a_line_that_makes_no_sense_is_refused(session, changes, code):
    scene = a_scene(session)
    with pytest.raises(Refused) as refused:
        a_deliberation(session, scene, replace(an_award(scene), **changes))
    assert refused.value.code == code


def test_an_application_is_decided_once_by_a_funder(session):
    scene = a_scene(session)
    a_deliberation(session, scene)
    with pytest.raises(Refused) as refused:
        a_deliberation(session, scene, an_award(scene, amount=5))
    assert refused.value.code == "proposal.already_decided"


def test_a_waiting_application_may_be_awarded_later(session):
    scene = a_scene(session)
    waiting = Item(application_id=scene.applications[0].id, outcome=Outcome.WAITLIST)
    a_deliberation(session, scene, waiting)
    a_deliberation(session, scene, an_award(scene))
    assert state_of(session, scene.applications[0]) is S.AWARDED


@pytest.mark.parametrize("role", [one for one in FunderRole if one is not FunderRole.OFFICER])
def test_only_officers_of_the_funder_record(session, role):
    scene = a_scene(session)
    sitting = a_session(session, scene)
    other = acting_as(session, a_funder_member(session, scene.funder, role))
    foreign = acting_as(session, a_funder_member(session, a_funder(session)))
    for actor in (other, foreign):
        with pytest.raises(Unknown):
            deliberate(
                session,
                sitting.id,
                number="X",
                object="Y",
                vote=PLAN_OF_2016,
                items=[an_award(scene)],
                actor=actor,
                now=NOW,
            )


def test_whoever_is_recused_neither_sees_nor_decides(session):
    scene = a_scene(session)
    actor = recused(scene.officer, scene.applications[0])
    table = queries.decision_table(session, scene.call.id, scene.funder.id, viewer=actor)
    assert [one.application.id for one in table.lines] == [scene.applications[1].id]
    with pytest.raises(Unknown):
        a_deliberation(session, scene, actor=actor)
    deliberation = a_deliberation(session, scene, an_award(scene, 0), an_award(scene, 1))
    seen = queries.deliberation(session, deliberation.id, viewer=actor)
    assert [one.application_id for one in seen.decisions] == [scene.applications[1].id]
    wanted = [Wanted(application_id=scene.applications[0].id, outcome=None)]
    with pytest.raises(Unknown):
        propose(session, scene.call.id, scene.funder.id, wanted=wanted, actor=actor, now=NOW)


def test_two_funders_decide_on_one_application_each_with_its_money(session):
    scene = a_scene(session)
    city = a_funder(session, name="Ville de Valbrune")
    officer = acting_as(session, a_funder_member(session, city))
    session.add(CallFunder(call_id=scene.call.id, funder_id=city.id, position=2, is_lead=False))
    theirs = an_envelope(session, city, amount=500_000)
    draws_on(session, scene.call, theirs, city)
    a_deliberation(session, scene)
    a_delegation(session, city, officer)
    sitting = open_session(
        session, city.id, body=Body.BUREAU, held_on=HELD_ON, actor=officer, now=NOW
    )
    deliberate(
        session,
        sitting.id,
        number="V-1",
        object="Cofinancement",
        vote=Vote(seats=5, present=3, votes_for=3),
        items=[an_award(scene, amount=300_000, envelope_id=theirs)],
        actor=officer,
        now=NOW,
    )
    assert state_of(session, scene.applications[0]) is S.AWARDED
    assert standing(session, theirs) == {"available": 200_000, "reserved": 300_000}
    assert standing(session, scene.envelope_id)["reserved"] == 1_000_000


def test_a_refusal_waits_while_another_funder_still_proposes_an_award(session):
    scene = a_scene(session)
    city = a_funder(session)
    officer = acting_as(session, a_funder_member(session, city))
    session.add(CallFunder(call_id=scene.call.id, funder_id=city.id, position=2, is_lead=False))
    theirs = an_envelope(session, city)
    draws_on(session, scene.call, theirs, city)
    target = scene.applications[0].id
    wanted = Wanted(
        application_id=target,
        outcome=Outcome.AWARD,
        instrument=Instrument.GRANT,
        amount=Amount(5),
        envelope_id=theirs,
    )
    propose(session, scene.call.id, city.id, wanted=[wanted], actor=officer, now=NOW)
    a_deliberation(session, scene, a_refusal(scene, 0))
    assert state_of(session, scene.applications[0]) is S.IN_REVIEW


def test_proposals_are_provisional_and_replaced(session):
    scene = a_scene(session)
    first, second = scene.applications
    common = {"instrument": Instrument.GRANT, "envelope_id": scene.envelope_id}
    wanted = [
        Wanted(application_id=one.id, outcome=Outcome.AWARD, amount=Amount(4_000_000), **common)
        for one in (first, second)
    ]
    save = {"actor": scene.officer, "now": NOW}
    propose(session, scene.call.id, scene.funder.id, wanted=wanted, **save)
    table = queries.decision_table(session, scene.call.id, scene.funder.id, viewer=scene.officer)
    line = table.standings[0]
    assert (line.available, line.proposed, line.remaining) == (6_000_000, 8_000_000, -2_000_000)
    assert line.requested == sum(one.requested for one in scene.applications)
    off = [Wanted(application_id=second.id, outcome=None)]
    propose(session, scene.call.id, scene.funder.id, wanted=off, **save)
    assert count_of(session, Proposal) == 1
    a_deliberation(session, scene)
    assert count_of(session, Proposal) == 0


def test_what_was_decided_cannot_be_edited_even_by_hand(session):
    scene = a_scene(session)
    a_deliberation(session, scene, announced=True)
    for statement in (
        "UPDATE decision SET amount = 1",
        "DELETE FROM decision",
        "UPDATE deliberation SET votes_for = 85, abstentions = 1",
        "DELETE FROM deliberation",
    ):
        with pytest.raises(DatabaseError, match="never changed"), session.begin_nested():
            session.execute(text(statement))
