"""The statement of what was paid before an order, as a PDF: which are owed, and keeping one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from grants.files.models import StoredFile
from grants.kernel.identity import new_id
from grants.payments.models import (
    Claim,
    Instalment,
    OrderState,
    PaymentOrder,
    PaymentStatement,
)


def unstated(session: Session, order_id: UUID) -> Sequence[UUID]:
    """The orders of an order's award, after its first payment, that have no statement yet.

    Signed or paid: the workers may hear of a signature once its money left. For workers.
    """
    award = select(PaymentOrder.award_id).where(PaymentOrder.id == order_id).scalar_subquery()
    return session.scalars(
        select(PaymentOrder.id)
        .join(Claim, Claim.id == PaymentOrder.claim_id)
        .join(Instalment, Instalment.id == Claim.instalment_id)
        .outerjoin(PaymentStatement, PaymentStatement.order_id == PaymentOrder.id)
        .where(
            PaymentOrder.award_id == award,
            PaymentOrder.state.in_([OrderState.APPROVED, OrderState.PAID]),
            Instalment.position > 1,
            PaymentStatement.id.is_(None),
        )
        .order_by(PaymentOrder.id)
    ).all()


def keep_statement(
    session: Session, order_id: UUID, stored: StoredFile, *, now: datetime
) -> PaymentStatement:
    """Keep the statement of an order; the first one stays: it left with the order. For workers."""
    row = {"order_id": order_id, "stored_file_id": stored.id, "sha256": stored.sha256}
    session.execute(
        insert(PaymentStatement)
        .values(id=new_id(), made_at=now, **row)
        .on_conflict_do_nothing(index_elements=["order_id"])
    )
    of_it = select(PaymentStatement).where(PaymentStatement.order_id == order_id)
    return session.scalars(of_it).one()
