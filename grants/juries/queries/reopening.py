"""Requests to open a closed jury again, and what forbids it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session, aliased

from grants.calls.models import Jury
from grants.juries.models import JuryReopening, RankingLine
from grants.people.models import Person

# Decisions stand above juries on the staircase of domains; PostgreSQL asks the same in a trigger.
DECIDED = """
    SELECT count(DISTINCT d.application_id) FROM decision d
    WHERE d.application_id IN (SELECT application_id FROM ranking_line WHERE jury_id = :jury)
"""


class ReopeningLine(NamedTuple):
    """One request with the names of both people; `settled` is "" while it waits."""

    version: int
    reason: str
    asked_by: UUID
    asker: str
    asked_at: datetime
    granted: bool
    settled: str
    settled_at: datetime | None


def pending_reopening(session: Session, jury_id: UUID) -> JuryReopening | None:
    """The request that waits for an answer, if there is one. The caller has read the jury."""
    statement = select(JuryReopening).where(
        JuryReopening.jury_id == jury_id, JuryReopening.settled_at.is_(None)
    )
    return session.scalar(statement)


def reopenings(session: Session, jury_id: UUID) -> Sequence[ReopeningLine]:
    """Every request about a jury, the latest first. The caller has read the jury."""
    asker, other = aliased(Person), aliased(Person)
    statement = (
        select(
            JuryReopening.version,
            JuryReopening.reason,
            JuryReopening.asked_by,
            asker.name,
            JuryReopening.asked_at,
            JuryReopening.granted,
            other.name,
            JuryReopening.settled_at,
        )
        .join(asker, asker.id == JuryReopening.asked_by)
        .outerjoin(other, other.id == JuryReopening.settled_by)
        .where(JuryReopening.jury_id == jury_id)
        .order_by(JuryReopening.asked_at.desc(), JuryReopening.id)
        .limit(100)
    )
    return [
        ReopeningLine(*row[:6], settled=row[6] or "", settled_at=row[7])
        for row in session.execute(statement)
    ]


def locked_ranked(session: Session, applications: Collection[UUID]) -> Sequence[Jury]:
    """The juries that ranked these, their rows held: none opens again until we are done.

    Whoever is opening one ends first, and is then seen. For what rests on their rankings.
    """
    ranked = select(RankingLine.jury_id).where(RankingLine.application_id.in_(sorted(applications)))
    statement = select(Jury).where(Jury.id.in_(ranked)).order_by(Jury.id)
    locked = statement.with_for_update(read=True).execution_options(populate_existing=True)
    return session.scalars(locked).all()


def decided(session: Session, jury_id: UUID) -> int:
    """On how many applications of a jury's rankings a decision was recorded."""
    return int(session.scalar(text(DECIDED), {"jury": jury_id}) or 0)
