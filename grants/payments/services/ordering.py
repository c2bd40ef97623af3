"""Payment orders: prepared by one person, approved by another, then paid."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grants.applications import services as applications
from grants.applications.models import Application, ApplicationState
from grants.kernel.access import Actor
from grants.kernel.bank import Vault
from grants.kernel.clock import paris_date
from grants.kernel.errors import Refused, Unknown
from grants.kernel.identity import new_id
from grants.ledger import queries as balances
from grants.ledger import services as ledger
from grants.ledger.operations import Stage
from grants.outbox.services import announce
from grants.payments import queries
from grants.payments.lifecycle import CLAIM, ORDER
from grants.payments.models import Claim, OrderState, PaymentOrder
from grants.payments.rules import may_read_bank
from grants.people.models import Funder


def prepare(
    session: Session, claim_ids: Sequence[UUID], *, actor: Actor, now: datetime
) -> list[PaymentOrder]:
    """Prepare the payment order of each certified claim; all of them or none.

    Locks the funder's numbering, then the claims in the order of their identifiers; books
    `order` in the ledger. Announces `payment_order.prepared`. A claim already ordered gives
    back its order.

    Raises:
        Unknown: there is no such claim, or none that the actor may read.
        Forbidden: the actor does not prepare orders for that funder.
        Refused: `claim.order.from_<state>`, `ledger.insufficient`.
    """
    orders, fresh = [], []
    for claim_id in sorted(set(claim_ids)):
        claim = queries.claim(session, claim_id, viewer=actor, lock=True)
        order = _live_order(session, claim_id)
        if order is None:
            order = _prepared(session, claim, actor, now)
            fresh.append(order)
        orders.append(order)
    # Last: what the ledger locks, others wait for.
    for order in fresh:
        _book(session, "order", order, on=paris_date(now), actor=actor, now=now)
        _tell(session, "payment_order.prepared", order, actor=actor, now=now)
    return orders


def approve(
    session: Session, order_ids: Sequence[UUID], *, actor: Actor, now: datetime
) -> list[PaymentOrder]:
    """Sign orders, each prepared by somebody else; all of them or none.

    Locks them in the order of their identifiers. Announces `payment_order.approved`. Signing
    twice is signing once.

    Raises:
        Unknown: there is no such order, or none that the actor may read.
        Forbidden: the actor does not approve orders for that funder.
        Refused: `payment_order.approve.same_person`, `payment_order.approve.from_<state>`.
    """
    approved = []
    for order_id in sorted(set(order_ids)):
        order = queries.order(session, order_id, viewer=actor, lock=True)
        if not (order.state is OrderState.APPROVED and order.approved_by == actor.id):
            if order.prepared_by == actor.id:
                raise Refused("payment_order.approve.same_person", number=order.number)
            ORDER.move(order, "approve", actor=actor, now=now)
            order.approved_by, order.approved_at = actor.id, now
            session.flush()
            _tell(session, "payment_order.approved", order, actor=actor, now=now)
        approved.append(order)
    return approved


def reject(
    session: Session, order_id: UUID, *, reason: str, actor: Actor, now: datetime
) -> PaymentOrder:
    """Turn an order down: the ledger takes it back, and the claim waits for another order.

    Locks the order and its claim. Announces `payment_order.rejected`. Twice is once.

    Raises:
        Unknown: there is no such order, or none that the actor may read.
        Forbidden: the actor neither prepares nor approves orders for that funder.
        Refused: `payment_order.reason_missing`, `payment_order.reject.from_<state>`.
    """
    order = queries.order(session, order_id, viewer=actor, lock=True)
    if order.state is OrderState.REJECTED:
        return order
    if not reason.strip():
        raise Refused("payment_order.reason_missing", field="reason")
    ORDER.move(order, "reject", actor=actor, now=now)
    order.rejected_by, order.rejected_at = actor.id, now
    order.rejection_reason = reason.strip()
    CLAIM.move(_locked_claim(session, order), "take_back", actor=actor, now=now)
    _book(session, "cancel_order", order, on=paris_date(now), actor=actor, now=now)
    session.flush()
    _tell(session, "payment_order.rejected", order, actor=actor, now=now)
    return order


def pay(
    session: Session,
    order_ids: Sequence[UUID],
    *,
    on: date,
    reference: str,
    actor: Actor,
    now: datetime,
) -> list[PaymentOrder]:
    """Mark approved orders as paid on a day, under the treasury's reference; all or none.

    Locks orders in the order of their identifiers, then their claims; books `pay` in the
    ledger. Closes the application when nothing is left to pay. Announces
    `payment_order.paid`, on which the beneficiary is told. Twice is once.

    Raises:
        Unknown: there is no such order, or none that the actor may read.
        Forbidden: the actor does not mark orders as paid for that funder.
        Refused: `payment_order.*`.
    """
    if not reference.strip():
        raise Refused("payment_order.reference_missing", field="reference")
    if on > paris_date(now):
        raise Refused("payment_order.paid_to_come", field="paid_on")
    found = [
        queries.order(session, order_id, viewer=actor, lock=True)
        for order_id in sorted(set(order_ids))
    ]
    fresh = [order for order in found if order.state is not OrderState.PAID]
    for order in fresh:
        _mark_paid(session, order, on=on, reference=reference.strip(), actor=actor, now=now)
    for application_id in sorted({order.application_id for order in fresh}):
        _close_when_paid(session, application_id, actor, now)
    # Last: what the ledger locks, others wait for.
    for order in fresh:
        _book(session, "pay", order, on=on, actor=actor, now=now)
    return found


def show_bank_details(
    session: Session, order_id: UUID, *, vault: Vault, actor: Actor, now: datetime
) -> str | None:
    """The account number to pay to, in full; None when nothing goes through a bank.

    Each look is kept: announces `claim.bank_details_shown`.

    Raises:
        Unknown: there is no such order, or none whose bank details the actor may read.
    """
    order = queries.order(session, order_id, viewer=actor)
    if not may_read_bank.holds(actor, order):
        raise Unknown
    claim = order.claim
    if claim.iban_cipher is None:
        return None
    _tell(session, "claim.bank_details_shown", order, actor=actor, now=now)
    return vault.unlock(claim.iban_cipher, row=claim.id)


def show_answered_accounts(
    session: Session, order_id: UUID, *, vault: Vault, actor: Actor, now: datetime
) -> dict[str, str]:
    """The account numbers that the application's form gives, in full, by field key.

    Each look at some is kept: announces `application.bank_details_shown`.

    Raises:
        Unknown: there is no such order, or none whose bank details the actor may read.
    """
    order = queries.order(session, order_id, viewer=actor)
    if not may_read_bank.holds(actor, order):
        raise Unknown
    found = queries.answered_accounts(session, order)
    if found:
        _tell(session, "application.bank_details_shown", order, actor=actor, now=now)
    return {one.field.key: vault.open(one.sealed, row=order.application_id) for one in found}


def _prepared(session: Session, claim: Claim, actor: Actor, now: datetime) -> PaymentOrder:
    CLAIM.move(claim, "order", actor=actor, now=now)
    year = paris_date(now).year
    order = PaymentOrder(
        id=new_id(),
        funder_id=claim.funder_id,
        claim_id=claim.id,
        application_id=claim.application_id,
        year=year,
        serial=_next_serial(session, claim.funder_id, year),
        state=ORDER.initial,
        amount=claim.instalment.amount,
        unit=claim.instalment.unit,
        envelope_id=_envelope_of(session, claim),
        award_id=claim.instalment.decision_id,
        prepared_by=actor.id,
        prepared_at=now,
    )
    session.add(order)
    session.flush()
    return order


def _envelope_of(session: Session, claim: Claim) -> UUID:
    """Where the award's money lies: its own envelope, or the later one it was carried to."""
    decision = claim.instalment.decision
    if decision.envelope_id is None:
        raise ValueError(f"decision {decision.id} draws on no envelope")
    held = balances.award_envelopes(session, [decision.id])[decision.id]
    enough = [
        envelope_id
        for envelope_id, stages in held.items()
        if stages.get(Stage.COMMITTED, 0) >= claim.instalment.amount
    ]
    if decision.envelope_id in enough or not enough:
        return decision.envelope_id
    return enough[0]


