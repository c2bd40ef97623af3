"""The acts of a budget, and the lines by which each moved credits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from grants.kernel.access import Actor
from grants.kernel.errors import Unknown
from grants.kernel.money import Unit
from grants.ledger.models import Account, Act, ActEntry, Book, Entry, Envelope, Posting
from grants.ledger.operations import ActKind, Stage
from grants.ledger.rules import can_read


@dataclass(frozen=True)
class ActLine:
    """One act in the list of a year; `given` and `taken` are the cents it adds and removes."""

    id: UUID
    kind: ActKind
    number: str
    dated_on: date
    label: str
    given: int
    taken: int


@dataclass(frozen=True)
class ActLineOf:
    """What one act did to one envelope, in the smallest part of its unit."""

    entry: int
    envelope_id: UUID
    envelope: str
    unit: Unit
    amount: int


def acts(session: Session, book_id: UUID, on: date | None = None) -> list[ActLine]:
    """The acts of a book, or those dated a day at the latest; the latest first. One statement."""
    given = func.sum(func.greatest(Posting.amount, 0)).filter(Envelope.id.is_not(None))
    taken = func.sum(-func.least(Posting.amount, 0)).filter(Envelope.id.is_not(None))
    statement: Select[*tuple[Any, ...]] = (
        select(
            *(Act.id, Act.kind, Act.number, Act.dated_on, Act.label),
            *(func.coalesce(given, 0), func.coalesce(taken, 0)),
        )
        .outerjoin(ActEntry, ActEntry.act_id == Act.id)
        .outerjoin(Posting, Posting.entry_id == ActEntry.entry_id)
        .outerjoin(Account, (Account.id == Posting.account_id) & (Account.stage == Stage.AVAILABLE))
        .outerjoin(Envelope, (Envelope.id == Account.envelope_id) & (Envelope.unit == Unit.EUR))
        .where(Act.book_id == book_id, Act.dated_on <= (on or date.max))
        .group_by(Act.id)
        .order_by(Act.dated_on.desc(), Act.number.desc())
    )
    return [
        ActLine(act_id, kind, number, dated_on, label, int(more), int(less))
        for act_id, kind, number, dated_on, label, more, less in session.execute(statement)
    ]


def readable_act(session: Session, act_id: UUID, *, viewer: Actor) -> Act:
    """One act of a book that the viewer may read.

    Raises:
        Unknown: there is none, or none that the viewer may know of.
    """
    found = session.scalar(
        select(Act)
        .join(Book, Book.id == Act.book_id)
        .where(Act.id == act_id, can_read.where(viewer))
    )
    if found is None:
        raise Unknown
    return found


def act(session: Session, act_id: UUID) -> list[ActLineOf]:
    """What an act did, envelope by envelope. One statement."""
    statement = (
        select(Entry.number, Envelope.id, Envelope.label, Envelope.unit, Posting.amount)
        .join_from(ActEntry, Entry, Entry.id == ActEntry.entry_id)
        .join(Posting, Posting.entry_id == Entry.id)
        .join(Account, (Account.id == Posting.account_id) & (Account.stage == Stage.AVAILABLE))
        .join(Envelope, Envelope.id == Account.envelope_id)
        .where(ActEntry.act_id == act_id)
        .order_by(Entry.number, Posting.position)
    )
    return [ActLineOf(*row) for row in session.execute(statement)]
