"""What stood on a day: sums of days that are counted, and of the entries that are not yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from grants.ledger.models import Book, Envelope
from grants.ledger.operations import Stage
from grants.ledger.queries.lines import PLACED, EnvelopeLine

ALWAYS = date(9999, 12, 31)
"""A day after every entry: what stands now."""

# No more than a thousand entries of a book are not counted yet (ck_ledger_book_is_counted). The
# limit tells the planner, which otherwise reads a third of the book to find none of them.
TURNED = text(
    """
    SELECT x.envelope_id, x.stage, sum(x.taken)::bigint, sum(x.given)::bigint,
           sum(x.legs)::bigint
      FROM (SELECT t.envelope_id, t.stage, t.taken, t.given, t.legs
              FROM ledger_envelope v
              JOIN ledger_turnover t ON t.envelope_id = v.id AND t.booked_on <= :on
             WHERE v.book_id = :book AND (CAST(:envelope AS uuid) IS NULL OR v.id = :envelope)
            UNION ALL
            SELECT a.envelope_id, a.stage, -least(p.amount, 0), greatest(p.amount, 0), 1
              FROM ledger_book b
             CROSS JOIN LATERAL (SELECT e.id, e.booked_on FROM ledger_entry e
                                  WHERE e.book_id = b.id AND e.number > b.turned_to
                                  ORDER BY e.number LIMIT 1000) AS e
              JOIN ledger_posting p ON p.entry_id = e.id
              JOIN ledger_account a ON a.id = p.account_id
             WHERE b.id = :book AND e.booked_on <= :on
               AND (CAST(:envelope AS uuid) IS NULL OR a.envelope_id = :envelope)) AS x
     GROUP BY x.envelope_id, x.stage
    """
)


@dataclass(frozen=True)
class Turned:
    """What left a stage of an envelope and what reached it, in how many postings."""

    taken: int = 0
    given: int = 0
    legs: int = 0

    @property
    def balance(self) -> int:
        """What stood there."""
        return self.given - self.taken


@dataclass(frozen=True)
class TrialLine:
    """An envelope with the turnover of each of its stages that moved, in their order."""

    line: EnvelopeLine
    stages: tuple[tuple[Stage, Turned], ...]


def turned(
    session: Session, book_id: UUID, on: date | None = None, *, envelope_id: UUID | None = None
) -> dict[UUID, dict[Stage, Turned]]:
    """By envelope and stage, what was booked up to a day; of one envelope or all. One statement.

    Its cost grows with the days of the book and its last thousand entries, not with the book.
    """
    found: dict[UUID, dict[Stage, Turned]] = {}
    chosen = {"book": book_id, "on": on or ALWAYS, "envelope": envelope_id}
    rows = session.execute(TURNED, chosen)
    for envelope, stage, *sums in rows:
        found.setdefault(envelope, {})[Stage(stage)] = Turned(*sums)
    return found


def trial_balance(
    session: Session, book_id: UUID, on: date | None = None, *, envelope_id: UUID | None = None
) -> list[TrialLine]:
    """Every envelope of a book as it stood on a day, in the order they were opened, or one alone.

    Two statements.
    """
    moved = turned(session, book_id, on, envelope_id=envelope_id)
    placed = (
        select(
            *(
                getattr(Book if name in {"funder_id", "year"} else Envelope, name).label(name)
                for name in PLACED
            )
        )
        .join(Book, Book.id == Envelope.book_id)
        .where(Envelope.book_id == book_id)
        .order_by(Envelope.id)
    )
    if envelope_id is not None:
        placed = placed.where(Envelope.id == envelope_id)
    return [
        _trial_line({**row}, moved.get(row["id"], {})) for row in session.execute(placed).mappings()
    ]


def lines_on(session: Session, book_id: UUID, on: date | None = None) -> list[EnvelopeLine]:
    """The envelopes of a book as they stood on a day. Two statements."""
    return [one.line for one in trial_balance(session, book_id, on)]


def _trial_line(placed: dict[str, Any], moved: dict[Stage, Turned]) -> TrialLine:
    held: dict[str, Any] = {
        stage.value: moved.get(stage, Turned()).balance
        for stage in Stage
        if stage is not Stage.CLAIM_CONTRA
    }
    # Credits come from `voted`, whose balance is therefore what left it.
    held["voted"] = -held["voted"]
    return TrialLine(
        EnvelopeLine(**placed, **held),
        tuple((stage, moved[stage]) for stage in Stage if stage in moved),
    )
