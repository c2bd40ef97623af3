"""Bordereaux that the accounting office's application did not let in: a person decides of each.

Nothing is turned down by itself: what is wrong with the flow may be mended and sent again under the
same numbers, and then the line is left aside; or the orders are turned down, one by one.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.kernel.access import Actor
from grants.kernel.errors import Refused
from grants.payments import queries
from grants.payments.models import Answer, OrderBatch, OrderState
from grants.payments.told import Told
from grants.payments.treasury import NotLetIn

NOT_LET_IN = "payment_return.flow_refused"
"""Why a line of an acknowledgement stays open."""


def orders_not_let_in(
    session: Session, funder_id: UUID, told: list[NotLetIn], *, actor: Actor
) -> list[Told]:
    """The signed orders of bordereaux that did not come in, each with what is said of it.

    Raises:
        Refused: `payment_return.unknown_batch` (`number`): no bordereau of that funder which the
            actor may read bears that number.
    """
    return [line for one in told for line in _orders(session, funder_id, one, actor)]


def _orders(session: Session, funder_id: UUID, told: NotLetIn, actor: Actor) -> list[Told]:
    batch_id = session.scalar(
        select(OrderBatch.id).where(
            OrderBatch.funder_id == funder_id,
            OrderBatch.year == told.year,
            OrderBatch.serial == told.serial,
        )
    )
    orders = (
        queries.orders_of_batch(session, batch_id, viewer=actor) if batch_id is not None else []
    )
    if not orders:
        number = f"{told.year}-B{told.serial:03d}"
        raise Refused("payment_return.unknown_batch", field="file", number=number)
    return [
        Told(
            reference=one.number,
            amount=one.amount,
            happened_on=told.told_on,
            answer=Answer.REJECTED,
            motive=told.pieces.get(one.serial, "") or told.motive,
        )
        for one in orders
        if one.state is OrderState.APPROVED
    ]
