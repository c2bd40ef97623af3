"""Books and envelopes with credits, and what to book in them."""

from __future__ import annotations

from datetime import date
from itertools import count
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.orm import Session

from build.clock import NOW
from build.people import a_funder
from grants.kernel.access import SYSTEM, Actor
from grants.kernel.clock import paris_date
from grants.kernel.money import Unit
from grants.ledger import services
from grants.ledger.models import Book, Envelope
from grants.ledger.operations import Section
from grants.ledger.services import BookedEntry, Movement
from grants.outbox.services import News
from grants.people.models import Funder

_serial = count(1)


def a_book(session: Session, funder: Funder | None = None, year: int = 2018) -> Book:
    """A fiscal year, opened; opening it again gives the same."""
    owner = funder or a_funder(session)
    return services.open_book(session, owner.id, year, actor=SYSTEM, now=NOW)


def an_envelope(
    session: Session,
    book: Book | None = None,
    *,
    label: str | None = None,
    unit: Unit = Unit.EUR,
    section: Section | None = None,
    voted: int = 0,
) -> Envelope:
    """An envelope of operating money (or of another unit) with `voted` in its smallest part."""
    default = Section.OPERATING if unit is Unit.EUR else Section.NONE
    envelope = services.open_envelope(
        session,
        (book or a_book(session)).id,
        label=label or f"Enveloppe {next(_serial)}",
        unit=unit,
        section=section or default,
        actor=SYSTEM,
        now=NOW,
    )
    if voted:
        booked(session, "vote", envelope.id, voted, on=voted_on(book.year if book else 2018))
    return envelope


def voted_on(year: int) -> date:
    """The day of the tests, or the last one of a year that was over by then."""
    return min(paris_date(NOW), date(year, 12, 31))


def warranted(session: Session, *award_ids: UUID, envelope_id: UUID) -> None:
    """Let awards that no deliberation knows be committed: what the superuser alone can write."""
    session.execute(text("SET LOCAL session_replication_role = replica"))
    session.execute(
        text("""
            INSERT INTO ledger_warrant (award_id, funder_id, act, executory_on)
            SELECT one, b.funder_id, 'Test', '1900-01-01'
              FROM unnest(CAST(:awards AS uuid[])) AS one, ledger_envelope v
              JOIN ledger_book b ON b.id = v.book_id
             WHERE v.id = :envelope
                ON CONFLICT DO NOTHING
        """),
        {"awards": list(award_ids), "envelope": envelope_id},
    )
    session.execute(text("SET LOCAL session_replication_role = origin"))


def booked(
    session: Session,
    operation: str,
    envelope_id: UUID,
    amount: int,
    award_id: UUID | None = None,
    *,
    to: UUID | None = None,
    key: str | None = None,
    actor: Actor = SYSTEM,
    reason: str = "Test",
    on: date | None = None,
    tells: News | None = None,
) -> BookedEntry:
    """One movement, booked under a key of its own unless told; a commitment with its warrant."""
    if award_id and operation in {"commit", "commit_reserved"}:
        warranted(session, award_id, envelope_id=envelope_id)
    return services.book(
        session,
        operation,
        [Movement(envelope_id, amount, award_id, to)],
        key=key or f"test:{uuid4()}",
        on=on or paris_date(NOW),
        reason=reason,
        actor=actor,
        now=NOW,
        tells=tells,
    )


def an_award(session: Session, envelope_id: UUID, amount: int, *, until: str = "commit") -> UUID:
    """An award of `amount`, walked to the operation `until`: commit, order or pay."""
    award_id = uuid4()
    for operation in ("commit", "order", "pay"):
        booked(session, operation, envelope_id, amount, award_id)
        if operation == until:
            return award_id
    raise ValueError(until)
