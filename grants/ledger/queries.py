"""Envelopes with what they hold, journals, and what became of an award."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    RowMapping,
    Select,
    Uuid,
    column,
    func,
    select,
    table,
    true,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from grants.kernel.access import Actor
from grants.kernel.errors import Unknown
from grants.kernel.money import Unit
from grants.ledger import rules
from grants.ledger.models import Account, Book, Entry, Envelope, Posting
from grants.ledger.operations import OPERATIONS, Section, Stage

FUNDER = table("funder", column("id"), column("key"), column("name"))
"""What the ledger reads of funders: it knows no other domain's models."""

AWARD: ColumnElement[UUID] = type_coerce(Account.award_id, Uuid())
"""The award of an account that has one."""

PLACED = (
    "id",
    "book_id",
    "funder_id",
    "year",
    "label",
    "unit",
    "section",
    "nature_account",
    "function_code",
)
"""What identifies an envelope, in the order of `EnvelopeLine`."""


@dataclass(frozen=True)
class BookLine:
    """One book in a list to choose from. `entries` is how many it holds."""

    id: UUID
    funder_id: UUID
    funder_key: str
    funder: str
    year: int
    entries: int


@dataclass(frozen=True)
class EnvelopeLine:
    """An envelope and its stages, in the smallest part of `unit`.

    available + reserved + committed + ordered + paid + lapsed + carried = voted.
    `claimed` is asked back and not received yet; `recovered` came back. Neither is in the sum.
    """

    id: UUID
    book_id: UUID
    funder_id: UUID
    year: int
    label: str
    unit: Unit
    section: Section
    nature_account: str | None
    function_code: str | None
    voted: int
    available: int
    reserved: int
    committed: int
    ordered: int
    paid: int
    lapsed: int
    carried: int
    claimed: int
    recovered: int


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


@dataclass(frozen=True)
class Place:
    """Where an envelope lies."""

    id: UUID
    book_id: UUID
    funder_id: UUID
    year: int
    unit: Unit
    section: Section


def book(session: Session, book_id: UUID) -> Book:
    """One book.

    Raises:
        Unknown: there is none.
    """
    if found := session.get(Book, book_id):
        return found
    raise Unknown


def readable_book(session: Session, book_id: UUID, *, viewer: Actor) -> BookLine:
    """One book that the viewer may read.

    Raises:
        Unknown: there is none, or none that the viewer may know of.
    """
    for one in books(session, viewer=viewer):
        if one.id == book_id:
            return one
    raise Unknown


def book_of_year(session: Session, funder_id: UUID, year: int) -> Book:
    """A funder's book of a year.

    Raises:
        Unknown: it was not opened.
    """
    found = session.scalar(select(Book).where(Book.funder_id == funder_id, Book.year == year))
    if found is None:
        raise Unknown
    return found


def books(session: Session, *, viewer: Actor) -> list[BookLine]:
    """The books that the viewer may read, the latest year first, then by funder's name."""
    statement = (
        select(Book.id, Book.funder_id, FUNDER.c.key, FUNDER.c.name, Book.year, Book.last_number)
        .join(FUNDER, FUNDER.c.id == Book.funder_id)
        .where(rules.can_read.where(viewer))
        .order_by(Book.year.desc(), FUNDER.c.name)
    )
    return [BookLine(*row) for row in session.execute(statement)]


def locked_envelope(session: Session, envelope_id: UUID) -> Envelope:
    """One envelope, held until the transaction ends.

    Raises:
        Unknown: there is none.
    """
    if found := session.get(Envelope, envelope_id, with_for_update={"key_share": True}):
        return found
    raise Unknown


def label_is_taken(session: Session, envelope: Envelope, label: str) -> bool:
    """Whether another envelope of the same book bears this label."""
    other = select(Envelope.id).where(
        Envelope.book_id == envelope.book_id, Envelope.label == label, Envelope.id != envelope.id
    )
    return session.scalar(other) is not None


def places(session: Session, envelope_ids: Collection[UUID]) -> dict[UUID, Place]:
    """Where each of these envelopes lies; those that do not exist are left out."""
    statement = (
        select(
            Envelope.id,
            Envelope.book_id,
            Book.funder_id,
            Book.year,
            Envelope.unit,
            Envelope.section,
        )
        .join(Book, Book.id == Envelope.book_id)
        .where(Envelope.id.in_(list(envelope_ids)))
    )
    return {row.id: Place(*row) for row in session.execute(statement)}


