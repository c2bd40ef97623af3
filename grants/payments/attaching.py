"""Service that was done in a year and is not ordered yet: what is attached to that year."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grants.kernel.clock import paris_instant
from grants.payments.models import Claim, ClaimState, Instalment


@dataclass(frozen=True)
class Service:
    """Claims of an award that are certified and wait for their order, in its unit."""

    amount: int
    claims: int


def service_done(
    session: Session, award_ids: Collection[UUID], *, until: date
) -> dict[UUID, Service]:
    """By award, the service certified on the day `until` at the latest. One statement."""
    after = paris_instant(until + timedelta(days=1))
    statement = (
        select(Instalment.decision_id, func.sum(Instalment.amount), func.count())
        .join(Claim, Claim.instalment_id == Instalment.id)
        .where(
            Instalment.decision_id.in_(list(award_ids)),
            Claim.state == ClaimState.CERTIFIED,
            Claim.certified_at < after,
        )
        .group_by(Instalment.decision_id)
    )
    return {award: Service(int(sum_), count) for award, sum_, count in session.execute(statement)}