def _mark_paid(
    session: Session,
    order: PaymentOrder,
    *,
    on: date,
    reference: str,
    actor: Actor,
    now: datetime,
) -> None:
    if order.approved_at is not None and on < paris_date(order.approved_at):
        raise Refused(
            "payment_order.paid_before_approval", field="paid_on", approved_at=order.approved_at
        )
    ORDER.move(order, "pay", actor=actor, now=now)
    order.paid_by, order.paid_on, order.reference = actor.id, on, reference
    CLAIM.move(_locked_claim(session, order), "pay", actor=actor, now=now)
    session.flush()
    _tell(session, "payment_order.paid", order, actor=actor, now=now)


def _close_when_paid(session: Session, application_id: UUID, actor: Actor, now: datetime) -> None:
    state = session.scalar(select(Application.state).where(Application.id == application_id))
    if state is ApplicationState.IN_PROGRESS and queries.all_is_paid(session, application_id):
        applications.move(session, application_id, "close", actor=actor, now=now)


def _live_order(session: Session, claim_id: UUID) -> PaymentOrder | None:
    return session.scalar(
        select(PaymentOrder).where(
            PaymentOrder.claim_id == claim_id, PaymentOrder.state != OrderState.REJECTED
        )
    )


def _locked_claim(session: Session, order: PaymentOrder) -> Claim:
    locked = select(Claim).where(Claim.id == order.claim_id).with_for_update()
    found = session.scalar(locked.execution_options(populate_existing=True))
    if found is None:
        raise Unknown
    return found


def _next_serial(session: Session, funder_id: UUID, year: int) -> int:
    """The next number of the funder's year: its row is the lock that keeps them without gaps."""
    session.scalar(select(Funder.id).where(Funder.id == funder_id).with_for_update(key_share=True))
    last = session.scalar(
        select(func.max(PaymentOrder.serial)).where(
            PaymentOrder.funder_id == funder_id, PaymentOrder.year == year
        )
    )
    return (last or 0) + 1


def _book(
    session: Session,
    operation: str,
    order: PaymentOrder,
    *,
    on: date,
    actor: Actor,
    now: datetime,
) -> None:
    ledger.book(
        session,
        operation,
        [
            ledger.Movement(
                envelope_id=order.envelope_id, amount=order.amount, award_id=order.award_id
            )
        ],
        key=f"payment_order:{order.id}:{operation}",
        on=on,
        reason=str(order.number),
        actor=actor,
        now=now,
    )


def _tell(session: Session, kind: str, order: PaymentOrder, *, actor: Actor, now: datetime) -> None:
    announce(
        session,
        kind,
        by=actor,
        at=now,
        funder=order.funder_id,
        subject=order.application_id,
        order=str(order.id),
    )
