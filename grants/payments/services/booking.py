"""What preparing and paying orders share: their claim, their entry in the ledger, their news."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.kernel.access import Actor
from grants.kernel.errors import Unknown
from grants.ledger import services as ledger
from grants.outbox.services import News, announce
from grants.payments.models import Claim, PaymentOrder


def locked_claim(session: Session, order: PaymentOrder) -> Claim:
    """The claim of an order, held until the transaction ends."""
    locked = select(Claim).where(Claim.id == order.claim_id).with_for_update()
    found = session.scalar(locked.execution_options(populate_existing=True))
    if found is None:
        raise Unknown
    return found


def book(
    session: Session,
    operation: str,
    order: PaymentOrder,
    *,
    on: date,
    actor: Actor,
    now: datetime,
    tells: str | None = None,
) -> None:
    """Book one operation of an order in the ledger; once, and again after each return.

    Announces `tells` with the entry.
    """
    again = f":{order.returns}" if order.returns else ""
    ledger.book(
        session,
        operation,
        [
            ledger.Movement(
                envelope_id=order.envelope_id, amount=order.amount, award_id=order.award_id
            )
        ],
        key=f"payment_order:{order.id}:{operation}{again}",
        on=on,
        reason=str(order.number),
        actor=actor,
        now=now,
        tells=News(tells, order.funder_id, order.application_id, {"order": str(order.id)})
        if tells
        else None,
    )


def stays_owed(
    session: Session, order: PaymentOrder, reason: str, *, on: date, actor: Actor, now: datetime
) -> PaymentOrder:
    """Note what came back of an order whose year is closed: it is paid again as it is.

    The expense stays in its year, which no longer changes; what came back is owed to the
    beneficiary, who is paid under the same number. Announces `payment_order.returned`.
    """
    order.returned_on, order.return_reason = on, reason
    order.returns += 1
    session.flush()
    tell(session, "payment_order.returned", order, actor=actor, now=now)
    return order


def tell(session: Session, kind: str, order: PaymentOrder, *, actor: Actor, now: datetime) -> None:
    """Announce what became of an order."""
    announce(
        session,
        kind,
        by=actor,
        at=now,
        funder=order.funder_id,
        subject=order.application_id,
        order=str(order.id),
    )
