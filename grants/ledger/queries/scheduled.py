"""What awards of authorisations are promised year by year, and what was drawn of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from grants.ledger.models import Schedule

OF_AWARD = text("SELECT year, planned, drawn FROM ledger_scheduled(:award) ORDER BY year")

PROMISED = text(
    """
    SELECT s.envelope_id, s.year, sum(s.amount)::bigint AS planned
      FROM ledger_schedule s
     WHERE s.envelope_id = ANY (CAST(:envelopes AS uuid[]))
       AND (CAST(:on AS date) IS NULL OR s.booked_on <= :on)
     GROUP BY s.envelope_id, s.year HAVING sum(s.amount) <> 0
     ORDER BY s.envelope_id, s.year
    """
)


@dataclass(frozen=True)
class Year:
    """One year of a schedule, in cents: promised to it, and drawn into its envelopes."""

    year: int
    planned: int
    drawn: int

    @property
    def left(self) -> int:
        """What may still be drawn in that year."""
        return self.planned - self.drawn


def schedule_of(session: Session, award_id: UUID) -> list[Year]:
    """The years of an award, in order; none when it lies on no authorisation."""
    return [Year(*row) for row in session.execute(OF_AWARD, {"award": award_id})]


def promised(
    session: Session, envelope_ids: Collection[UUID], on: date | None = None
) -> dict[UUID, dict[int, int]]:
    """What each authorisation promises to each year, in cents, as it stood on a day."""
    found: dict[UUID, dict[int, int]] = {}
    rows = session.execute(PROMISED, {"envelopes": list(envelope_ids), "on": on})
    for envelope_id, year, planned in rows:
        found.setdefault(envelope_id, {})[year] = planned
    return found


def authorisation_of(session: Session, award_id: UUID) -> UUID | None:
    """The authorisation on which an award lies, if any."""
    found: UUID | None = session.scalar(
        select(Schedule.envelope_id).where(Schedule.award_id == award_id).limit(1)
    )
    return found


def authorisations_of(session: Session, award_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """The authorisation on which each of these awards lies; those without are left out."""
    rows = session.execute(
        select(Schedule.award_id, Schedule.envelope_id)
        .distinct()
        .where(Schedule.award_id.in_(list(award_ids)))
    )
    return {award_id: envelope_id for award_id, envelope_id in rows}  # noqa: C416 -- typed rows


def schedule_known(session: Session, award_id: UUID, key: str) -> bool:
    """Whether a schedule was written for this award under this key."""
    known = select(Schedule.id).where(Schedule.award_id == award_id, Schedule.key == key)
    return session.scalar(known.limit(1)) is not None
