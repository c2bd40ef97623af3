"""Which decisions still stand: neither their act nor an appeal opened them again."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from grants.decisions.models import Decision, Outcome, Reopening


def stands() -> ColumnElement[bool]:
    """The clause, beside `Decision`, that leaves out what is to be decided again."""
    return ~exists().where(Reopening.decision_id == Decision.id)


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
