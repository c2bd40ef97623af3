"""The journal of a book: its entries with their legs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select, text, tuple_
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session, aliased

from grants.kernel.errors import Unknown
from grants.kernel.money import Unit
from grants.ledger.models import Account, Entry, Envelope, Posting
from grants.ledger.operations import OPERATIONS, Stage
from grants.ledger.queries.lines import EnvelopeLine

LEGS = """
    SELECT e.number, e.booked_on, e.operation, e.reason, a.stage, p.amount, a.award_id
      FROM {entries} AS e
      JOIN ledger_posting p ON p.entry_id = e.id
      JOIN ledger_account a ON a.id = p.account_id AND a.envelope_id = :envelope
                           AND (CAST(:stage AS text) IS NULL OR a.stage = :stage)
     ORDER BY e.booked_on DESC, e.number DESC, p.position
"""
PAGE = """
    e.book_id = :book AND e.booked_on <= :on AND (
        CAST(:before AS bigint) IS NULL OR (e.booked_on, e.number) < (
            SELECT m.booked_on, m.number FROM ledger_entry m
             WHERE m.book_id = :book AND m.number = :before))
"""
TOUCHING = """
    SELECT p.entry_id FROM ledger_account a JOIN ledger_posting p ON p.account_id = a.id
     WHERE a.envelope_id = :envelope AND (CAST(:stage AS text) IS NULL OR a.stage = :stage)
"""
CUT = "ORDER BY e.booked_on DESC, e.number DESC LIMIT :limit"
WALKED = text(
    LEGS.format(
        entries=f"""(
        SELECT e.* FROM ledger_entry e WHERE {PAGE} AND (
            SELECT true FROM ({TOUCHING.replace("WHERE", "WHERE p.entry_id = e.id AND")} LIMIT 1)
                AS touching)
        {CUT})"""  # noqa: S608 -- constants of this module
    )
)
SPARSE = text(
    LEGS.format(
        entries=f"""(
        SELECT e.* FROM (SELECT DISTINCT entry_id FROM ({TOUCHING}) AS t OFFSET 0) AS touched
          JOIN ledger_entry e ON e.id = touched.entry_id
         WHERE {PAGE} {CUT})"""  # noqa: S608 -- constants of this module
    )
)


@dataclass(frozen=True)
class LegRow:
    """One posting of an envelope's book."""

    number: int
    booked_on: date
    operation: str
    reason: str
    stage: Stage
    amount: int
    award_id: UUID | None


@dataclass(frozen=True)
class JournalLine:
    """One leg of an entry, as people read it."""

    envelope: str
    unit: Unit
    stage: Stage
    amount: int
    award_id: UUID | None
    envelope_id: UUID


@dataclass(frozen=True)
class JournalEntry:
    """One numbered entry with its legs."""

    number: int
    booked_on: date
    operation: str
    reason: str
    actor_id: UUID
    hash: str
    lines: tuple[JournalLine, ...]

    @property
    def amounts(self) -> list[tuple[str, Unit, int]]:
        """What reached the operation's target, envelope by envelope; negative when taken back."""
        target = OPERATIONS[self.operation].target
        found: dict[tuple[str, Unit], int] = {}
        for line in self.lines:
            if line.stage is target:
                place = (line.envelope, line.unit)
                found[place] = found.get(place, 0) + line.amount
        return [(envelope, unit, amount) for (envelope, unit), amount in found.items()]


def journal(
    session: Session,
    book_id: UUID,
    *,
    before: int | None = None,
    on: date | None = None,
    limit: int | None = 50,
) -> list[JournalEntry]:
    """Entries of a book, latest first, from below the number `before`. One statement.

    With `on`, those dated that day at the latest, in the order of their days.
    """
    legs = func.json_agg(
        aggregate_order_by(
            func.json_build_array(
                Envelope.label,
                Envelope.unit,
                Account.stage,
                Posting.amount,
                Account.award_id,
                Envelope.id,
            ),
            Posting.position,
        )
    )
    newest = _numbers(book_id, before, on).limit(limit).subquery()
    statement = (
        select(Entry, legs.label("legs"))
        .join(newest, newest.c.id == Entry.id)
        .join(Posting, Posting.entry_id == Entry.id)
        .join(Account, Account.id == Posting.account_id)
        .join(Envelope, Envelope.id == Account.envelope_id)
        .group_by(Entry.id)
        .order_by(*_latest_first(on))
    )
    return [_journal_entry(row.Entry, row.legs) for row in session.execute(statement)]


def journal_entry(session: Session, book_id: UUID, number: int) -> JournalEntry:
    """One entry of a book.

    Raises:
        Unknown: there is none under this number.
    """
    found = journal(session, book_id, before=number + 1, limit=1)
    if not found or found[0].number != number:
        raise Unknown
    return found[0]


def leg_rows(
    session: Session,
    line: EnvelopeLine,
    *,
    stage: Stage | None = None,
    on: date | None = None,
    before: int | None = None,
    sparse: bool = False,
    limit: int | None = 50,
) -> list[LegRow]:
    """The postings of an envelope, latest first by day then number. One statement.

    `before` is a number of the book to go on below. `sparse`: few of the book's entries touch
    it; then its accounts are read rather than the book walked from its end.
    """
    statement = SPARSE if sparse else WALKED
    chosen = {
        "book": line.book_id,
        "envelope": line.id,
        "stage": stage.value if stage else None,
        "on": on or date.max,
        "before": before,
        "limit": limit,
    }
    return [
        LegRow(number, day, operation, reason, Stage(where), amount, award)
        for number, day, operation, reason, where, amount, award in session.execute(
            statement, chosen
        )
    ]


def _numbers(book_id: UUID, before: int | None, on: date | None) -> Select[UUID]:
    """The entries of one page, by their index of numbers or, up to a day, by that of days."""
    numbers = select(Entry.id).where(Entry.book_id == book_id).order_by(*_latest_first(on))
    if on is None:
        return numbers if before is None else numbers.where(Entry.number < before)
    numbers = numbers.where(Entry.booked_on <= on)
    if before is None:
        return numbers
    mark = aliased(Entry)
    last = select(mark.booked_on).where(mark.book_id == book_id, mark.number == before)
    return numbers.where(
        tuple_(Entry.booked_on, Entry.number)
        < tuple_(func.coalesce(last.scalar_subquery(), date.max), before)
    )


def _latest_first(on: date | None) -> tuple[Any, ...]:
    by_number = Entry.number.desc()
    return (by_number,) if on is None else (Entry.booked_on.desc(), by_number)


def _journal_entry(entry: Entry, legs: Sequence[Sequence[Any]]) -> JournalEntry:
    return JournalEntry(
        number=entry.number,
        booked_on=entry.booked_on,
        operation=entry.operation,
        reason=entry.reason,
        actor_id=entry.actor_id,
        hash=entry.hash.hex(),
        lines=tuple(
            JournalLine(
                *(label, Unit(unit), Stage(stage), amount),
                UUID(award) if award else None,
                UUID(envelope),
            )
            for label, unit, stage, amount, award, envelope in legs
        ),
    )
