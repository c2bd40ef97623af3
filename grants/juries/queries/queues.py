"""What one juror has to read, in a random order of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, String, and_, func, select, type_coerce
from sqlalchemy.orm import Session

from grants.applications.models import Application, ApplicationState
from grants.juries import rules
from grants.juries.models import (
    Assignment,
    BallotState,
    JuryBallot,
    JuryBallotLine,
    Review,
    ReviewState,
    Seat,
)
from grants.juries.queries.blind import applicant_of, searched, title_of
from grants.kernel.access import Actor
from grants.people.models import Organisation, Person

WORDS_MAX = 8
TO_READ = "to_read"

# A review and the assignment that it answers.
WRITTEN = and_(
    Review.jury_id == Assignment.jury_id,
    Review.seat_id == Assignment.seat_id,
    Review.application_id == Assignment.application_id,
)
# A ballot that was cast, and speaks of an assignment's application.
VOTED = (
    select(JuryBallotLine.application_id)
    .join(JuryBallot, JuryBallot.id == JuryBallotLine.ballot_id)
    .where(
        JuryBallot.seat_id == Assignment.seat_id,
        JuryBallot.state == BallotState.FINAL,
        JuryBallotLine.application_id == Assignment.application_id,
    )
    .exists()
)
review_state = func.coalesce(type_coerce(Review.state, String), TO_READ)


class QueueLine(NamedTuple):
    """One application of the queue. `total` is mine, in thousandths, once final."""

    application_id: UUID
    number: str
    title: str
    applicant: str
    requested: int
    state: str
    total: int | None


@dataclass(frozen=True)
class Queue:
    """One page of a juror's queue; the counts by state are those of the whole queue."""

    lines: list[QueueLine]
    found: int
    counts: dict[str, int]

    @property
    def of_all(self) -> int:
        """How many applications this juror reads."""
        return sum(self.counts.values())

    @property
    def done(self) -> int:
        """How many of them are finished, abstentions included."""
        return sum(self.counts.get(state, 0) for state in ("final", "abstained"))


def queue(
    session: Session,
    seat: Seat,
    viewer: Actor,
    *,
    words: str = "",
    state: str = "",
    number: int = 1,
    per_page: int = 50,
) -> Queue:
    """The viewer's queue for a seat that `own_seat` gave, in its own random order.

    Two statements, whatever its length.
    """
    tally = _assigned(select(review_state, func.count()), seat.id, viewer).group_by(review_state)
    counts = {str(key): count for key, count in session.execute(tally)}
    lines = (
        _assigned(
            select(
                Application.id,
                Application.number,
                title_of(seat.jury, viewer),
                applicant_of(seat.jury, viewer),
                Application.requested,
                review_state,
                Review.total,
                func.count().over(),
            ),
            seat.id,
            viewer,
        )
        .join(Person, Person.id == Application.author_id)
        .outerjoin(Organisation, Organisation.id == Application.organisation_id)
        .where(
            *searched(seat.jury, viewer, words, WORDS_MAX),
            *([review_state == state] if state else []),
        )
        .order_by(Assignment.draw)
        .limit(per_page)
        .offset((number - 1) * per_page)
    )
    rows = session.execute(lines).all()
    return Queue(
        lines=[QueueLine(*row[:7]) for row in rows],
        found=rows[0][7] if rows else 0,
        counts=counts,
    )


def next_to_score(session: Session, assignment: Assignment, viewer: Actor) -> UUID | None:
    """The next application not finished, after this one in the queue, then from its head.

    None when the queue is done. One statement.
    """
    after = Assignment.draw > assignment.draw
    statement = (
        _assigned(select(Assignment.application_id), assignment.seat_id, viewer)
        .where(
            func.coalesce(Review.state, ReviewState.DRAFT) == ReviewState.DRAFT,
            Assignment.id != assignment.id,
        )
        .order_by(after.desc(), Assignment.draw)
        .limit(1)
    )
    found: UUID | None = session.scalar(statement)
    return found


def first_to_score(session: Session, seat: Seat, viewer: Actor) -> UUID | None:
    """Where to begin or go on: the first application of the queue that is not finished."""
    statement = (
        _assigned(select(Assignment.application_id), seat.id, viewer)
        .where(func.coalesce(Review.state, ReviewState.DRAFT) == ReviewState.DRAFT)
        .order_by(Assignment.draw)
        .limit(1)
    )
    found: UUID | None = session.scalar(statement)
    return found


def _assigned(
    statement: Select[*tuple[Any, ...]], seat_id: UUID, viewer: Actor
) -> Select[*tuple[Any, ...]]:
    return (
        statement.select_from(Assignment)
        .join(Seat, Seat.id == Assignment.seat_id)
        .join(Application, Application.id == Assignment.application_id)
        .outerjoin(Review, WRITTEN)
        .where(
            Assignment.seat_id == seat_id,
            Application.state != ApplicationState.WITHDRAWN,
            rules.reads.where(viewer),
        )
    )
