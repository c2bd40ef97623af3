"""Instalments, claims, orders and payments on a real PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from build.clock import NOW
from build.decisions import a_deliberation, a_scene, an_award, recused, standing
from build.payments import (
    EIGHTY_TWENTY,
    IBAN,
    ONCE,
    VAULT,
    a_claim,
    a_document,
    a_paid_order,
    an_account,
    an_approved_order,
    an_award_to_pay,
    an_order,
)
from build.people import a_funder, a_funder_member, a_member, acting_as, an_organisation
from grants.applications.models import Application, ApplicationState
from grants.decisions.models import Instrument
from grants.kernel.access import FunderRole, OrganisationRole
from grants.kernel.errors import Forbidden, Refused, Unknown
from grants.kernel.money import Unit
from grants.ledger import services as ledger
from grants.ledger.operations import Section
from grants.outbox.models import Message
from grants.payments import queries, services
from grants.payments.models import Claim, ClaimState, Instalment, OrderState
from grants.payments.plan import Part

S = ApplicationState


def state_of(session, application) -> ApplicationState:
    return session.scalar(select(Application.state).where(Application.id == application.id))


def test_an_award_is_paid_in_two_instalments_to_the_cent(session):
    scene = a_scene(session, applications=1)
    award = an_award_to_pay(session, an_award(scene, amount=1_000_001), scene=scene)
    assert [one.amount for one in award.instalments] == [800_001, 200_000]
    application = scene.applications[0]
    assert state_of(session, application) is S.UNDER_AGREEMENT
    a_paid_order(session, award)
    assert state_of(session, application) is S.IN_PROGRESS
    assert standing(session, scene.envelope_id) == {
        "available": 4_999_999,
        "committed": 200_000,
        "paid": 800_001,
    }
    a_paid_order(session, award, a_claim(session, award, 1))
    assert state_of(session, application) is S.CLOSED
    assert standing(session, scene.envelope_id) == {"available": 4_999_999, "paid": 1_000_001}


def test_money_stands_as_ordered_between_the_order_and_the_payment(session):
    award = an_award_to_pay(session)
    order = an_order(session, award)
    ordered = {"available": 5_000_000, "committed": 200_000, "ordered": 800_000}
    assert standing(session, award.scene.envelope_id) == ordered
    assert order.number == "2018-0001"


def test_a_subscription_of_shares_is_paid_without_bank_details(session):
    scene = a_scene(session, applications=1, section=Section.CAPITAL)
    stake = an_award(scene, amount=1_000_000, instrument=Instrument.EQUITY)
    award = an_award_to_pay(session, stake, scene=scene, parts=ONCE)
    given = {"account": None, "holder": "", "reference": "Bulletin n° 14"}
    with pytest.raises(Refused, match="document_missing"):
        a_claim(session, award, **given)
    bulletin = a_document(session, award.applicant.id, "bulletin.pdf")
    claim = a_claim(session, award, documents=[bulletin], **given)
    assert (claim.iban_cipher, claim.iban_last4, claim.holder) == (None, None, None)
    order = a_paid_order(session, award, claim)
    show = {"vault": VAULT, "actor": scene.finance, "now": NOW}
    assert services.show_bank_details(session, order.id, **show) is None
    assert standing(session, scene.envelope_id)["paid"] == 1_000_000
    assert state_of(session, scene.applications[0]) is S.CLOSED


def test_floor_area_is_handed_over_without_bank_details(session):
    scene = a_scene(session, applications=1, voted=4_000, unit=Unit.SQUARE_METRE)
    floor = an_award(scene, amount=350, instrument=Instrument.FLOOR_AREA)
    award = an_award_to_pay(session, floor, scene=scene, parts=ONCE)
    with pytest.raises(Refused, match="reference_missing"):
        a_claim(session, award, account=None, holder="")
    claim = a_claim(session, award, account=None, holder="", reference="PV du 1er octobre 2018")
    a_paid_order(session, award, claim)
    assert standing(session, scene.envelope_id) == {"available": 3_650, "paid": 350}


def test_a_plan_may_be_made_again_until_something_is_claimed(session):
    award = an_award_to_pay(session)
    act = {"actor": award.scene.officer, "now": NOW}
    same = services.plan_instalments(session, award.decision.id, parts=EIGHTY_TWENTY, **act)
    assert [one.id for one in same] == [one.id for one in award.instalments]
    again = services.plan_instalments(session, award.decision.id, parts=ONCE, **act)
    assert [one.amount for one in again] == [1_000_000]
    award.instalments = list(again)
    a_claim(session, award)
    with pytest.raises(Refused, match="claimed_already"):
        services.plan_instalments(session, award.decision.id, parts=EIGHTY_TWENTY, **act)
    assert session.scalar(select(func.count()).select_from(Instalment)) == 1


def test_the_balance_waits_for_the_first_instalment(session):
    award = an_award_to_pay(session)
    with pytest.raises(Refused) as refused:
        a_claim(session, award, 1)
    assert (refused.value.code, refused.value.facts["label"]) == ("claim.previous_first", "Acompte")


@pytest.mark.parametrize("announced", [False, True])
def test_nothing_is_told_or_claimed_before_the_decision_is_read(session, announced):
    scene = a_scene(session)
    deliberation = a_deliberation(session, scene, announced=announced)
    decision = queries.plans_of_deliberation(session, deliberation.id, viewer=scene.officer)[0]
    instalments = services.plan_instalments(
        session, decision.decision.id, parts=ONCE, actor=scene.officer, now=NOW
    )
    applicant = acting_as(session, scene.author)
    assert queries.plans_for_applicant(session, scene.applications[0].id, viewer=applicant) == []
    with pytest.raises(Unknown):
        queries.claimable(session, instalments[0].id, viewer=applicant)


def test_a_claim_sent_twice_is_one_and_another_account_is_refused(session):
    award = an_award_to_pay(session)
    first = a_claim(session, award)
    assert a_claim(session, award).id == first.id
    with pytest.raises(Refused, match="already_made"):
        a_claim(session, award, account=an_account("FR1420041010050500013M02606"))


def test_a_refused_claim_may_be_made_again(session):
    award = an_award_to_pay(session)
    first = a_claim(session, award)
    act = {"actor": award.scene.officer, "now": NOW}
    with pytest.raises(Refused, match="reason_missing"):
        services.refuse(session, first.id, reason=" ", **act)
    services.refuse(session, first.id, reason="RIB d’une autre structure", **act)
    services.refuse(session, first.id, reason="encore", **act)
    second = a_claim(session, award)
    assert second.id != first.id
    assert a_paid_order(session, award, second).state is OrderState.PAID


def test_whoever_prepared_an_order_does_not_approve_it(session):
    award = an_award_to_pay(session)
    both = a_funder_member(
        session, award.scene.funder, FunderRole.FINANCE, FunderRole.APPROVER, name="Deux Rôles"
    )
    actor = acting_as(session, both)
    claim = a_claim(session, award)
    services.certify(session, claim.id, actor=award.scene.officer, now=NOW)
    order = services.prepare(session, [claim.id], actor=actor, now=NOW)[0]
    with pytest.raises(Refused, match="same_person"):
        services.approve(session, [order.id], actor=actor, now=NOW)
    by_hand = text(
        "UPDATE payment_order SET state = 'approved', approved_by = prepared_by,"
        " approved_at = now()"
    )
    with pytest.raises(IntegrityError, match="two_persons_sign"), session.begin_nested():
        session.execute(by_hand)
    services.approve(session, [order.id], actor=award.scene.approver, now=NOW)


def test_every_step_may_run_twice(session):
    award = an_award_to_pay(session)
    scene, claim = award.scene, a_claim(session, award)
    for _ in range(2):
        services.certify(session, claim.id, actor=scene.officer, now=NOW)
    orders = {
        services.prepare(session, [claim.id], actor=scene.finance, now=NOW)[0].id for _ in range(2)
    }
    assert len(orders) == 1
    for _ in range(2):
        services.approve(session, orders, actor=scene.approver, now=NOW)
    paying = {"on": NOW.date(), "reference": "B1", "actor": scene.finance, "now": NOW}
    for _ in range(2):
        services.pay(session, orders, **paying)
    assert standing(session, scene.envelope_id)["paid"] == 800_000
    kinds = session.scalars(select(Message.kind)).all()
    for kind in ("claim.certified", "payment_order.approved", "payment_order.paid"):
        assert kinds.count(kind) == 1


@pytest.mark.parametrize("make", [an_order, an_approved_order])
def test_an_order_turned_down_gives_the_money_back_to_the_commitment(session, make):
    award = an_award_to_pay(session)
    order = make(session, award)
    act = {"actor": award.scene.approver, "now": NOW}
    with pytest.raises(Refused, match="reason_missing"):
        services.reject(session, order.id, reason="", **act)
    for _ in range(2):
        services.reject(session, order.id, reason="Compte clos", **act)
    assert standing(session, award.scene.envelope_id) == {
        "available": 5_000_000,
        "committed": 1_000_000,
    }
    claim = session.get(Claim, order.claim_id)
    assert claim.state is ClaimState.CERTIFIED
    again = services.prepare(session, [claim.id], actor=award.scene.finance, now=NOW)[0]
    assert (again.number, again.state) == ("2018-0002", OrderState.PREPARED)


def test_only_an_approved_order_is_paid_and_not_in_the_future(session):
    award = an_award_to_pay(session)
    order = an_order(session, award)
    act = {"actor": award.scene.finance, "now": NOW}
    with pytest.raises(Refused, match="from_prepared"):
        services.pay(session, [order.id], on=NOW.date(), reference="B", **act)
    services.approve(session, [order.id], actor=award.scene.approver, now=NOW)
    for given, code in (
        ({"on": NOW.date() + timedelta(days=1), "reference": "B"}, "paid_to_come"),
        ({"on": NOW.date() - timedelta(days=1), "reference": "B"}, "paid_before_approval"),
        ({"on": NOW.date(), "reference": " "}, "reference_missing"),
    ):
        with pytest.raises(Refused, match=code):
            services.pay(session, [order.id], **given, **act)


def test_each_step_belongs_to_its_role(session):
    award = an_award_to_pay(session)
    scene, claim = award.scene, a_claim(session, award)
    with pytest.raises(Forbidden):
        services.certify(session, claim.id, actor=scene.finance, now=NOW)
    services.certify(session, claim.id, actor=scene.officer, now=NOW)
    with pytest.raises(Forbidden):
        services.prepare(session, [claim.id], actor=scene.officer, now=NOW)
    order = services.prepare(session, [claim.id], actor=scene.finance, now=NOW)[0]
    with pytest.raises(Forbidden):
        services.approve(session, [order.id], actor=scene.actors[FunderRole.AUDITOR], now=NOW)
    with pytest.raises(Forbidden):
        services.plan_instalments(
            session, award.decision.id, parts=ONCE, actor=scene.finance, now=NOW
        )


def test_only_those_who_keep_the_purse_claim(session):
    award = an_award_to_pay(session)
    application = award.scene.applications[0]
    editor = a_member(session, application.organisation, OrganisationRole.EDITOR)
    for person in (editor, a_member(session, an_organisation(session))):
        award.applicant = acting_as(session, person)
        with pytest.raises(Unknown):
            a_claim(session, award)
    treasurer = a_member(session, application.organisation, OrganisationRole.TREASURER)
    award.applicant = acting_as(session, treasurer)
    assert a_claim(session, award).state is ClaimState.SUBMITTED


def test_strangers_and_the_recused_find_nothing(session):
    award = an_award_to_pay(session)
    claim = a_claim(session, award)
    order = an_order(session, award, claim)
    elsewhere = a_funder(session)
    roles = (FunderRole.OFFICER, FunderRole.FINANCE, FunderRole.APPROVER)
    stranger = acting_as(session, a_funder_member(session, elsewhere, *roles))
    application = award.scene.applications[0]
    walled = [recused(one, application) for one in award.scene.actors.values()]
    for actor in (stranger, *walled):
        for look, row_id in (
            (queries.claim, claim.id),
            (queries.order, order.id),
            (queries.award, award.decision.id),
        ):
            with pytest.raises(Unknown):
                look(session, row_id, viewer=actor)
        assert session.scalars(queries.claims(viewer=actor)).all() == []
        assert session.scalars(queries.orders(viewer=actor)).all() == []
        assert queries.order_counts(session, viewer=actor) == {}


def test_the_account_number_is_nowhere_in_plain_text(session):
    award = an_award_to_pay(session)
    order = an_order(session, award)
    tables = session.scalars(
        text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    ).all()
    for table in tables:
        rows = session.scalars(text(f'SELECT t::text FROM "{table}" t')).all()
        for row in rows:
            assert IBAN not in row
            assert IBAN.encode().hex() not in row
            assert IBAN[4:] not in row
    assert session.get(Claim, order.claim_id).iban_last4 == "0189"


def test_only_finance_sees_the_account_and_each_look_is_kept(session):
    award = an_award_to_pay(session)
    order = an_order(session, award)
    show = {"vault": VAULT, "now": NOW}
    for role in (FunderRole.AUDITOR, FunderRole.OFFICER, FunderRole.ELECTED):
        with pytest.raises(Unknown):
            services.show_bank_details(session, order.id, actor=award.scene.actors[role], **show)
    assert services.show_bank_details(session, order.id, actor=award.scene.finance, **show) == IBAN
    looks = session.scalars(select(Message).where(Message.kind == "claim.bank_details_shown")).all()
    assert [one.actor_id for one in looks] == [award.scene.finance.id]
    assert IBAN not in str([one.payload for one in looks])


def test_orders_are_numbered_without_gaps_in_their_year(session):
    scene = a_scene(session, applications=1)
    award = an_award_to_pay(session, scene=scene, parts=(Part(percent=50, label="a"),) * 2)
    first = a_paid_order(session, award)
    second = a_paid_order(session, award, a_claim(session, award, 1))
    assert [first.number, second.number] == ["2018-0001", "2018-0002"]


def test_an_award_carried_to_the_next_year_is_paid_from_there(session):
    award = an_award_to_pay(session)
    scene = award.scene
    administrator = acting_as(
        session, a_funder_member(session, scene.funder, FunderRole.ADMINISTRATOR)
    )
    book = ledger.open_book(session, scene.funder.id, 2019, actor=administrator, now=NOW)
    later = ledger.open_envelope(
        session,
        book.id,
        label="Report",
        unit=Unit.EUR,
        section=Section.OPERATING,
        actor=administrator,
        now=NOW,
    )
    ledger.book(
        session,
        "carry_commitment",
        [ledger.Movement(scene.envelope_id, 1_000_000, award.decision.id, later.id)],
        key="carry",
        on=NOW.date(),
        reason="Report",
        actor=administrator,
        now=NOW,
    )
    a_paid_order(session, award)
    assert standing(session, later.id)["paid"] == 800_000


def test_a_claim_list_costs_the_same_with_one_line_and_with_three(session, statements):
    def cost(award) -> int:
        statements.clear()
        session.expire_all()
        session.scalars(queries.claims(viewer=award.scene.officer)).unique().all()
        return len(statements)

    scene = a_scene(session, applications=3)
    award = an_award_to_pay(
        session, *(an_award(scene, nth) for nth in range(3)), scene=scene, parts=ONCE
    )
    a_claim(session, award)
    one = cost(award)
    plans = queries.plans_of_deliberation(
        session, award.decision.deliberation_id, viewer=scene.officer
    )
    for nth, plan in enumerate(plans[1:], start=1):
        made = services.plan_instalments(
            session, plan.decision.id, parts=ONCE, actor=scene.officer, now=NOW
        )
        author = acting_as(session, scene.authors[nth])
        a_claim(session, replace(award, instalments=list(made), applicant=author))
    assert cost(award) == one == 3
