"""What became of orders: taken over by the accounting office, paid, or come back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.applications import services as applications
from grants.applications.models import Application, ApplicationState
from grants.kernel.access import Actor
from grants.kernel.clock import paris_date
from grants.kernel.errors import Refused
from grants.ledger import queries as balances
from grants.payments import queries
from grants.payments.lifecycle import CLAIM, ORDER
from grants.payments.models import OrderState, PaymentOrder
from grants.payments.rules import may_pay
from grants.payments.services.booking import book, locked_claim, stays_owed, tell


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
        book(session, "pay", order, on=on, actor=actor, now=now)
    return found


def bounce(
    session: Session, order_id: UUID, *, reason: str, on: date, actor: Actor, now: datetime
) -> PaymentOrder:
    """Note that a payment came back from the bank: the money is committed again.

    Locks the order and its claim, which waits for another order. Books `reject_payment`, then
    `cancel_order`. Announces `payment_order.bounced`. Twice is once. Once the year is closed its
    expense no longer changes: the order is to be paid again under its number, and only
    `reject_payment` is booked; announces `payment_order.returned`.

    Raises:
        Unknown: there is no such order, or none that the actor may read.
        Forbidden: the actor does not mark orders as paid for that funder.
        Refused: `payment_order.reason_missing`, `payment_order.bounce.from_<state>`,
            `payment_order.bounced_before_paid`: or a day to come.
    """
    order = queries.order(session, order_id, viewer=actor, lock=True)
    if order.state is OrderState.REJECTED or _known(order, reason, on):
        return order
    if not reason.strip():
        raise Refused("payment_order.reason_missing", field="reason")
    if order.paid_on is not None and not order.paid_on <= on <= paris_date(now):
        raise Refused("payment_order.bounced_before_paid", field="on")
    if balances.is_closed(session, order.envelope_id):
        return _come_back(session, order, reason.strip(), on, actor=actor, now=now)
    ORDER.move(order, "bounce", actor=actor, now=now)
    order.paid_by = order.paid_on = order.reference = None
    order.rejected_by, order.rejected_at = actor.id, now
    order.rejection_reason = reason.strip()
    CLAIM.move(locked_claim(session, order), "bounce", actor=actor, now=now)
    session.flush()
    book(session, "reject_payment", order, on=on, actor=actor, now=now)
    book(session, "cancel_order", order, on=on, actor=actor, now=now)
    tell(session, "payment_order.bounced", order, actor=actor, now=now)
    return order


def accept(
    session: Session, order_id: UUID, *, on: date, actor: Actor, now: datetime
) -> PaymentOrder:
    """Note the day on which the accounting office took an order over (prise en charge).

    Locks the order. Announces `payment_order.accepted`. Twice is once.

    Raises:
        Unknown: there is no such order, or none that the actor may read.
        Forbidden: the actor does not mark orders as paid for that funder.
        Refused: `payment_order.accept.from_<state>`; `payment_order.accepted_before_signed`, or
            on a day to come.
    """
    order = queries.order(session, order_id, viewer=actor, lock=True)
    may_pay.require(actor, order)
    if order.state not in {OrderState.APPROVED, OrderState.PAID}:
        raise Refused(f"payment_order.accept.from_{order.state}")
    signed_on = paris_date(order.approved_at) if order.approved_at else on
    if not signed_on <= on <= paris_date(now):
        raise Refused("payment_order.accepted_before_signed", field="on")
    if order.accepted_on is None:
        order.accepted_on = on
        session.flush()
        tell(session, "payment_order.accepted", order, actor=actor, now=now)
    return order


def _known(order: PaymentOrder, reason: str, on: date) -> bool:
    """Whether this very return was noted already."""
    noted = order.returned_on == on and order.return_reason == reason.strip()
    return order.state is OrderState.APPROVED and noted


def _come_back(
    session: Session, order: PaymentOrder, reason: str, on: date, *, actor: Actor, now: datetime
) -> PaymentOrder:
    ORDER.move(order, "come_back", actor=actor, now=now)
    order.paid_by = order.paid_on = order.reference = None
    CLAIM.move(locked_claim(session, order), "come_back", actor=actor, now=now)
    session.flush()
    book(session, "reject_payment", order, on=on, actor=actor, now=now)
    return stays_owed(session, order, reason, on=on, actor=actor, now=now)


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
    CLAIM.move(locked_claim(session, order), "pay", actor=actor, now=now)
    session.flush()
    tell(session, "payment_order.paid", order, actor=actor, now=now)


def _close_when_paid(session: Session, application_id: UUID, actor: Actor, now: datetime) -> None:
    state = session.scalar(select(Application.state).where(Application.id == application_id))
    if state is ApplicationState.IN_PROGRESS and queries.all_is_paid(session, application_id):
        applications.move(session, application_id, "close", actor=actor, now=now)
