"""Files that were made of batches; their content is read by whoever takes one, and only then."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from grants.kernel.access import Actor
from grants.kernel.errors import Unknown
from grants.payments.models import OrderFile, PaymentOrder


def files_of_batch(session: Session, batch_id: UUID, *, viewer: Actor) -> Sequence[OrderFile]:
    """The files of a batch with who made them, the latest first; the viewer has read the batch.

    None for whoever is recused from some of its orders: a file says how many it holds.
    """
    hidden = select(PaymentOrder.id).where(
        PaymentOrder.batch_id == batch_id,
        PaymentOrder.application_id.in_(sorted(viewer.recused_from)),
    )
    statement = select(OrderFile).where(OrderFile.batch_id == batch_id, ~hidden.exists())
    statement = statement.options(joinedload(OrderFile.maker))
    return session.scalars(statement.order_by(OrderFile.made_at.desc(), OrderFile.id)).all()


def order_file(session: Session, file_id: UUID) -> tuple[OrderFile, bytes]:
    """One file and its locked content. For whoever then reads its batch as a viewer.

    Raises:
        Unknown: there is none.
    """
    statement = select(OrderFile, OrderFile.cipher).where(OrderFile.id == file_id)
    found = session.execute(statement).one_or_none()
    if found is None:
        raise Unknown
    return found[0], found[1]
