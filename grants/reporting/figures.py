"""What a call came to, in three figures: received, retained, awarded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grants.applications.models import Application
from grants.decisions.models import Decision, Deliberation, Outcome
from grants.kernel.money import Amount, Unit


@dataclass(frozen=True)
class Outcomes:
    """How many applications were received and retained, and what they were awarded by unit."""

    received: int
    retained: int
    awarded: Mapping[Unit, Amount]


def outcomes(session: Session, call_id: UUID) -> Outcomes | None:
    """The figures of one call; None until a deliberation on it is announced.

    For anybody: they tell of no application in particular, and of no vote before it is
    announced. Two statements.
    """
    announced = (
        select(Decision.application_id, Decision.unit, Decision.amount, Decision.outcome)
        .join(Deliberation, Deliberation.id == Decision.deliberation_id)
        .join(Application, Application.id == Decision.application_id)
        .where(Application.call_id == call_id, Deliberation.announced_at.is_not(None))
        .cte()
    )
    awards = announced.c.outcome == Outcome.AWARD
    received = select(func.count()).where(
        Application.call_id == call_id, Application.submitted_at.is_not(None)
    )
    counts = session.execute(
        select(
            func.count().label("decided"),
            func.count(announced.c.application_id.distinct()).filter(awards).label("retained"),
            received.scalar_subquery().label("received"),
        ).select_from(announced)
    ).one()
    if not counts.decided:
        return None
    sums = session.execute(
        select(announced.c.unit, func.sum(announced.c.amount).label("amount"))
        .where(awards, announced.c.amount.is_not(None))
        .group_by(announced.c.unit)
        .order_by(announced.c.unit)
    )
    return Outcomes(
        received=counts.received,
        retained=counts.retained,
        awarded={row.unit: Amount(int(row.amount)) for row in sums},
    )
