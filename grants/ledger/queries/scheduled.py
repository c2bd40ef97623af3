"""What awards of authorisations are promised year by year, and what was drawn of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from grants.ledger.models import Schedule

OF_AWARD = text("SELECT year, planned, drawn FROM ledger_scheduled(:award) ORDER BY year")

# As `ledger_scheduled` (0042), of what was booked by a day.
ON_DAY = text(
    """
    SELECT y.year, sum(y.planned)::bigint, sum(y.drawn)::bigint
      FROM (SELECT s.year, s.amount AS planned, 0 AS drawn
              FROM ledger_schedule s WHERE s.award_id = :award AND s.booked_on <= :on
            UNION ALL
            SELECT b.year, 0, p.amount
              FROM ledger_account a
              JOIN ledger_posting p ON p.account_id = a.id
              JOIN ledger_entry e ON e.id = p.entry_id AND e.booked_on <= :on
              JOIN ledger_book b ON b.id = e.book_id
             WHERE a.award_id = :award AND a.stage = 'committed'
               AND e.operation IN ('take_up_credits', 'return_credits')) AS y
     GROUP BY y.year ORDER BY y.year
    """
)

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


def schedule_of(session: Session, award_id: UUID, on: date | None = None) -> list[Year]:
    """The years of an award, in order, now or as they stood on a day.

    None when it lies on no authorisation, or did not yet.
    """
    if on is None:
        return [Year(*row) for row in session.execute(OF_AWARD, {"award": award_id})]
    rows = session.execute(ON_DAY, {"award": award_id, "on": on})
    return _credited([Year(*row) for row in rows])


def _credited(years: Sequence[Year]) -> list[Year]:
    """What a year gave back beyond what it drew leaves the years before it, as in PostgreSQL."""
    found: list[Year] = []
    back = 0
    for one in reversed(years):
        drawn = one.drawn + back
        back = min(drawn, 0)
        found.append(Year(one.year, one.planned, max(drawn, 0)))
    return found[::-1]


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
