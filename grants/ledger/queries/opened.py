"""Books that are open, and those that a person may read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import column, select, table
from sqlalchemy.orm import Session

from grants.kernel.access import Actor
from grants.kernel.errors import Unknown
from grants.ledger import rules
from grants.ledger.models import Book, Envelope

FUNDER = table("funder", column("id"), column("key"), column("name"), column("siret"))
"""What the ledger reads of funders: it knows no other domain's models."""


@dataclass(frozen=True)
class BookLine:
    """One book in a list to choose from. `entries` is how many it holds."""

    id: UUID
    funder_id: UUID
    funder_key: str
    funder: str
    year: int
    entries: int
    closed_at: datetime | None = None


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
        select(
            *(Book.id, Book.funder_id, FUNDER.c.key, FUNDER.c.name, Book.year),
            *(Book.last_number, Book.closed_at),
        )
        .join(FUNDER, FUNDER.c.id == Book.funder_id)
        .where(rules.can_read.where(viewer))
        .order_by(Book.year.desc(), FUNDER.c.name)
    )
    return [BookLine(*row) for row in session.execute(statement)]


def is_closed(session: Session, envelope_id: UUID) -> bool:
    """Whether the year of an envelope is closed."""
    closed = (
        select(Book.closed_at)
        .join(Envelope, Envelope.book_id == Book.id)
        .where(Envelope.id == envelope_id)
    )
    return session.scalar(closed) is not None


def siret_of(session: Session, funder_id: UUID) -> str | None:
    """The SIRET of a funder, when it is known."""
    found: str | None = session.scalar(select(FUNDER.c.siret).where(FUNDER.c.id == funder_id))
    return found
