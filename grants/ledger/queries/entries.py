"""The journal of a book: its entries with their legs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from grants.kernel.money import Unit
from grants.ledger.models import Account, Entry, Envelope, Posting
from grants.ledger.operations import OPERATIONS, Stage


@dataclass(frozen=True)
class JournalLine:
    """One leg of an entry, as people read it."""

    envelope: str
    unit: Unit
    stage: Stage
    amount: int
    award_id: UUID | None


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
    session: Session, book_id: UUID, *, before: int | None = None, limit: int = 50
) -> list[JournalEntry]:
    """Entries of a book, latest first, from below the number `before`. One statement."""
    legs = func.json_agg(
        aggregate_order_by(
            func.json_build_array(
                Envelope.label,
                Envelope.unit,
                Account.stage,
                Posting.amount,
                Account.award_id,
            ),
            Posting.position,
        )
    )
    numbers = select(Entry.id).where(Entry.book_id == book_id)
    if before is not None:
        numbers = numbers.where(Entry.number < before)
    newest = numbers.order_by(Entry.number.desc()).limit(limit).subquery()
    statement = (
        select(Entry, legs.label("legs"))
        .join(newest, newest.c.id == Entry.id)
        .join(Posting, Posting.entry_id == Entry.id)
        .join(Account, Account.id == Posting.account_id)
        .join(Envelope, Envelope.id == Account.envelope_id)
        .group_by(Entry.id)
        .order_by(Entry.number.desc())
    )
    return [_journal_entry(row.Entry, row.legs) for row in session.execute(statement)]


def _journal_entry(entry: Entry, legs: Sequence[Sequence[Any]]) -> JournalEntry:
    return JournalEntry(
        number=entry.number,
        booked_on=entry.booked_on,
        operation=entry.operation,
        reason=entry.reason,
        actor_id=entry.actor_id,
        hash=entry.hash.hex(),
        lines=tuple(
            JournalLine(label, Unit(unit), Stage(stage), amount, UUID(award) if award else None)
            for label, unit, stage, amount, award in legs
        ),
    )
