"""Who reads what: by hand, or everyone everything; never what one is recused from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, false, func, literal, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from grants.applications.models import Application
from grants.calls.models import Jury
from grants.juries import queries, rules
from grants.juries.lifecycle import jury_is_open, require
from grants.juries.models import Answer, Assignment, ConflictHint, Recusal, Review, Seat
from grants.juries.services.radar import look_or_plan
from grants.kernel.access import Actor, not_among
from grants.kernel.errors import Refused, Unknown
from grants.outbox.services import announce


def assign(
    session: Session,
    jury_id: UUID,
    seat_id: UUID,
    application_ids: Sequence[UUID],
    *,
    actor: Actor,
    now: datetime,
) -> int:
    """Give applications to one member; return how many are new to them.

    Skips what the member is recused from or applies for, and whatever is not in review.
    Locks the jury. Announces `jury.assigned`. Two statements, whatever the number.

    Raises:
        Unknown: there is no such jury of the actor's, or no such seat on it.
        Refused: `jury.closed`, `jury.assign.declined`.
    """
    jury = _open_jury(session, jury_id, actor, now)
    seat = _seat(session, jury, seat_id)
    chosen = Application.id.in_(application_ids) if application_ids else false()
    visible = not_among(Application.id, actor.recused_from)
    return _give(session, jury, [Seat.id == seat.id, chosen, visible], actor, now)


def assign_everyone(session: Session, jury_id: UUID, *, actor: Actor, now: datetime) -> int:
    """Everyone reads everything; return how many readings are new. Twice changes nothing.

    Seats still unanswered are given theirs too, to be found on accepting. Skips recusals and
    people's own applications. Locks the jury. Announces `jury.assigned`. One insert.

    Raises:
        Unknown: there is no such jury, or the actor is not an officer of its call.
        Refused: `jury.closed`.
    """
    jury = _open_jury(session, jury_id, actor, now)
    return _give(session, jury, [], actor, now)


def unassign(
    session: Session,
    jury_id: UUID,
    seat_id: UUID,
    application_ids: Sequence[UUID],
    *,
    actor: Actor,
    now: datetime,
) -> int:
    """Take applications back from one member; return how many. What is begun or voted stays.

    Locks the jury. Announces `jury.unassigned`.

    Raises:
        Unknown: there is no such jury of the actor's, or no such seat on it.
        Refused: `jury.closed`.
    """
    jury = _open_jury(session, jury_id, actor, now)
    seat = _seat(session, jury, seat_id)
    taken = session.scalars(
        delete(Assignment)
        .where(
            Assignment.jury_id == jury.id,
            Assignment.seat_id == seat.id,
            Assignment.application_id.in_(application_ids) if application_ids else false(),
            not_among(Assignment.application_id, actor.recused_from),
            Assignment.withdrawn_at.is_(None),
            ~_begun(seat),
        )
        .returning(Assignment.id)
        .execution_options(synchronize_session=False)
    ).all()
    if taken:
        _announce(session, "jury.unassigned", jury, len(taken), actor=actor, now=now)
    return len(taken)


def _begun(seat: Seat) -> ColumnElement[bool]:
    """Whether the holder of a seat began to score an application, or voted on it."""
    scored = select(Review.id).where(
        Review.jury_id == seat.jury_id,
        Review.seat_id == seat.id,
        Review.application_id == Assignment.application_id,
    )
    return or_(scored.exists(), queries.VOTED)


def _give(
    session: Session,
    jury: Jury,
    conditions: Sequence[ColumnElement[bool]],
    actor: Actor,
    now: datetime,
) -> int:
    recused = (
        select(Recusal.id)
        .where(Recusal.person_id == Seat.person_id, Recusal.application_id == Application.id)
        .exists()
    )
    # Of a seat not taken yet, a confirmed conflict waits there to become a recusal.
    conflicted = (
        select(ConflictHint.id)
        .where(
            ConflictHint.seat_id == Seat.id,
            ConflictHint.application_id == Application.id,
            ConflictHint.answer == Answer.CONFIRMED,
        )
        .exists()
    )
    pairs = (
        select(func.gen_random_uuid(), literal(jury.id), Seat.id, Application.id)
        .select_from(Seat)
        .join(Application, Application.call_id == jury.call_id)
        .where(
            Seat.jury_id == jury.id,
            Seat.declined_at.is_(None),
            Application.state.in_(queries.READABLE),
            # Of a seat not taken yet we do not know whose it is: accepting it looks again.
            or_(Seat.person_id.is_(None), ~rules.own_side(Seat.person_id)),
            ~recused,
            ~conflicted,
            *conditions,
        )
    )
    columns = ["id", "jury_id", "seat_id", "application_id"]
    statement = insert(Assignment).from_select(columns, pairs).on_conflict_do_nothing()
    given = session.scalars(statement.returning(Assignment.application_id)).all()
    if given:
        _announce(session, "jury.assigned", jury, len(given), actor=actor, now=now)
        look_or_plan(session, jury, actor=actor, now=now)
    # The act covers every file; whoever asked is told of those that they may know of.
    return sum(one not in actor.recused_from for one in given)


def _open_jury(session: Session, jury_id: UUID, actor: Actor, now: datetime) -> Jury:
    jury = queries.locked_jury(session, jury_id, actor, who=rules.manages.where)
    require(jury_is_open(jury, now))
    return jury


def _seat(session: Session, jury: Jury, seat_id: UUID) -> Seat:
    seat = session.scalar(select(Seat).where(Seat.id == seat_id, Seat.jury_id == jury.id))
    if seat is None:
        raise Unknown
    if seat.declined_at:
        raise Refused("jury.assign.declined", field="seat", name=seat.name)
    return seat


def _announce(
    session: Session, kind: str, jury: Jury, readings: int, *, actor: Actor, now: datetime
) -> None:
    announce(
        session,
        kind,
        by=actor,
        at=now,
        funder=jury.call.lead_id,
        subject=jury.id,
        call=str(jury.call_id),
        readings=readings,
    )
