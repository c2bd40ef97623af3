"""Ways around the two persons of a payment, and money booked in another year than its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError, IntegrityError

from build.clock import NOW
from build.decisions import a_scene, an_award, an_envelope, draws_on
from build.paying import HALVES
from build.payments import (
    ONCE,
    Award,
    a_claim,
    a_paid_order,
    an_account,
    an_approved_order,
    an_award_to_pay,
    an_order,
    set_up,
)
from build.people import a_funder_member, acting_as
from grants.agreements.models import ActState, Agreement, AgreementAct
from grants.decisions.models import Decision
from grants.kernel.access import FunderRole
from grants.kernel.errors import Refused
from grants.kernel.money import Amount
from grants.outbox.models import Message
from grants.payments import queries, services
from grants.payments.models import ClaimState, ConditionKind, DetailsState, OrderState
from grants.payments.plan import Asked
from grants.payments.services import cut_instalments, proofs, proving

OTHER = "FR1420041010050500013M02606"


def two_awards(session) -> tuple[Award, Award]:
    """One beneficiary, 10 000 € out of each of two envelopes."""
    scene = a_scene(session, applications=1)
    other = an_envelope(session, scene.funder)
    draws_on(session, scene.call, other, scene.funder)
    items = (an_award(scene), an_award(scene, envelope_id=other))
    one = an_award_to_pay(session, *items, scene=scene, parts=ONCE)
    second = session.scalars(select(Decision).where(Decision.id != one.decision.id)).one()
    parts = services.plan_instalments(session, second.id, parts=ONCE, actor=scene.officer, now=NOW)
    return one, replace(one, decision=second, instalments=list(parts))


def test_of_two_first_accounts_one_is_a_change_that_a_second_person_agrees_to(session):
    one, two = two_awards(session)
    claims = [a_claim(session, one), a_claim(session, two, account=an_account(OTHER))]
    act = {"actor": one.scene.officer, "now": NOW}
    both = text(
        "UPDATE bank_details SET state = 'agreed', answered_at = now(), answered_by = :officer"
    )
    with pytest.raises(IntegrityError, match="uq_bank_details_first"), session.begin_nested():
        session.execute(both, {"officer": one.scene.officer.id})
    for claim in claims:
        services.certify(session, claim.id, **act)
    first, second = (
        queries.details(session, claim.bank_details_id, viewer=one.scene.finance)
        for claim in claims
    )
    assert (first.state, first.replaces_id) == (DetailsState.AGREED, None)
    assert (second.state, second.replaces_id) == (DetailsState.PENDING, first.id)
    told = select(Message.kind).where(Message.kind.like("bank_details.%")).order_by(Message.serial)
    assert session.scalars(told).all() == ["bank_details.agreed", "bank_details.change_asked"]
    with pytest.raises(Refused, match="change_waits"):
        services.prepare(session, [claims[1].id], actor=one.scene.finance, now=NOW)
    waiting = session.scalars(queries.details_waiting(viewer=one.scene.finance)).all()
    assert [found.id for found in waiting] == [second.id]


def test_a_claim_keeps_the_account_that_was_certified(session):
    one, _ = two_awards(session)
    order = an_approved_order(session, one)
    with pytest.raises(IntegrityError, match="keeps its account"), session.begin_nested():
        session.execute(text("UPDATE claim SET iban_cipher = '\\x00'"))
    assert order.state is OrderState.APPROVED


def test_two_orders_to_one_beneficiary_do_not_pass_below_the_threshold(session):
    one, two = two_awards(session)
    scene = one.scene
    set_up(session, scene, second_from=1_500_000)
    orders = [an_order(session, award) for award in (one, two)]
    assert [order.needs_second for order in orders] == [False, True]
    signed = [order.id for order in orders]
    services.approve(session, signed, actor=scene.approver, now=NOW)
    assert [order.state for order in orders] == [OrderState.APPROVED, OrderState.PREPARED]
    other = acting_as(session, a_funder_member(session, scene.funder, FunderRole.APPROVER))
    services.approve(session, signed[1:], actor=other, now=NOW)
    assert orders[1].state is OrderState.APPROVED


def test_in_january_what_last_year_pays_bears_the_numbers_of_last_year(session):
    one, two = two_awards(session)
    first = an_order(session, one)
    claim = a_claim(session, two)
    act = {"actor": one.scene.officer, "now": NOW}
    services.certify(session, claim.id, **act)
    january = datetime(2019, 1, 20, 9, tzinfo=UTC)
    later = services.prepare(session, [claim.id], actor=one.scene.finance, now=january)[0]
    assert [order.number for order in (first, later)] == ["2018-0001", "2018-0002"]
    assert [order.batch.number for order in (first, later)] == ["2018-B001", "2018-B002"]


def of_24_000(session, **given) -> Award:
    scene = a_scene(session, **given)
    return an_award_to_pay(session, an_award(scene, amount=2_400_000), scene=scene, parts=ONCE)


def test_beyond_the_threshold_nothing_is_certified_before_the_agreement_is_signed(
    session, monkeypatch
):
    award = of_24_000(session)
    claim = a_claim(session, award)
    act = {"actor": award.scene.officer, "now": NOW}
    with pytest.raises(Refused, match="missing_agreement"):
        services.certify(session, claim.id, **act)
    monkeypatch.setattr(proofs, "agreement_signed", lambda _session, _award: NOW.date())
    assert services.certify(session, claim.id, **act).state is ClaimState.CERTIFIED


def test_what_two_small_awards_of_a_year_make_asks_for_an_agreement_too(session):
    scene = a_scene(session, applications=1)
    other = an_envelope(session, scene.funder)
    draws_on(session, scene.call, other, scene.funder)
    items = [an_award(scene, envelope_id=one, amount=1_150_001) for one in (None, other)]
    award = an_award_to_pay(session, *items, scene=scene, parts=ONCE)
    claim = a_claim(session, award)
    with pytest.raises(Refused, match="missing_agreement"):
        services.certify(session, claim.id, actor=scene.officer, now=NOW)


def test_a_body_of_public_law_is_paid_without_an_agreement(session):
    award = of_24_000(session)
    award.scene.applications[0].organisation.legal_form = "7210"  # a commune
    session.flush()
    claim = a_claim(session, award)
    done = services.certify(session, claim.id, actor=award.scene.officer, now=NOW)
    assert done.state is ClaimState.CERTIFIED


def test_an_agreement_seen_on_paper_counts(session):
    scene = a_scene(session)
    parts = (replace(ONCE[0], conditions=(Asked(ConditionKind.AGREEMENT),)),)
    award = an_award_to_pay(session, an_award(scene, amount=2_400_000), scene=scene, parts=parts)
    claim, act = a_claim(session, award), {"actor": scene.officer, "now": NOW}
    (condition,) = award.instalments[0].conditions
    seen = {"on": NOW.date(), "note": "Convention signée le 1er octobre"}
    services.meet_condition(session, claim.id, condition.id, **seen, **act)
    assert services.certify(session, claim.id, **act).state is ClaimState.CERTIFIED


def amended(session, award, euros: int) -> None:
    """An agreement on the award, in force, and an amendment that brings it down."""
    decision = award.decision
    agreement = Agreement(
        decision_id=decision.id,
        application_id=decision.application_id,
        funder_id=decision.funder_id,
        number="CONV-1",
        original_amount=decision.amount,
        unit=decision.unit,
        drafted_by=award.scene.officer.id,
        drafted_at=NOW,
    )
    session.add(agreement)
    session.flush()
    for position, amount in enumerate((decision.amount, euros * 100)):
        act = AgreementAct(
            agreement_id=agreement.id,
            position=position,
            amount=Amount(amount),
            object="Budget revu" if position else "",
            state=ActState.IN_FORCE,
            sent_at=NOW,
            in_force_on=NOW.date(),
        )
        session.add(act)
        session.flush()


def test_what_an_amendment_took_off_is_paid_no_more(session, monkeypatch):
    award = an_award_to_pay(session, parts=HALVES)
    act = {"actor": award.scene.officer, "now": NOW}
    a_paid_order(session, award)
    amended(session, award, 8_000)
    claim = a_claim(session, award, 1)
    with pytest.raises(Refused, match="beyond_agreement") as refused:
        services.certify(session, claim.id, **act)
    assert refused.value.facts["amount"] == 8_000_00
    with monkeypatch.context() as asleep, pytest.raises(DatabaseError, match="agreement in force"):
        asleep.setattr(proving, "beyond_agreement", lambda _session, _claim: None)
        with session.begin_nested():
            an_order(session, award, claim)
    session.expire_all()
    cut_instalments(session, award.decision.id, 2_000_00, reason="Avenant n° 1", **act)
    assert an_order(session, award, claim).amount == 3_000_00


@pytest.mark.parametrize("on", [date(1, 1, 1), date(2018, 9, 30), date(2018, 10, 2)])
def test_no_transfer_comes_back_before_it_left_nor_tomorrow(session, on):
    award, _ = two_awards(session)
    order = an_approved_order(session, award)
    act = {"actor": award.scene.finance, "now": NOW}
    with pytest.raises(Refused, match="accepted_before_signed"):
        services.accept(session, order.id, on=on, **act)
    services.pay(session, [order.id], on=NOW.date(), reference="V 1", **act)
    with pytest.raises(Refused, match="bounced_before_paid"):
        services.bounce(session, order.id, reason="Compte clos", on=on, **act)
