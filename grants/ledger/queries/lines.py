"""Envelopes with what they hold now."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, Select, func, select, true
from sqlalchemy.orm import Session

from grants.kernel.access import Actor
from grants.kernel.errors import Unknown
from grants.kernel.money import Unit
from grants.ledger import rules
from grants.ledger.models import Account, Book, Envelope
from grants.ledger.operations import Kind, Section, Stage

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
    "kind",
    "last_year",
)
"""What identifies an envelope, in the order of `EnvelopeLine`."""


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
    kind: Kind
    last_year: int | None
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
class Place:
    """Where an envelope lies."""

    id: UUID
    book_id: UUID
    funder_id: UUID
    year: int
    unit: Unit
    section: Section
    kind: Kind = Kind.ANNUAL
    last_year: int | None = None


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
            Envelope.kind,
            Envelope.last_year,
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
