"""The money of an act: held from its vote, committed once it is executory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from grants.decisions import queries
from grants.decisions.models import Decision, Deliberation
from grants.kernel.access import Actor
from grants.kernel.errors import Refused
from grants.ledger import queries as balances
from grants.ledger import services as ledger
from grants.ledger.services import Movement


def reserve(
    session: Session,
    deliberation: Deliberation,
    decisions: Sequence[Decision],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Hold the credits of the awards from the vote on, so that nobody else promises them.

    One entry in each book, in the order of the books; once per deliberation.

    Raises:
        Refused: `ledger.insufficient`.
    """
    held: dict[UUID, int] = defaultdict(int)
    for one in decisions:
        if one.envelope_id is not None and one.amount is not None:
            held[one.envelope_id] += one.amount
    movements = [Movement(envelope_id, amount) for envelope_id, amount in held.items()]
    for book_id, lines in _by_book(session, movements):
        ledger.book(
            session,
            "reserve",
            lines,
            key=f"reservation:{deliberation.id}:{book_id}",
            on=deliberation.voted_on,
            reason=f"{deliberation.number}\u202f: {deliberation.object}",
            actor=actor,
            now=now,
        )


def commit(
    session: Session,
    deliberation: Deliberation,
    decisions: Sequence[Decision],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Commit what was held, on the day on which the act became executory; once.

    What an older version of the books committed at the vote stays as it is.

    Raises:
        ValueError: the act is not executory.
    """
    on = deliberation.made_executory_on
    if on is None:
        raise ValueError(f"deliberation {deliberation.id} is not executory")
    drawn = [one for one in decisions if one.envelope_id is not None]
    known = balances.committed_awards(session, [one.id for one in drawn])
    movements = [
        Movement(one.envelope_id, one.amount, one.id)
        for one in drawn
        if one.envelope_id is not None and one.amount is not None and one.id not in known
    ]
    for book_id, lines in _by_book(session, movements):
        ledger.book(
            session,
            "commit_reserved",
            lines,
            key=f"deliberation:{deliberation.id}:{book_id}",
            on=on,
            reason=f"{deliberation.number}\u202f: {deliberation.object}",
            actor=actor,
            now=now,
        )


def release(
    session: Session,
    deliberation: Deliberation,
    decisions: Sequence[Decision],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Give back what an act held that was withdrawn before it was executory; once.

    One entry in each book, in the order of the books, on the day of the withdrawal.

    Raises:
        ValueError: the act was not withdrawn.
    """
    on = deliberation.withdrawn_on
    if on is None:
        raise ValueError(f"deliberation {deliberation.id} is not withdrawn")
    drawn = [one for one in decisions if one.envelope_id is not None]
    known = balances.committed_awards(session, [one.id for one in drawn])
    held: dict[UUID, int] = defaultdict(int)
    for one in drawn:
        if one.envelope_id is not None and one.amount is not None and one.id not in known:
            held[one.envelope_id] += one.amount
    movements = [Movement(envelope_id, amount) for envelope_id, amount in held.items()]
    for book_id, lines in _by_book(session, movements):
        ledger.book(
            session,
            "release",
            lines,
            key=f"act_withdrawn:{deliberation.id}:{book_id}",
            on=on,
            reason=f"{deliberation.number}\u202f: {deliberation.withdrawal_reason}",
            actor=actor,
            now=now,
        )


def require_free(session: Session, envelope_id: UUID, amount: int) -> None:
    """Stop who would release credits that voted awards hold until they are executory.

    PostgreSQL refuses it too; this says why.

    Raises:
        Refused: `reserve.held_by_votes` with what may be released.
    """
    line = balances.envelope_line(session, envelope_id)
    held = queries.held(session, envelope_id)
    free = line.reserved - sum(one.amount for one in held)
    if held and amount > free:
        raise Refused(
            "reserve.held_by_votes",
            field="amount",
            unit=line.unit,
            available=max(free, 0),
            asked=amount,
            number=held[0].number,
        )


def _by_book(
    session: Session, movements: Sequence[Movement]
) -> Sequence[tuple[UUID, list[Movement]]]:
    """What each book takes, in the order in which books are locked."""
    places = balances.places(session, {one.envelope_id for one in movements})
    found: dict[UUID, list[Movement]] = defaultdict(list)
    for one in movements:
        found[places[one.envelope_id].book_id].append(one)
    return sorted(found.items())
