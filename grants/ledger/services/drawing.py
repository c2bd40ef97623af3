"""Draw a year's payment credits from an authorisation, and give back what is not needed."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from grants.kernel.access import Actor
from grants.kernel.errors import Refused, Unknown
from grants.kernel.money import Unit
from grants.ledger import queries
from grants.ledger.rules import Movement
from grants.ledger.services.booking import BookedEntry, book
from grants.ledger.services.dating import require_drawn_in


def draw(
    session: Session,
    award_id: UUID,
    envelope_id: UUID,
    amount: int,
    *,
    key: str,
    on: date,
    reason: str,
    actor: Actor,
    now: datetime,
) -> BookedEntry:
    """Commit, in the envelope of a year, credits that the award was promised for that year.

    What a yearly application agreement does: two entries, one on the authorisation and one in
    the year's envelope, from which it may then be ordered.

    Raises:
        Unknown: the award lies on no authorisation, or there is no such envelope.
        Forbidden: see `book`.
        Refused: `ledger.over_schedule` with the `year`, what it was promised and what is
            `left` of it; a day that is not of that year (`dating.require_drawn_in`); and what
            `book` refuses (`ledger.insufficient`: the year's envelope).
    """
    home = queries.authorisation_of(session, award_id)
    place = queries.places(session, [envelope_id]).get(envelope_id)
    if home is None or place is None:
        raise Unknown
    booked = book(
        session,
        "draw_credits",
        [Movement(home, amount, award_id, envelope_id)],
        key=key,
        on=on,
        reason=reason,
        actor=actor,
        now=now,
    )
    if not booked.already:
        require_drawn_in(place.year, on, now)
        # After the booking, which holds the award's accounts: nobody else draws meanwhile.
        _require_promised(session, award_id, place.year, amount)
    return booked


def _require_promised(session: Session, award_id: UUID, year: int, amount: int) -> None:
    for one in queries.schedule_of(session, award_id):
        if one.year == year and one.left < 0:
            raise Refused(
                "ledger.over_schedule",
                field="amount",
                unit=Unit.EUR,
                year=one.year,
                planned_cents=one.planned,
                left_cents=one.left + amount,
            )


def give_back(
    session: Session,
    award_id: UUID,
    envelope_id: UUID,
    amount: int,
    *,
    key: str,
    on: date,
    reason: str,
    actor: Actor,
    now: datetime,
) -> BookedEntry:
    """Give credits drawn into a year, and not ordered, back to the award's authorisation.

    Raises:
        Unknown: the award lies on no authorisation.
        Forbidden, Refused: see `book` (`ledger.exceeds_committed`).
    """
    home = queries.authorisation_of(session, award_id)
    if home is None:
        raise Unknown
    return book(
        session,
        "return_credits",
        [Movement(envelope_id, amount, award_id, home)],
        key=key,
        on=on,
        reason=reason,
        actor=actor,
        now=now,
    )
