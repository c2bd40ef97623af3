"""Conditions, bank details, batches and signatures, where PostgreSQL has the last word."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from build.clock import NOW
from build.decisions import a_scene, an_award, standing
from build.payments import (
    EIGHTY_TWENTY,
    IBAN,
    VAULT,
    a_claim,
    a_paid_order,
    an_account,
    an_approved_order,
    an_award_to_pay,
    an_order,
    set_up,
)
from build.people import a_funder_member, acting_as
from grants.kernel.access import FunderRole
from grants.kernel.errors import Forbidden, Refused, Unknown
from grants.kernel.money import Unit
from grants.outbox.models import Message
from grants.payments import queries, services
from grants.payments.models import (
    BankDetails,
    ClaimState,
    ConditionKind,
    DetailsState,
    Instalment,
    OrderBatch,
    OrderState,
    PaymentOrder,
)
from grants.payments.plan import Asked, Part
from grants.payments.services import proving
from grants.payments.steps import StepKind, steps

OTHER = "FR1420041010050500013M02606"
ON_REPORT = (
    Part(
        percent=100,
        label="Solde",
        conditions=(
            Asked(ConditionKind.AUDIT),
            Asked(ConditionKind.COFUNDER, "Région"),
        ),
    ),
)
TODAY = NOW.date()


def refuses(session, statement: str, words: str, **values: object) -> None:
    with pytest.raises(IntegrityError, match=words), session.begin_nested():
        session.execute(text(statement), values)
        session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))


def meet(session, award, claim, condition, **given):
    proof = {"on": TODAY, "note": "Lettre du 1er octobre", "now": NOW}
    return services.meet_condition(
        session, claim.id, condition.id, actor=award.scene.officer, **{**proof, **given}
    )


def test_what_is_missing_blocks_the_certification_and_is_named_until_it_is_there(session):
    award = an_award_to_pay(session, parts=ON_REPORT)
    claim = a_claim(session, award)
    audit, cofunder = queries.claim(
        session, claim.id, viewer=award.scene.officer
    ).instalment.conditions
    act = {"actor": award.scene.officer, "now": NOW}
    with pytest.raises(Refused, match="missing_audit"):
        services.certify(session, claim.id, **act)
    assert claim.due_on is None, "the clock waits with the claim"
    meet(session, award, claim, audit)
    with pytest.raises(Refused) as refused:
        services.certify(session, claim.id, **act)
    assert (refused.value.code, refused.value.facts["label"]) == (
        "claim.missing_cofunder",
        "Région",
    )
    refuses(
        session,
        "UPDATE claim SET state = 'certified', certified_at = now(), certified_by = submitted_by",
        "claim_meets_conditions",
    )
    meet(session, award, claim, cofunder, on=TODAY - timedelta(days=2))
    assert claim.due_on == TODAY + timedelta(days=60)
    services.certify(session, claim.id, **act)
    with pytest.raises(Refused, match="certified_already"):
        services.withdraw_condition(session, claim.id, audit.id, **act)
    refuses(
        session,
        "UPDATE instalment_condition SET met_on = NULL, met_at = NULL, met_by = NULL",
        "condition_stays_met",
    )


def test_a_condition_is_proved_on_a_day_by_something_and_by_an_officer(session):
    award = an_award_to_pay(session, parts=ON_REPORT)
    claim = a_claim(session, award)
    condition = queries.claim(session, claim.id, viewer=award.scene.officer).instalment.conditions[
        0
    ]
    for given, code in (
        ({"note": " "}, "note_missing"),
        ({"on": TODAY + timedelta(days=1)}, "to_come"),
    ):
        with pytest.raises(Refused, match=code):
            meet(session, award, claim, condition, **given)
    with pytest.raises(Forbidden):
        services.meet_condition(
            session,
            claim.id,
            condition.id,
            on=TODAY,
            note="x",
            actor=award.scene.finance,
            now=NOW,
        )
    for _ in range(2):
        meet(session, award, claim, condition)
    services.withdraw_condition(session, claim.id, condition.id, actor=award.scene.officer, now=NOW)
    assert condition.met_on is None
    kinds = session.scalars(select(Message.kind)).all()
    assert [kinds.count(f"condition.{one}") for one in ("met", "withdrawn")] == [1, 1]


def test_what_the_software_knows_to_be_there_needs_nobody(session, monkeypatch):
    award = an_award_to_pay(
        session, parts=(Part(percent=100, label="a", conditions=(Asked(ConditionKind.AGREEMENT),)),)
    )
    claim = a_claim(session, award)
    monkeypatch.setattr(
        proving, "PROOFS", {ConditionKind.AGREEMENT: lambda _session, _award: TODAY}
    )
    services.certify(session, claim.id, actor=award.scene.officer, now=NOW)
    assert claim.state is ClaimState.CERTIFIED


def test_a_plan_with_its_conditions_may_be_made_twice_and_made_again(session):
    award = an_award_to_pay(session, parts=ON_REPORT)
    act = {"actor": award.scene.officer, "now": NOW}
    same = services.plan_instalments(session, award.decision.id, parts=ON_REPORT, **act)
    assert [one.id for one in same] == [one.id for one in award.instalments]
    again = services.plan_instalments(session, award.decision.id, parts=EIGHTY_TWENTY, **act)
    assert [one.conditions for one in again] == [[], []]


def test_never_more_than_the_award_whoever_writes_it(session):
    award = an_award_to_pay(session)
    refuses(session, "UPDATE instalment SET amount = amount + 1", "instalments_fit_award")
    session.execute(text("SET CONSTRAINTS ALL DEFERRED"))
    order = an_order(session, award)
    refuses(session, "UPDATE payment_order SET amount = amount + 1", "never changed")
    columns = ", ".join(
        one.name
        for one in PaymentOrder.__table__.columns
        if one.name not in {"id", "serial", "amount", "state"}
    )
    for amount, serial, code in (
        ("amount", "serial + 1", "never more than the award"),  # the whole instalment, twice
        ("amount + 1", "serial + 1", "never more than the award"),
    ):
        refuses(
            session,
            f"INSERT INTO payment_order (id, serial, amount, state, {columns})"
            f" SELECT :id, {serial}, {amount}, 'prepared', {columns} FROM payment_order",
            code,
            id=uuid4(),
        )
    assert standing(session, award.scene.envelope_id)["ordered"] == order.amount


def test_another_account_waits_for_a_second_person_and_the_old_address_is_told(session):
    award = an_award_to_pay(session)
    a_paid_order(session, award)
    claim = a_claim(session, award, 1, account=an_account(OTHER))
    details = queries.details(session, claim.bank_details_id, viewer=award.scene.finance)
    assert (details.state, details.replaces.iban_last4) == (DetailsState.PENDING, IBAN[-4:])
    assert details.replaces.depositor_email == award.scene.author.email
    services.certify(session, claim.id, actor=award.scene.officer, now=NOW)
    act = {"actor": award.scene.finance, "now": NOW}
    with pytest.raises(Refused, match="change_waits"):
        services.prepare(session, [claim.id], **act)
    with pytest.raises(Refused, match="reason_missing"):
        services.agree_to_change(session, details.id, reason=" ", **act)
    for _ in range(2):
        services.agree_to_change(session, details.id, reason="Trésorière appelée", **act)
    assert services.prepare(session, [claim.id], **act)[0].state is OrderState.PREPARED
    told = select(Message).where(Message.kind.like("bank_details.%")).order_by(Message.serial)
    messages = session.scalars(told).all()
    assert [one.kind for one in messages] == [
        "bank_details.agreed",
        "bank_details.change_asked",
        "bank_details.agreed",
    ]
    assert not any(number[4:] in str([m.payload for m in messages]) for number in (IBAN, OTHER))


def test_postgresql_orders_nothing_to_an_account_nobody_agreed_to(session):
    award = an_award_to_pay(session)
    claim = a_claim(session, award)
    refuses(
        session,
        "UPDATE bank_details SET state = 'agreed', answered_by = deposited_by, answered_at = now()",
        "another_person_agrees",
    )
    services.certify(session, claim.id, actor=award.scene.officer, now=NOW)
    refuses(session, "UPDATE bank_details SET iban_last4 = '0000'", "never changed")
    session.execute(text("ALTER TABLE bank_details DISABLE TRIGGER bank_details_stay"))
    session.execute(text("UPDATE bank_details SET iban_index = '\\x00'"))
    with pytest.raises(IntegrityError, match="nobody agreed to this"), session.begin_nested():
        services.prepare(session, [claim.id], actor=award.scene.finance, now=NOW)


def test_an_account_in_another_name_asks_why(session):
    award = an_award_to_pay(session)
    claim = a_claim(session, award, holder="Boucherie Sanzot")
    act = {"actor": award.scene.officer, "now": NOW}
    with pytest.raises(Refused) as refused:
        services.certify(session, claim.id, **act)
    assert (refused.value.code, refused.value.field) == ("claim.holder_differs", "holder_reason")
    services.certify(session, claim.id, holder_reason="Structure porteuse, convention lue", **act)
    details = session.get_one(BankDetails, claim.bank_details_id)
    assert (details.state, details.note[:9]) == (DetailsState.AGREED, "Structure")


def test_accounts_are_read_by_those_who_pay_and_each_look_is_kept(session):
    award = an_award_to_pay(session)
    a_paid_order(session, award)
    claim = a_claim(session, award, 1, account=an_account(OTHER))
    shown = {"vault": VAULT, "now": NOW}
    for role in (FunderRole.OFFICER, FunderRole.AUDITOR):
        with pytest.raises(Unknown):
            services.show_details(
                session, claim.bank_details_id, actor=award.scene.actors[role], **shown
            )
    both = services.show_details(session, claim.bank_details_id, actor=award.scene.finance, **shown)
    assert both == (OTHER, IBAN)
    looks = select(func.count()).where(Message.kind == "bank_details.shown")
    assert session.scalar(looks) == 1


def test_batches_are_numbered_without_gaps_and_hold_what_was_prepared_together(session):
    scene = a_scene(session, applications=1)
    half = (Part(percent=50, label="a"), Part(percent=50, label="b"))
    award = an_award_to_pay(session, an_award(scene), scene=scene, parts=half)
    first = a_paid_order(session, award)
    second = a_paid_order(session, award, a_claim(session, award, 1))
    assert [one.batch.number for one in (first, second)] == ["2018-B001", "2018-B002"]
    line = queries.batch_lines(session, [first.batch], viewer=scene.finance)[0]
    assert (line.orders, line.to_sign, line.amounts) == (1, 0, ((Unit.EUR, first.amount),))
    refuses(
        session,
        "INSERT INTO order_batch (id, funder_id, year, serial, prepared_by, prepared_at)"
        " SELECT :id, funder_id, year, 9, prepared_by, prepared_at FROM order_batch LIMIT 1",
        "batch_follows",
        id=uuid4(),
    )
    assert session.scalar(select(func.count()).select_from(OrderBatch)) == 2


def test_above_the_threshold_two_others_sign(session):
    award = an_award_to_pay(session)
    scene = award.scene
    set_up(session, scene, second_from=800_000)
    traced = select(Message.payload).where(Message.kind == "payment_setting.changed")
    (kept,) = session.scalars(traced).all()
    assert (kept["second_before"], kept["second_from"], kept["account"]) == (None, 800_000, False)
    order = an_approved_order(session, award)
    assert (order.needs_second, order.state) == (True, OrderState.PREPARED)
    services.approve(session, [order.id], actor=scene.approver, now=NOW)
    assert order.state is OrderState.PREPARED, "the same person signs once"
    refuses(
        session,
        "UPDATE payment_order SET state = 'approved', approved_by = first_signed_by,"
        " approved_at = now()",
        "each_signs_once",
    )
    refuses(
        session,
        "UPDATE payment_order SET state = 'approved', approved_by = rejected_by,"
        " approved_at = now(), first_signed_by = NULL, first_signed_at = NULL",
        "check constraint",
    )
    other = acting_as(session, a_funder_member(session, scene.funder, FunderRole.APPROVER))
    for _ in range(2):
        services.approve(session, [order.id], actor=other, now=NOW)
    assert (order.state, order.approved_by) == (OrderState.APPROVED, other.id)


def test_what_came_back_from_the_bank_is_committed_again_and_paid_once_more(session):
    award = an_award_to_pay(session)
    order = a_paid_order(session, award)
    act = {"actor": award.scene.finance, "now": NOW}
    for _ in range(2):
        services.bounce(session, order.id, reason="Compte clos", on=TODAY, **act)
    assert standing(session, award.scene.envelope_id) == {
        "available": 5_000_000,
        "committed": 1_000_000,
    }
    again = services.prepare(session, [order.claim_id], **act)[0]
    assert (again.number, again.batch.number) == ("2018-0002", "2018-B002")


def test_the_statement_counts_what_was_paid_before_to_the_cent(session):
    award = an_award_to_pay(
        session, an_award(scene := a_scene(session), amount=1_000_001), scene=scene
    )
    first = a_paid_order(session, award)
    second = an_order(session, award, a_claim(session, award, 1))
    viewer = scene.finance
    before = queries.statement(session, first.id, viewer=viewer)
    assert (before.is_asked, before.before, before.left) == (False, 0, 200_000)
    found = queries.statement(session, second.id, viewer=viewer)
    assert [(one.number, one.amount, one.total) for one in found.lines] == [
        ("2018-0001", 800_001, 800_001)
    ]
    assert (found.before + found.order.amount + found.left, found.left) == (found.award, 0)


def test_the_task_list_says_what_is_done_and_what_is_not(session):
    award = an_award_to_pay(session)
    claim = a_claim(session, award)
    found = queries.claim(session, claim.id, viewer=award.scene.officer)
    listed = steps(found.instalment, found, None)
    assert {one.kind for one in listed if one.done} == {StepKind.CLAIM}
    order = a_paid_order(session, award, claim)
    found = queries.claim(session, claim.id, viewer=award.scene.officer)
    assert all(one.done for one in steps(found.instalment, found, order))
    waiting = steps(award.instalments[1], None, None, waits_for="Acompte")
    assert (waiting[0].kind, waiting[0].done, waiting[0].detail) == (
        StepKind.PREVIOUS,
        False,
        "Acompte",
    )
    assert found.due_on == date(2018, 11, 30)
    assert session.scalar(select(func.count()).select_from(Instalment)) == 2
