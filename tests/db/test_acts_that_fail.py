"""Acts that never become executory, decisions made again, transfers that come back too late."""

from __future__ import annotations

from datetime import date
from functools import partial

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from build.clock import NOW
from build.decisions import HELD_ON, a_deliberation, a_refusal, a_scene, an_award, standing
from build.payments import an_award_to_pay
from grants.agreements.queries import must_sign
from grants.applications.models import Application, ApplicationState
from grants.decisions import queries
from grants.decisions.models import Decision, Deliberation, Why
from grants.decisions.services import announce_results, make_executory, reopen, withdraw_act
from grants.duties.queries import duties
from grants.duties.sources import Kind
from grants.kernel.errors import Refused
from grants.outbox.models import Message
from grants.scenarios import services as scenarios
from grants.watch import queries as watch

S = ApplicationState


def states(session, scene) -> list[ApplicationState]:
    return [
        session.scalar(select(Application.state).where(Application.id == one.id))
        for one in scene.applications
    ]


def withdrawn(session, scene, act, **given):
    facts = {"on": HELD_ON, "reason": "Déféré, annulé", "actor": scene.officer, "now": NOW}
    return withdraw_act(session, act.id, **{**facts, **given})


def test_an_act_that_fails_frees_its_reserve_and_its_files_are_decided_again(session):
    scene = a_scene(session)
    act = a_deliberation(session, scene, an_award(scene, 0), a_refusal(scene, 1))
    assert standing(session, scene.envelope_id) == {"available": 5_000_000, "reserved": 1_000_000}
    withdrawn(session, scene, act)
    withdrawn(session, scene, act)  # twice is once
    assert standing(session, scene.envelope_id) == {"available": 6_000_000}
    assert queries.held(session, scene.envelope_id) == []
    assert states(session, scene) == [S.IN_REVIEW, S.IN_REVIEW]
    again = a_deliberation(session, scene, an_award(scene, 0), a_refusal(scene, 1))
    assert again.id != act.id
    assert states(session, scene) == [S.AWARDED, S.DECLINED]
    make_executory(session, again.id, on=HELD_ON, actor=scene.officer, now=NOW)
    assert standing(session, scene.envelope_id)["committed"] == 1_000_000


@pytest.mark.parametrize(
    ("code", "given"),
    [
        ("deliberation.withdraw.reason_missing", {"reason": " "}),
        ("deliberation.withdraw.before_vote", {"on": date(2018, 9, 27)}),
        ("deliberation.withdraw.to_come", {"on": date(2018, 10, 2)}),
    ],
)
def test_what_an_act_needs_to_fail(session, code, given):
    scene = a_scene(session)
    act = a_deliberation(session, scene)
    with pytest.raises(Refused, match=code):
        withdrawn(session, scene, act, **given)


def test_an_act_in_force_is_withdrawn_award_by_award_and_a_withdrawn_one_is_dead(session):
    scene = a_scene(session)
    act = a_deliberation(session, scene, executory=True)
    with pytest.raises(Refused, match=r"deliberation\.withdraw\.executory"):
        withdrawn(session, scene, act)
    other = a_deliberation(session, scene, an_award(scene, 1))
    withdrawn(session, scene, other)
    for verb, given in ((make_executory, {"on": HELD_ON}), (announce_results, {})):
        with pytest.raises(Refused, match=r"deliberation\.withdrawn"):
            verb(session, other.id, actor=scene.officer, now=NOW, **given)


def test_postgresql_knows_that_an_act_is_executory_or_withdrawn(session):
    scene = a_scene(session)
    act = a_deliberation(session, scene, executory=True)
    other = a_deliberation(session, scene, a_refusal(scene, 1))
    withdrawn(session, scene, other)
    for act_id, change, words in (
        (act.id, "withdrawn_on = voted_on, withdrawal_reason = 'x', withdrawn_by = recorded_by,"
                 " withdrawn_at = now()", "withdrawn_before_executory"),
        (other.id, "withdrawn_on = NULL, withdrawn_by = NULL, withdrawn_at = NULL", "decided"),
        (other.id, "transmitted_on = voted_on, published_on = voted_on,"
                   " made_executory_on = voted_on", "decided"),
    ):  # fmt: skip
        with pytest.raises(IntegrityError, match=words), session.begin_nested():
            session.execute(
                text(f"UPDATE deliberation SET {change} WHERE id = :id"),
                {"id": act_id},
            )
    with pytest.raises(IntegrityError, match="stands"), session.begin_nested():
        reopen(session, act.decisions, Why.ACT_WITHDRAWN, actor=scene.officer, now=NOW)
    with pytest.raises(IntegrityError, match="withdrawn, never reopened"), session.begin_nested():
        reopen(session, act.decisions, Why.APPEAL, actor=scene.officer, now=NOW)


def test_whoever_was_told_is_told_that_the_act_fell(session):
    award = an_award_to_pay(session)  # executory: its act is another one's
    scene = award.scene
    act = a_deliberation(session, scene, a_refusal(scene, 1))
    announce_results(session, act.id, actor=scene.officer, now=NOW)
    withdrawn(session, scene, act)
    told = select(Message.subject_id).where(Message.kind == "decision.withdrawn")
    assert session.scalars(told).all() == [scene.applications[1].id]
    assert session.get_one(Deliberation, act.id).withdrawal_reason == "Déféré, annulé"


def test_what_fell_counts_nowhere_and_is_decided_again_from_the_same_pages(session):
    scene = a_scene(session, applications=1)
    application, viewer = scene.applications[0].id, {"viewer": scene.officer}
    by = {"actor": scene.officer, "now": NOW}
    item = an_award(scene, amount=2_400_000)
    act = a_deliberation(session, scene, item, announced=True, executory=False)
    (award,) = session.scalars(select(Decision.id).where(Decision.deliberation_id == act.id))
    owed = duties(today=NOW.date(), kinds=[Kind.AGREEMENT], **viewer)
    margins = partial(watch.margins, session, application, on=HELD_ON, **viewer)
    assert (len(session.execute(owed).all()), len(margins()[0].aids)) == (1, 1)
    assert must_sign(session, award, on=HELD_ON)
    withdrawn(session, scene, act)
    assert (session.execute(owed).all(), margins()[0].aids) == ([], [])
    assert not must_sign(session, award, on=HELD_ON)
    assert queries.published_results(session) == []
    table = queries.decision_table(session, scene.call.id, scene.funder.id, **viewer)
    assert [line.application.id for line in table.lines] == [application]
    made = scenarios.make(session, scene.call.id, scene.funder.id, name="Encore", **by)
    typed = scenarios.Typed(
        outcome=item.outcome,
        instrument=item.instrument,
        envelope_id=item.envelope_id,
        base=item.amount,
        amount=item.amount,
    )
    saved = scenarios.save_line(session, made.id, application, version=0, typed=typed, **by)
    assert saved.amount == item.amount
    assert scenarios.accept(session, made.id, **by) == 1
