"""Which decisions still stand: neither their act nor an appeal opened them again."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from grants.decisions.models import (
    Acknowledgement,
    Decision,
    Deliberation,
    Outcome,
    Reopening,
    Why,
)


def stands() -> ColumnElement[bool]:
    """The clause, beside `Decision`, that leaves out what is to be decided again."""
    return ~exists().where(Reopening.decision_id == Decision.id)


def was_paid() -> ColumnElement[bool]:
    """As `stands`, with the awards of annulled acts: what was paid of them goes on being shown."""
    gone = Reopening.why != Why.ACT_ANNULLED
    return ~exists().where(Reopening.decision_id == Decision.id, gone)


def taken_note() -> ColumnElement[bool]:
    """The clause, beside `Decision`, that keeps what its applicant said to have read."""
    return exists().where(
        Acknowledgement.deliberation_id == Decision.deliberation_id,
        Acknowledgement.application_id == Decision.application_id,
    )


def is_unread(session: Session, application_id: UUID) -> bool:
    """Whether something was announced of an application that its applicant did not read yet."""
    return bool(
        session.scalar(
            select(
                exists()
                .where(
                    Decision.application_id == application_id,
                    Deliberation.id == Decision.deliberation_id,
                    Deliberation.announced_at.is_not(None),
                    ~taken_note(),
                )
                .correlate(None)
            )
        )
    )


def standing_outcomes(
    session: Session, application_ids: Collection[UUID]
) -> dict[UUID, set[Outcome]]:
    """For each application, what the decisions about it that stand decided. One statement."""
    statement = select(Decision.application_id, Decision.outcome).where(
        Decision.application_id.in_(list(application_ids)), stands()
    )
    found: dict[UUID, set[Outcome]] = {}
    for application_id, outcome in session.execute(statement):
        found.setdefault(application_id, set()).add(outcome)
    return found
