"""A whole act annulled once it was executory: every award at once, to the cent, and once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from build.clock import NOW
from build.decisions import a_deliberation, a_refusal, a_scene, an_award, recused, standing
from build.payments import a_claim, a_paid_order, an_award_to_pay, an_order
from build.withdrawing import notified
from grants.applications.models import ApplicationState
from grants.decisions.models import Decision, Reopening, Why
from grants.decisions.queries import decision_table
from grants.kernel.errors import Refused, Unknown
from grants.ledger.verify import verify
from grants.outbox.models import Message
from grants.payments import queries as payments
from grants.withdrawals import queries, services
from grants.withdrawals.models import Annulment, Withdrawal, WithdrawalState
from grants.withdrawals.services import Pronounced

TODAY = NOW.date()


@pytest.fixture
def scene(session):
    return a_scene(session)


@pytest.fixture
def award(session, scene):
    """Two awards of one act, of 10 000 € and 4 000 €; 8 000 € of the first are paid."""
    items = an_award(scene), an_award(scene, nth=1, amount=400_000)
    found = an_award_to_pay(session, *items, scene=scene)
    a_paid_order(session, found)
    return found


def act_of(award):
    return award.decision.deliberation_id


def seen(session, award) -> str:
    return queries.stops_fingerprint(queries.stops(session, act_of(award)))


def annul(session, award, **given):
    facts = {
        "by": "Tribunal administratif de Clermont-Ferrand",
        "reference": "TA 1802345",
        "on": TODAY,
        "reason": "Le quorum n’était pas réuni.",
        "seen": given.pop("seen", None) or seen(session, award),
    }
    by = {"actor": given.pop("actor", award.scene.officer), "now": NOW}
    return services.annul_act(session, act_of(award), Pronounced(**(facts | given)), **by)


def test_each_award_of_an_annulled_act_is_withdrawn_once(session, award):
    before = standing(session, award.scene.envelope_id)
    shown = [
        (one.effect.cancelled, one.effect.claimed) for one in queries.stops(session, act_of(award))
    ]
    assert shown == [(200_000, 800_000), (400_000, 0)]
    made = annul(session, award)
    rows = queries.taken_by(session, made)
    assert [(one.cancelled, one.to_claim) for one in rows] == shown
    assert {one.state for one in rows} == {WithdrawalState.EFFECTIVE}
    after = standing(session, award.scene.envelope_id)
    assert (before["committed"], after.get("committed", 0)) == (600_000, 0)
    assert after["available"] == before.get("available", 0) + 600_000
    assert annul(session, award, seen="autre").id == made.id
    assert len(session.scalars(select(Withdrawal)).all()) == 2
    told = select(Message).where(Message.kind == "deliberation.annulled")
    assert len(session.scalars(told).all()) == 1
    each = select(Message.subject_id).where(Message.kind == "decision.annulled")
    assert sorted(session.scalars(each)) == sorted(one.id for one in award.scene.applications)
    assert verify(session) == []


def test_a_withdrawal_under_way_gives_way_to_the_annulment(session, award):
    row = notified(session, award)
    (first, _) = queries.stops(session, act_of(award))
    assert first.under_way is row
    annul(session, award)
    assert row.state is WithdrawalState.DROPPED
    assert "TA 1802345" in row.drop_reason


@pytest.mark.parametrize(
    ("code", "given"),
    [
        ("by_missing", {"by": " "}),
        ("reference_missing", {"reference": ""}),
        ("reason_missing", {"reason": " "}),
        ("to_come", {"on": TODAY + timedelta(days=1)}),
        ("before_vote", {"on": TODAY - timedelta(days=60)}),
        ("changed", {"seen": "autre"}),
    ],
)
def test_an_annulment_is_told_dated_and_read_before_it_is_signed(session, award, code, given):
    with pytest.raises(Refused, match=rf"annulment\.{code}"):
        annul(session, award, **given)
    assert session.scalars(select(Annulment)).all() == []


def test_orders_on_their_way_are_settled_first(session, award):
    order = an_order(session, award, a_claim(session, award, 1))
    with pytest.raises(Refused, match=r"annulment\.orders_wait") as told:
        annul(session, award)
    assert told.value.facts["numbers"] == order.number


def test_who_is_recused_or_elsewhere_annuls_nothing(session, award):
    mine = award.scene.applications[1]
    with pytest.raises(Refused, match=r"annulment\.recused"):
        annul(session, award, actor=recused(award.scene.officer, mine))
    with pytest.raises(Unknown):
        annul(session, award, actor=a_scene(session).officer)


def test_an_act_that_is_not_executory_is_not_annulled(session, scene):
    act = a_deliberation(session, scene, an_award(scene))
    facts = Pronounced(by="TA", reference="1", on=TODAY, reason="x", seen="")
    with pytest.raises(Refused, match=r"annulment\.not_executory"):
        services.annul_act(session, act.id, facts, actor=scene.officer, now=NOW)
    row = Annulment(
        deliberation_id=act.id, funder_id=act.funder_id, pronounced_by="TA", reference="1",
        pronounced_on=TODAY, reason="x", recorded_by=scene.officer.id, recorded_at=NOW,
    )  # fmt: skip
    with pytest.raises(IntegrityError, match="executory"), session.begin_nested():
        session.add(row)
        session.flush()


def test_what_it_costs_to_read_does_not_grow_with_the_act(session, award, statements):
    before = len(statements)
    queries.stops(session, act_of(award))

    assert len(statements) - before <= 9


def test_what_an_annulled_act_decided_goes_on_another_deliberation(session, scene):
    """Awarded and paid, refused: each is decided again, and what was decided stays to be read."""
    items = an_award(scene), a_refusal(scene)
    award = an_award_to_pay(session, *items, scene=scene)
    a_paid_order(session, award)
    before = decided(session)
    annul(session, award)
    assert {one.state for one in files_of(session, scene)} == {ApplicationState.IN_REVIEW}
    assert decided(session) == before
    table = decision_table(session, scene.call.id, scene.funder.id, viewer=scene.officer)
    assert {one.application.id for one in table.lines} == {one.id for one in scene.applications}
    (plan,) = payments.plans_of_deliberation(session, act_of(award), viewer=scene.officer)
    assert plan.decision.id == award.decision.id
    committed = standing(session, award.scene.envelope_id).get("committed", 0)
    again = a_deliberation(
        session, scene, an_award(scene, amount=600_000), an_award(scene, 1, amount=300_000),
        announced=True,
    )  # fmt: skip
    after = standing(session, award.scene.envelope_id)
    assert after["committed"] == committed + 900_000
    assert after["paid"] == 800_000
    told = {one.application_id: one.amount for one in session.scalars(of_act(again))}
    assert told == {scene.applications[0].id: 600_000, scene.applications[1].id: 300_000}
    assert len(decided(session)) == len(before) + 2
    assert {one.state for one in files_of(session, scene)} == {ApplicationState.AWARDED}
    assert verify(session) == []
    with pytest.raises(Refused, match=r"proposal\.already_decided"):
        a_deliberation(session, scene, an_award(scene, amount=1))


def test_postgresql_reopens_an_award_by_its_annulment_alone(session, award):
    row = {"decision_id": award.decision.id, "reopened_by": award.scene.officer.id}
    for why in (Why.ACT_ANNULLED, Why.APPEAL):
        with pytest.raises(IntegrityError), session.begin_nested():
            session.add(Reopening(why=why, reopened_at=NOW, **row))
            session.flush()
    session.add(
        Annulment(
            deliberation_id=act_of(award), funder_id=award.scene.funder.id, pronounced_by="TA",
            reference="1", pronounced_on=TODAY, reason="x", recorded_by=award.scene.officer.id,
            recorded_at=NOW,
        )
    )  # fmt: skip
    session.flush()
    with pytest.raises(IntegrityError, match="still holds money"), session.begin_nested():
        session.add(Reopening(why=Why.ACT_ANNULLED, reopened_at=NOW, **row))
        session.flush()


def decided(session):
    """What was decided, whatever became of it."""
    rows = session.scalars(select(Decision).order_by(Decision.id))
    return [(one.id, one.outcome, one.amount) for one in rows]


def of_act(act):
    return select(Decision).where(Decision.deliberation_id == act.id).order_by(Decision.id)


def files_of(session, scene):
    for one in scene.applications:
        session.refresh(one)
    return scene.applications
