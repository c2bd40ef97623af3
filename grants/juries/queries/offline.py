"""What one juror has to score, in one piece: to take away, and to compare with what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from grants.applications.models import Application, ApplicationState
from grants.juries import rules
from grants.juries.models import Assignment, Review, Seat
from grants.juries.queries.blind import applicant_of, title_of
from grants.juries.queries.queues import WRITTEN
from grants.juries.queries.sheets import CRITERIA, CriterionLine
from grants.kernel.access import Actor
from grants.people.models import Organisation, Person


@dataclass(frozen=True)
class Entry:
    """One file of a juror's queue as they may read it, with its rubric and what is written."""

    application_id: UUID
    number: str
    title: str
    applicant: str
    review: Review | None
    criteria: list[CriterionLine]

    @property
    def version(self) -> int:
        """That of the review, 0 for none yet."""
        return self.review.version if self.review else 0

    @property
    def marks(self) -> dict[str, int | None]:
        """What is marked already, by criterion key; None is an abstention."""
        return {one.key: one.value for one in self.criteria if one.marked}


def entries(session: Session, seat: Seat, viewer: Actor) -> list[Entry]:
    """Every file of a seat that `own_seat` gave, in its own order. One statement."""
    statement = (
        select(
            Application.id,
            Application.number,
            title_of(seat.jury, viewer),
            applicant_of(seat.jury, viewer),
            Review,
            CRITERIA,
        )
        .select_from(Assignment)
        .join(Assignment.seat)
        .join(Application, Application.id == Assignment.application_id)
        .join(Person, Person.id == Application.author_id)
        .outerjoin(Organisation, Organisation.id == Application.organisation_id)
        .outerjoin(Review, WRITTEN)
        .options(contains_eager(Review.seat))
        .where(
            Assignment.seat_id == seat.id,
            Application.state != ApplicationState.WITHDRAWN,
            rules.reads.where(viewer),
        )
        .order_by(Assignment.draw)
    )
    return [
        Entry(
            application_id,
            number,
            title,
            applicant,
            review,
            [CriterionLine(**{**line, "id": UUID(line["id"])}) for line in rubric],
        )
        for application_id, number, title, applicant, review, rubric in session.execute(statement)
    ]
