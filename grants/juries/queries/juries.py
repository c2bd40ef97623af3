"""Juries, seats and invitations: only those that the viewer may know of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from grants.applications.models import Application, ApplicationState
from grants.calls.models import Call, Jury, Stage
from grants.juries import rules
from grants.juries.models import Assignment, Ranking, Review, ReviewState, Seat
from grants.juries.queries.queues import WRITTEN
from grants.kernel.access import Actor, not_among
from grants.kernel.errors import Unknown

Who: TypeAlias = Callable[[Actor], ColumnElement[bool]]

DONE = (ReviewState.FINAL, ReviewState.ABSTAINED)


class OwnSeat(NamedTuple):
    """One of the viewer's seats, and how far they are: `done` of `to_read`."""

    seat: Seat
    to_read: int
    done: int


def own_seats(session: Session, viewer: Actor) -> list[OwnSeat]:
    """Every seat offered to the viewer and not declined, invitations first. One statement."""
    progress = (
        select(func.count(Assignment.id).label("to_read"), func.count(Review.id).label("done"))
        .join(Application, Application.id == Assignment.application_id)
        .outerjoin(Review, WRITTEN & Review.state.in_(DONE))
        .where(
            Assignment.seat_id == Seat.id,
            Assignment.withdrawn_at.is_(None),
            Application.state != ApplicationState.WITHDRAWN,
            not_among(Assignment.application_id, viewer.recused_from),
            Seat.jury_id.in_(sorted(viewer.juries)),
        )
        .lateral()
    )
    statement = (
        _with_jury(select(Seat, progress.c.to_read, progress.c.done))
        .where(rules.is_invited.where(viewer), Seat.declined_at.is_(None))
        .order_by(Seat.accepted_at.desc().nulls_first(), Seat.id)
        .limit(200)
    )
    return [OwnSeat(*row) for row in session.execute(statement)]


def own_seat(session: Session, jury_id: UUID, viewer: Actor, *, fresh: bool = False) -> Seat:
    """The viewer's seat on a jury, with the jury, its stage and call. One statement.

    `fresh` reads again what the session may know from before it waited for a lock.

    Raises:
        Unknown: the viewer has no seat there, or has not accepted its charter.
    """
    statement = _with_jury(select(Seat)).where(Seat.jury_id == jury_id, rules.holds.where(viewer))
    return _seat(session, statement.execution_options(populate_existing=fresh))


def invitation(session: Session, seat_id: UUID, viewer: Actor) -> Seat:
    """A seat offered to the viewer, answered or not, with its jury, stage and call.

    Raises:
        Unknown: there is none, or it is offered to someone else.
    """
    statement = _with_jury(select(Seat)).where(Seat.id == seat_id, rules.is_invited.where(viewer))
    return _seat(session, statement)


def locked_invitation(session: Session, seat_id: UUID, viewer: Actor) -> Seat:
    """The same, locked behind its jury: juries, then seats, is the order of everyone.

    Raises:
        Unknown: there is none, or it is offered to someone else.
    """
    panel = select(Jury.id).join(Seat, Seat.jury_id == Jury.id).where(Seat.id == seat_id)
    session.execute(panel.with_for_update(of=Jury, read=True, key_share=True))
    statement = _with_jury(select(Seat)).where(Seat.id == seat_id, rules.is_invited.where(viewer))
    return _seat(session, statement.with_for_update(of=Seat))


# In one statement PostgreSQL locks in the order of the clauses: the jury, then the seat.
IN_ORDER = "FOR KEY SHARE OF jury FOR NO KEY UPDATE OF seat"


def lock_own_seat(session: Session, jury_id: UUID, viewer: Actor) -> None:
    """Lock the viewer's seat behind its jury, which does not close meanwhile; none is no matter.

    Juries, then seats, is the order of everyone: the other way round, a member who writes and an
    officer who works on seats would wait for each other. Both locks bear others' KEY SHARE:
    officers may go on giving files to the seat.
    """
    seat = select(Seat.id).join(Jury, Jury.id == Seat.jury_id)
    session.execute(
        seat.where(Seat.jury_id == jury_id, rules.holds.where(viewer)).suffix_with(IN_ORDER)
    )


def jury(session: Session, jury_id: UUID, viewer: Actor, *, who: Who = rules.follows.where) -> Jury:
    """One jury for the funders' side, with its call, funders, stage and criteria.

    Raises:
        Unknown: there is none, or the viewer is not `who` may know of it.
    """
    statement = _whole(jury_id).where(who(viewer))
    return _jury(session, statement)


def locked_jury(session: Session, jury_id: UUID, viewer: Actor, *, who: Who) -> Jury:
    """The same, its row locked: no review is saved and no member comes until we are done.

    Raises:
        Unknown: there is none, or the viewer is not `who` may know of it.
    """
    statement = _whole(jury_id).where(who(viewer)).with_for_update(of=Jury)
    return _jury(session, statement.execution_options(populate_existing=True))


def juries_of(session: Session, call_id: UUID, viewer: Actor) -> Sequence[Jury]:
    """The juries of a call in the order of its stages, for the funders' side."""
    return session.scalars(
        select(Jury)
        .join(Jury.stage)
        .options(contains_eager(Jury.stage))
        .where(Jury.call_id == call_id, rules.follows.where(viewer))
        .order_by(Stage.position, Jury.position)
    ).all()


def closing(session: Session, jury_id: UUID) -> Ranking | None:
    """The latest act that closed a jury, if there is one. The caller has read the jury."""
    statement = select(Ranking).where(Ranking.jury_id == jury_id)
    return session.scalar(statement.order_by(Ranking.version.desc()).limit(1))


def _with_jury(statement: Select) -> Select:  # type: ignore[type-arg]
    whole = contains_eager(Seat.jury)
    return (
        statement.join(Seat.jury)
        .join(Jury.stage)
        .join(Jury.call)
        .options(whole.contains_eager(Jury.stage), whole.contains_eager(Jury.call))
    )


def _whole(jury_id: UUID) -> Select[Jury]:
    return (
        select(Jury)
        .where(Jury.id == jury_id)
        .options(
            joinedload(Jury.call, innerjoin=True).selectinload(Call.funders),
            joinedload(Jury.stage, innerjoin=True),
            selectinload(Jury.criteria),
        )
    )


def _seat(session: Session, statement: Select[Seat]) -> Seat:
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise Unknown
    return found


def _jury(session: Session, statement: Select[Jury]) -> Jury:
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise Unknown
    return found
