"""What the executive may transfer between chapters without the assembly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from grants.kernel.errors import Refused
from grants.kernel.money import Unit
from grants.ledger.models import Envelope
from grants.ledger.operations import Section
from grants.ledger.queries import Place
from grants.ledger.rules import Movement, chapter

ROOM = text("SELECT moved, allowed FROM ledger_fungible(:book, :section)")


def require(session: Session, movements: Sequence[Movement], places: Mapping[UUID, Place]) -> None:
    """Stop on transfers that would move more than the law lets the executive move.

    PostgreSQL asks the same once it is booked (migration 0031); this one can say it.

    Raises:
        Refused: `ledger.not_fungible`, with `moved`, `allowed` and `asked`.
    """
    ids = [*places]
    natures: dict[UUID, str | None] = {
        row.id: row.nature_account
        for row in session.execute(
            select(Envelope.id, Envelope.nature_account).where(Envelope.id.in_(ids))
        )
    }
    asked: dict[tuple[UUID, Section], dict[str, int]] = {}
    for one in movements:
        here, far = places[one.envelope_id], one.to_envelope_id
        if here.section is Section.NONE or far is None:
            continue
        nets = asked.setdefault((here.book_id, here.section), {})
        for end, amount in ((one.envelope_id, -one.amount), (far, one.amount)):
            name = chapter(natures[end])
            nets[name] = nets.get(name, 0) + amount
    for (book_id, section), nets in asked.items():
        across = sum(max(net, 0) for net in nets.values())
        moved, allowed = session.execute(ROOM, {"book": book_id, "section": section.value}).one()
        if across and moved + across > allowed:
            raise Refused(
                "ledger.not_fungible",
                field="target",
                unit=Unit.EUR,
                moved_cents=moved,
                allowed_cents=allowed,
                asked_cents=across,
            )
