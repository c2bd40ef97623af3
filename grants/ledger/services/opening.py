"""Open books, envelopes and authorisations, and rename them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from grants.kernel.access import Actor
from grants.kernel.errors import Refused
from grants.kernel.identity import new_id
from grants.kernel.money import Unit
from grants.ledger import queries
from grants.ledger.models import GENESIS, Book, Envelope
from grants.ledger.operations import Kind, Section
from grants.ledger.rules import require_bookkeeper
from grants.outbox.services import announce

YEARS_MAX = 9
"""An authorisation ends at most so many years after its first."""


def open_book(session: Session, funder_id: UUID, year: int, *, actor: Actor, now: datetime) -> Book:
    """Open a funder's fiscal year, empty. Opening it again returns the same book.

    Announces `book.opened`.

    Raises:
        Unknown, Forbidden: see `rules.require_bookkeeper`.
    """
    require_bookkeeper(actor, funder_id)
    opened: Book | None = session.scalar(
        insert(Book)
        .values(id=new_id(), funder_id=funder_id, year=year, last_number=0, last_hash=GENESIS)
        .on_conflict_do_nothing()
        .returning(Book)
    )
    if opened is None:
        return queries.book_of_year(session, funder_id, year)
    announce(
        session, "book.opened", by=actor, at=now, funder=funder_id, subject=opened.id, year=year
    )
    return opened


def open_envelope(
    session: Session,
    book_id: UUID,
    *,
    label: str,
    unit: Unit,
    section: Section,
    nature_account: str | None = None,
    function_code: str | None = None,
    last_year: int | None = None,
    actor: Actor,
    now: datetime,
) -> Envelope:
    """Open an envelope without credits. Announces `envelope.opened`.

    Nature and function are M57's. Money has a section, other units none. With a `last_year` it
    is an authorisation (AE, AP), from the year of the book to that one.

    Raises:
        Unknown: there is no such book, or the actor has no role for its funder.
        Forbidden: their role does not open envelopes.
        Refused: `ledger.label_taken` in this book, `ledger.section_for_money` when money
            has no section or something else has one; `ledger.authorisation_years` unless
            the last year is the book's or one of the nine after it;
            `ledger.authorisation_of_money` for another unit; `ledger.book_closed`.
    """
    book_row = queries.book(session, book_id)
    require_bookkeeper(actor, book_row.funder_id)
    if book_row.closed_at is not None:
        raise Refused("ledger.book_closed", year=book_row.year)
    if last_year is not None:
        _require_years(book_row.year, last_year, unit)
    if (unit is Unit.EUR) == (section is Section.NONE):
        raise Refused("ledger.section_for_money", field="section")
    opened = _inserted(
        session,
        book_id=book_id,
        label=label.strip(),
        unit=unit,
        section=section,
        nature_account=nature_account or None,
        function_code=function_code or None,
        kind=Kind.ANNUAL if last_year is None else Kind.AUTHORISATION,
        last_year=last_year,
    )
    if opened is None:
        raise Refused("ledger.label_taken", field="label", label=label.strip())
    funder_id = book_row.funder_id
    announce(session, "envelope.opened", by=actor, at=now, funder=funder_id, subject=opened.id)
    return opened


def _inserted(session: Session, **columns: object) -> Envelope | None:
    """The new envelope; None when the book has one of that label."""
    opened: Envelope | None = session.scalar(
        insert(Envelope)
        .values(id=new_id(), **columns)
        .on_conflict_do_nothing(index_elements=["book_id", "label"])
        .returning(Envelope)
    )
    return opened


def _require_years(year: int, last_year: int, unit: Unit) -> None:
    if unit is not Unit.EUR:
        raise Refused("ledger.authorisation_of_money", field="unit")
    if not year <= last_year <= year + YEARS_MAX:
        raise Refused("ledger.authorisation_years", field="last_year", first=year)


def rename_envelope(
    session: Session, envelope_id: UUID, *, label: str, actor: Actor, now: datetime
) -> None:
    """Give an envelope another label. Announces `envelope.renamed`.

    Raises:
        Unknown, Forbidden: see `rules.require_bookkeeper`.
        Refused: `ledger.label_taken`.
    """
    envelope = queries.locked_envelope(session, envelope_id)
    funder_id = queries.book(session, envelope.book_id).funder_id
    require_bookkeeper(actor, funder_id)
    if queries.label_is_taken(session, envelope, label.strip()):
        raise Refused("ledger.label_taken", field="label", label=label.strip())
    envelope.label = label.strip()
    announce(session, "envelope.renamed", by=actor, at=now, funder=funder_id, subject=envelope.id)
