"""One award with its payments, as the card of the award tells them."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from grants.kernel.access import Actor
from grants.kernel.errors import Unknown
from grants.payments.models import Claim, Instalment, OrderState, PaymentOrder
from grants.payments.queries.claims import AwardPlan, award
from grants.payments.rules import can_read_order


def plan_of_award(session: Session, decision_id: UUID, *, viewer: Actor) -> AwardPlan | None:
    """One award that the viewer may read, with its instalments; None when there is none."""
    try:
        decision = award(session, decision_id, viewer=viewer)
    except Unknown:
        return None
    instalments = session.scalars(
        select(Instalment)
        .where(Instalment.decision_id == decision_id)
        .options(
            selectinload(Instalment.conditions),
            selectinload(Instalment.claims).options(
                joinedload(Claim.bank_details), selectinload(Claim.pauses)
            ),
        )
        .order_by(Instalment.position)
    ).all()
    return AwardPlan(decision, instalments)


def live_orders(
    session: Session, claim_ids: Collection[UUID], *, viewer: Actor
) -> dict[UUID, PaymentOrder]:
    """The orders in force of these claims that the viewer may read, by claim. One statement."""
    found = session.scalars(
        select(PaymentOrder).where(
            PaymentOrder.claim_id.in_(list(claim_ids)),
            PaymentOrder.state != OrderState.REJECTED,
            can_read_order.where(viewer),
        )
    )
    return {one.claim_id: one for one in found}
