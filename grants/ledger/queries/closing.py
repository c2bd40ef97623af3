"""What a year still holds that is not ordered, and how a closed one was closed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import BigInteger, Subquery, cast, func, select
from sqlalchemy.orm import Session, aliased

from grants.kernel.money import Unit
from grants.ledger.models import (
    Account,
    Book,
    Closing,
    ClosingLine,
    Entry,
    Envelope,
    Posting,
    Schedule,
)
from grants.ledger.operations import Fate, Kind, Section, Stage

OPEN = (Stage.AVAILABLE, Stage.RESERVED, Stage.COMMITTED)
"""What a closed year may not hold."""

FATES = {
    Section.OPERATING: (Fate.CARRY, Fate.ATTACH),
    Section.CAPITAL: (Fate.CARRY,),
    Section.NONE: (Fate.CARRY,),
}
"""What may become of a commitment: only operating is attached (R2311-11)."""


@dataclass(frozen=True)
class Left:
    """What an envelope holds at one stage, of one award or of none."""

    envelope_id: UUID
    envelope: str
    unit: Unit
    section: Section
    stage: Stage
    award_id: UUID | None
    amount: int
    authorisation_id: UUID | None

    @property
    def fates(self) -> tuple[Fate, ...]:
        """What may become of it, the usual first."""
        if self.stage is not Stage.COMMITTED:
            return (Fate.LAPSE,)
        if self.authorisation_id is not None:
            return (Fate.RESCHEDULE, *FATES[self.section])
        return FATES[self.section]


@dataclass(frozen=True)
class ClosedYear:
    """A closing with its signed lines: (envelope's id, label, unit, award, fate, amount)."""

    closing: Closing
    lines: Sequence[tuple[UUID, str, Unit, UUID | None, Fate, int]]


def left_in(session: Session, book_id: UUID, on: date | None = None) -> list[Left]:
    """What the envelopes of a year hold that is not ordered, by envelope, stage and award.

    With `on`, what they held on that day, by the date of the acts.

    With the authorisation that it may go back to: one that pays after that year. One statement.
    """
    later = _booked_after(book_id, on or date.max)
    held = cast(Account.balance - func.coalesce(later.c.amount, 0), BigInteger)
    home = aliased(Envelope)
    year = select(Book.year).where(Book.id == book_id).scalar_subquery()
    promised = (
        select(Schedule.envelope_id)
        .join(home, home.id == Schedule.envelope_id)
        .where(Schedule.award_id == Account.award_id, home.last_year > year)
        .limit(1)
        .scalar_subquery()
    )
    statement = (
        select(
            *(Envelope.id, Envelope.label, Envelope.unit, Envelope.section, Account.stage),
            *(Account.award_id, held, promised),
        )
        .join(Envelope, Envelope.id == Account.envelope_id)
        .outerjoin(later, later.c.account_id == Account.id)
        .where(
            Envelope.book_id == book_id,
            Envelope.kind == Kind.ANNUAL,
            Account.stage.in_(OPEN),
            held != 0,
        )
        .order_by(Envelope.id, Account.stage, Account.award_id)
    )
    return [Left(*row) for row in session.execute(statement)]


def _booked_after(book_id: UUID, on: date) -> Subquery:
    """By account, what was booked in a book for a later day."""
    return (
        select(Posting.account_id, func.sum(Posting.amount).label("amount"))
        .join(Entry, Entry.id == Posting.entry_id)
        .where(Entry.book_id == book_id, Entry.booked_on > on)
        .group_by(Posting.account_id)
        .subquery()
    )


def state_fingerprint(left: Collection[Left]) -> str:
    """What a person saw before signing: another sum anywhere gives another fingerprint."""
    lines = sorted(
        (str(one.envelope_id), one.stage.value, str(one.award_id), one.amount) for one in left
    )
    return hashlib.sha256(json.dumps(lines, separators=(",", ":")).encode()).hexdigest()


def closed_year(session: Session, book_id: UUID) -> ClosedYear | None:
    """How a year was closed; None while it is open. Two statements at most."""
    closing = session.scalar(select(Closing).where(Closing.book_id == book_id))
    if closing is None:
        return None
    lines = session.execute(
        select(
            *(Envelope.id, Envelope.label, Envelope.unit),
            *(ClosingLine.award_id, ClosingLine.fate, ClosingLine.amount),
        )
        .join(Envelope, Envelope.id == ClosingLine.envelope_id)
        .where(ClosingLine.closing_id == closing.id)
        .order_by(ClosingLine.position)
    )
    return ClosedYear(closing, [(*row,) for row in lines])
