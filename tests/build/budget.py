"""An act of the budget, and an award of several years on an authorisation."""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from build.clock import NOW
from build.ledger import booked
from grants.kernel.access import SYSTEM
from grants.kernel.clock import paris_date
from grants.kernel.money import Unit
from grants.ledger import services
from grants.ledger.models import Book, Envelope
from grants.ledger.operations import ActKind, Section
from grants.ledger.services import ActFacts, CreditLine


def a_budget(session: Session, book: Book, envelope: Envelope) -> dict[str, UUID]:
    """Both, under the names that a world gives them."""
    act = services.record_act(
        session,
        book.id,
        ActFacts(ActKind.AMENDING, "DM 1", paris_date(NOW), "Ajustements"),
        [CreditLine(envelope.id, 1_000)],
        actor=SYSTEM,
        now=NOW,
    )
    programme = services.open_envelope(
        session,
        book.id,
        label="Têtes de réseau 2018-2020",
        unit=Unit.EUR,
        section=Section.OPERATING,
        last_year=2020,
        actor=SYSTEM,
        now=NOW,
    )
    booked(session, "vote", programme.id, 90_000)
    award = uuid4()
    booked(session, "commit", programme.id, 90_000, award)
    return {"act": act.id, "authorisation": programme.id, "multi_year": award}


def a_recorded_act(session: Session, book: Book, envelope: Envelope, number: str) -> None:
    """One more act in the list of a year."""
    facts = ActFacts(ActKind.AMENDING, number, paris_date(NOW), "Ajustements")
    lines = [CreditLine(envelope.id, 10)]
    services.record_act(session, book.id, facts, lines, actor=SYSTEM, now=NOW)


def an_authorisation(session: Session, book: Book, label: str) -> Envelope:
    """One more authorisation, over two years, committed to the cent."""
    made = services.open_envelope(
        session,
        book.id,
        label=label,
        unit=Unit.EUR,
        section=Section.OPERATING,
        last_year=book.year + 1,
        actor=SYSTEM,
        now=NOW,
    )
    booked(session, "vote", made.id, 100)
    booked(session, "commit", made.id, 100, uuid4())
    return made
