"""Payment orders: prepared in batches by one person, approved by another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grants.kernel.access import Actor
from grants.kernel.bank import Vault
from grants.kernel.clock import paris_date
from grants.kernel.errors import Refused, Unknown
from grants.kernel.identity import new_id
from grants.ledger import queries as balances
from grants.ledger.operations import Stage
from grants.payments import queries
from grants.payments.lifecycle import CLAIM, ORDER
from grants.payments.models import (
    Claim,
    ClaimState,
    DetailsState,
    OrderBatch,
    OrderState,
    PaymentOrder,
)
from grants.payments.rules import may_approve, may_order_claim, may_read_bank
from grants.payments.services.booking import book, locked_claim, stays_owed, tell
from grants.people.models import Funder


def prepare(
    session: Session, claim_ids: Sequence[UUID], *, actor: Actor, now: datetime
) -> list[PaymentOrder]:
    """Prepare the payment order of each certified claim; all of them or none.

    In one batch for each year of the funder's books that they draw on, under that year's numbers.
    Locks the claims in the order of their identifiers, then the funder's numbering; books
    `order` in the ledger. Announces `payment_order.prepared`. A claim already ordered gives
    back its order.

    Raises:
        Unknown: there is no such claim, or none that the actor may read.
        Forbidden: the actor does not prepare orders for that funder.
        Refused: `claim.order.from_<state>`, `bank_details.change_waits`,
            `ledger.insufficient`.
    """
    orders, fresh = [], []
    together: dict[tuple[UUID, int], OrderBatch] = {}
    for claim_id in sorted(set(claim_ids)):
        claim = queries.claim(session, claim_id, viewer=actor, lock=True)
        order = queries.live_order(session, claim_id)
        if order is None:
            order = _prepared(session, claim, together, actor, now)
            fresh.append(order)
        orders.append(order)
    # Last: what the ledger locks, others wait for.
    for order in fresh:
        told = "payment_order.prepared"
        book(session, "order", order, on=paris_date(now), actor=actor, now=now, tells=told)
    return orders


def approve(
    session: Session, order_ids: Sequence[UUID], *, actor: Actor, now: datetime
) -> list[PaymentOrder]:
    """Sign orders, each prepared by somebody else; all of them or none.

    Above the funder's threshold an order is approved by its second signature. Locks them in the
    order of their identifiers. Announces `payment_order.first_signed` or
    `payment_order.approved`. Signing twice is signing once.

    Raises:
        Unknown: there is no such order, or none that the actor may read.
        Forbidden: the actor does not approve orders for that funder.
        Refused: `payment_order.approve.same_person`, `payment_order.approve.from_<state>`.
    """
    signed = []
    for order_id in sorted(set(order_ids)):
        order = queries.order(session, order_id, viewer=actor, lock=True)
        if not _signed_by(order, actor):
            _sign(session, order, actor, now)
        signed.append(order)
    return signed


def reject(
    session: Session, order_id: UUID, *, reason: str, actor: Actor, now: datetime
) -> PaymentOrder:
    """Turn an order down: the ledger takes it back, and the claim waits for another order.

    Locks the order and its claim. Announces `payment_order.rejected`. Twice is once. Once the
    year is closed its expense no longer changes: the order stays, to be put right and paid under
    its number; announces `payment_order.returned`.

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
    if balances.is_closed(session, order.envelope_id) and order.state is OrderState.APPROVED:
        ORDER["reject"].by.require(actor, order)
        return stays_owed(session, order, reason.strip(), on=paris_date(now), actor=actor, now=now)
    ORDER.move(order, "reject", actor=actor, now=now)
    order.rejected_by, order.rejected_at = actor.id, now
    order.rejection_reason = reason.strip()
    CLAIM.move(locked_claim(session, order), "take_back", actor=actor, now=now)
    book(session, "cancel_order", order, on=paris_date(now), actor=actor, now=now)
    session.flush()
    tell(session, "payment_order.rejected", order, actor=actor, now=now)
    return order


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
    tell(session, "claim.bank_details_shown", order, actor=actor, now=now)
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
        tell(session, "application.bank_details_shown", order, actor=actor, now=now)
    return {one.field.key: vault.open(one.sealed, row=order.application_id) for one in found}