def envelopes(
    session: Session, funder_ids: Iterable[UUID], year: int | None = None
) -> list[EnvelopeLine]:
    """The envelopes of some funders, of one year or of all, in the order they were opened.

    One statement.
    """
    statement = _lines().where(Book.funder_id.in_(list(funder_ids)))
    if year is not None:
        statement = statement.where(Book.year == year)
    return [_line(row) for row in session.execute(statement).mappings()]


def envelope_lines(session: Session, envelope_ids: Collection[UUID]) -> dict[UUID, EnvelopeLine]:
    """These envelopes, by id; those that do not exist are left out. One statement."""
    statement = _lines().where(Envelope.id.in_(list(envelope_ids)))
    return {row["id"]: _line(row) for row in session.execute(statement).mappings()}


def envelope_line(session: Session, envelope_id: UUID) -> EnvelopeLine:
    """One envelope.

    Raises:
        Unknown: there is none.
    """
    if found := envelope_lines(session, [envelope_id]).get(envelope_id):
        return found
    raise Unknown


def readable_line(session: Session, envelope_id: UUID, *, viewer: Actor) -> EnvelopeLine:
    """One envelope of a book that the viewer may read.

    Raises:
        Unknown: there is none, or none that the viewer may know of.
    """
    line = envelope_line(session, envelope_id)
    if not rules.can_read.holds(viewer, line):
        raise Unknown
    return line


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


def award_balances(session: Session, award_ids: Collection[UUID]) -> dict[UUID, dict[Stage, int]]:
    """What became of some awards: the amount at each of their stages, zeros left out.

    `carried` has left for a later book, where it is committed again.
    """
    balance = func.sum(Account.balance)
    statement = (
        select(AWARD, Account.stage, balance)
        .where(Account.award_id.in_(list(award_ids)), Account.stage != Stage.CLAIM_CONTRA)
        .group_by(Account.award_id, Account.stage)
        .having(balance != 0)
    )
    found: dict[UUID, dict[Stage, int]] = {award_id: {} for award_id in award_ids}
    for award_id, stage, amount in session.execute(statement):
        found.setdefault(award_id, {})[stage] = int(amount)
    return found


def award_envelopes(
    session: Session, award_ids: Collection[UUID]
) -> dict[UUID, Mapping[UUID, Mapping[Stage, int]]]:
    """Where each award's money lies: envelope by envelope, the amount at each stage."""
    statement = select(AWARD, Account.envelope_id, Account.stage, Account.balance).where(
        Account.award_id.in_(list(award_ids)),
        Account.stage != Stage.CLAIM_CONTRA,
        Account.balance != 0,
    )
    found: dict[UUID, dict[UUID, dict[Stage, int]]] = {award_id: {} for award_id in award_ids}
    for award_id, envelope_id, stage, amount in session.execute(statement):
        found.setdefault(award_id, {}).setdefault(envelope_id, {})[stage] = int(amount)
    return {**found}


def _lines() -> Select[Any]:
    """Envelopes with the sums of their accounts, stage by stage."""
    of_envelope = (
        select(
            *(
                func.coalesce(func.sum(Account.balance).filter(Account.stage == stage), 0).label(
                    stage.value
                )
                for stage in Stage
            )
        )
        .where(Account.envelope_id == Envelope.id)
        .lateral("held")
    )
    return (
        select(
            *(
                getattr(Book if name in {"funder_id", "year"} else Envelope, name)
                for name in PLACED
            ),
            *of_envelope.c,
        )
        .join(Book, Book.id == Envelope.book_id)
        .join(of_envelope, true())
        .order_by(Book.year, Envelope.id)
    )


def _line(row: RowMapping) -> EnvelopeLine:
    held: dict[str, Any] = {name: row[name] for name in PLACED}
    held |= {stage.value: int(row[stage.value]) for stage in Stage}
    # Credits come from `voted`, whose balance is therefore what left it.
    held["voted"] = -held["voted"]
    del held["claim_contra"]
    return EnvelopeLine(**held)


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
