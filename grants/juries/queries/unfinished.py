"""Which members still have files to finish: how many, never which."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Date, Select, case, cast, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from grants.applications.models import Application, ApplicationState
from grants.calls.models import BY_BALLOTS, Jury, Stage
from grants.juries.models import (
    SEATS_MAX,
    Assignment,
    BallotState,
    JuryBallot,
    Review,
    ReviewState,
    Seat,
)
from grants.juries.queries.queues import WRITTEN
from grants.kernel.access import Actor, not_among
from grants.kernel.clock import paris_date

# Where ballots rank, whoever has cast theirs has finished, and nobody else has.
VOTING = aliased(Jury)
VOTES = select(VOTING.id).where(
    VOTING.id == Assignment.jury_id, VOTING.rule.in_(sorted(BY_BALLOTS))
)
CAST = select(JuryBallot.id).where(
    JuryBallot.seat_id == Assignment.seat_id, JuryBallot.state == BallotState.FINAL
)
TO_FINISH = (
    Assignment.withdrawn_at.is_(None),
    Application.state != ApplicationState.WITHDRAWN,
    case(
        (VOTES.exists(), ~CAST.exists()),
        else_=func.coalesce(Review.state, ReviewState.DRAFT) == ReviewState.DRAFT,
    ),
)


class Unfinished(NamedTuple):
    """One member with files to finish: `left` of them, `drafts` of which are begun."""

    seat: Seat
    left: int
    drafts: int

    def was_reminded_on(self, now: datetime) -> bool:
        """Whether a reminder left already on that Paris day."""
        at = self.seat.reminded_at
        return at is not None and paris_date(at) == paris_date(now)


def unfinished(session: Session, jury: Jury, viewer: Actor) -> list[Unfinished]:
    """The members of a jury with files to finish, by name. One statement.

    Files from which the viewer is recused are not counted. The caller has read the jury.
    """
    statement = (
        _left(not_among(Assignment.application_id, viewer.recused_from))
        .where(Seat.jury_id == jury.id)
        .order_by(func.lower(Seat.name), Seat.id)
        .limit(SEATS_MAX)
    )
    return [Unfinished(*row) for row in session.execute(statement)]


def left_to(session: Session, seat_id: UUID) -> int:
    """How many files a member has to finish. For whoever writes to that member."""
    found = session.execute(_left().where(Seat.id == seat_id)).one_or_none()
    return int(found[1]) if found else 0


def due(session: Session, now: datetime) -> Sequence[UUID]:
    """The seats to be reminded because of the time alone, locked; whoever else asks skips them.

    From `remind_days` before the last day of their stage to that day, with files to finish, and
    not reminded since that period began.
    """
    today = literal(paris_date(now))
    first = Stage.ends_on - Stage.remind_days
    left = (
        select(Assignment.id)
        .join(Application, Application.id == Assignment.application_id)
        .outerjoin(Review, WRITTEN)
        .where(Assignment.seat_id == Seat.id, *TO_FINISH)
        .exists()
    )
    reminded_on = cast(func.timezone("Europe/Paris", Seat.reminded_at), Date)
    statement = (
        select(Seat.id)
        .join(Seat.jury)
        .join(Jury.stage)
        .where(
            Seat.accepted_at.is_not(None),
            Jury.closed_at.is_(None),
            Jury.discussion_opened_at.is_(None),
            Stage.remind_days > 0,
            today.between(first, Stage.ends_on),
            or_(Stage.starts_on.is_(None), Stage.starts_on <= today),
            or_(Seat.reminded_at.is_(None), reminded_on < first),
            left,
        )
        .order_by(Seat.id)
        .with_for_update(of=Seat, skip_locked=True)
    )
    return session.scalars(statement).all()


def _left(*more: Any) -> Select[*tuple[Any, ...]]:
    return (
        select(Seat, func.count(Assignment.id), func.count(Review.id))
        .join(Assignment, Assignment.seat_id == Seat.id)
        .join(Application, Application.id == Assignment.application_id)
        .outerjoin(Review, WRITTEN)
        .where(
            Seat.accepted_at.is_not(None),
            *TO_FINISH,
            *more,
        )
        .group_by(Seat.id)
    )