def _signed_by(order: PaymentOrder, actor: Actor) -> bool:
    if order.state is OrderState.PREPARED:
        return order.first_signed_by == actor.id
    return order.state is OrderState.APPROVED and actor.id in {
        order.first_signed_by,
        order.approved_by,
    }


def _sign(session: Session, order: PaymentOrder, actor: Actor, now: datetime) -> None:
    if order.prepared_by == actor.id:
        raise Refused("payment_order.approve.same_person", number=order.number)
    is_first = order.needs_second and order.first_signed_at is None
    if is_first and order.state is OrderState.PREPARED:
        may_approve.require(actor, order)
        order.first_signed_by, order.first_signed_at = actor.id, now
        kind = "payment_order.first_signed"
    else:
        ORDER.move(order, "approve", actor=actor, now=now)
        order.approved_by, order.approved_at = actor.id, now
        kind = "payment_order.approved"
    session.flush()
    tell(session, kind, order, actor=actor, now=now)


def _prepared(
    session: Session,
    claim: Claim,
    together: dict[tuple[UUID, int], OrderBatch],
    actor: Actor,
    now: datetime,
) -> PaymentOrder:
    details = claim.bank_details
    waits = details is not None and details.state is not DetailsState.AGREED
    if details is not None and waits and claim.state is ClaimState.CERTIFIED:
        may_order_claim.require(actor, claim)
        raise Refused("bank_details.change_waits", digits=details.iban_last4)
    CLAIM.move(claim, "order", actor=actor, now=now)
    envelope_id = _envelope_of(session, claim)
    # The year of the money, not of the day: until 31 January the one that is over is paid.
    year = balances.places(session, [envelope_id])[envelope_id].year
    serial = _next_serial(session, claim.funder_id, year)
    if (claim.funder_id, year) not in together:
        together[claim.funder_id, year] = _batch(session, claim.funder_id, year, actor, now)
    order = PaymentOrder(
        id=new_id(),
        funder_id=claim.funder_id,
        claim_id=claim.id,
        batch=together[claim.funder_id, year],
        application_id=claim.application_id,
        year=year,
        serial=serial,
        state=ORDER.initial,
        amount=claim.instalment.payable,
        unit=claim.instalment.unit,
        envelope_id=envelope_id,
        award_id=claim.instalment.decision_id,
        prepared_by=actor.id,
        prepared_at=now,
    )
    session.add(order)
    session.flush()
    session.refresh(order, ["needs_second"])  # PostgreSQL knows the funder's threshold
    return order


def _batch(session: Session, funder_id: UUID, year: int, actor: Actor, now: datetime) -> OrderBatch:
    """The next batch of the funder's year, whose numbering the caller holds."""
    last = session.scalar(
        select(func.max(OrderBatch.serial)).where(
            OrderBatch.funder_id == funder_id, OrderBatch.year == year
        )
    )
    batch = OrderBatch(
        id=new_id(),
        funder_id=funder_id,
        year=year,
        serial=(last or 0) + 1,
        prepared_by=actor.id,
        prepared_at=now,
    )
    session.add(batch)
    session.flush()
    return batch


def _envelope_of(session: Session, claim: Claim) -> UUID:
    """Where the award's money lies: its own envelope, or the first later one that has enough."""
    decision = claim.instalment.decision
    if decision.envelope_id is None:
        raise ValueError(f"decision {decision.id} draws on no envelope")
    held = balances.award_envelopes(session, [decision.id])[decision.id]
    enough = [
        envelope_id
        for envelope_id, stages in held.items()
        if stages.get(Stage.COMMITTED, 0) >= claim.instalment.payable
    ]
    if decision.envelope_id in enough or not enough:
        return decision.envelope_id
    return enough[0]


def _next_serial(session: Session, funder_id: UUID, year: int) -> int:
    """The next number of the funder's year: its row is the lock that keeps them without gaps."""
    session.scalar(select(Funder.id).where(Funder.id == funder_id).with_for_update(key_share=True))
    last = session.scalar(
        select(func.max(PaymentOrder.serial)).where(
            PaymentOrder.funder_id == funder_id, PaymentOrder.year == year
        )
    )
    return (last or 0) + 1
