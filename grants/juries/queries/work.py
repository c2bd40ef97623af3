"""How a jury's work stands: members and their progress, who reads what, who was recused."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, String, case, cast, func, literal_column, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from grants.applications.models import Application, ApplicationState, folded
from grants.calls.models import Jury
from grants.juries.models import (
    SEATS_MAX,
    Assignment,
    Recusal,
    RecusalOrigin,
    Review,
    ReviewState,
    Seat,
)
from grants.juries.queries.queues import WORDS_MAX, WRITTEN
from grants.kernel.access import Actor, not_among
from grants.kernel.errors import Unknown
from grants.people.models import Organisation, Person

RECUSALS_SHOWN = 100
READABLE = (ApplicationState.IN_REVIEW, ApplicationState.FINALIST)
"""What a jury may be given: applications found admissible, sent to review and still in the race."""

READERS = literal_column(
    """(SELECT coalesce(jsonb_agg(jsonb_build_object(
            'seat', s.id, 'name', s.name, 'recused', a.withdrawn_at IS NOT NULL,
            'state', coalesce(r.state, 'to_read')) ORDER BY s.name, s.id), '[]')
        FROM assignment a JOIN seat s ON s.id = a.seat_id
        LEFT JOIN review r ON r.jury_id = a.jury_id AND r.seat_id = a.seat_id
            AND r.application_id = a.application_id
        WHERE a.jury_id = jury.id AND a.application_id = application.id)""",
    JSONB,
)


class Member(NamedTuple):
    """One seat with what its holder was given and did."""

    seat: Seat
    to_read: int
    drafts: int
    final: int
    abstained: int

    @property
    def done(self) -> int:
        """Finished, abstentions included."""
        return self.final + self.abstained


class Share(NamedTuple):
    """One application that the jury may read, and its readers as `{seat, name, recused, state}`."""

    application_id: UUID
    number: str
    title: str
    applicant: str
    state: ApplicationState
    readers: list[dict[str, Any]]


class RecusalLine(NamedTuple):
    """One line of the register of recusals."""

    number: str
    title: str
    person: str
    origin: RecusalOrigin
    reason: str
    declared_at: datetime


def members(session: Session, jury: Jury, viewer: Actor) -> list[Member]:
    """Every seat of a jury with its progress, chair first, then by name. One statement."""

    def number(state: ReviewState) -> Any:
        return func.count(case((Review.state == state, 1)))

    statement = (
        select(
            Seat,
            func.count(Assignment.id),
            number(ReviewState.DRAFT),
            number(ReviewState.FINAL),
            number(ReviewState.ABSTAINED),
        )
        .outerjoin(
            Assignment,
            (Assignment.seat_id == Seat.id)
            & Assignment.withdrawn_at.is_(None)
            & not_among(Assignment.application_id, viewer.recused_from),
        )
        .outerjoin(Review, WRITTEN)
        .where(Seat.jury_id == jury.id)
        .group_by(Seat.id)
        .order_by(cast(Seat.role, String), func.lower(Seat.name), Seat.id)
        .limit(SEATS_MAX)
    )
    return [Member(*row) for row in session.execute(statement)]


def shares(
    jury: Jury, viewer: Actor, *, words: str = "", unread: bool = False
) -> Select[*tuple[Any, ...]]:
    """What the jury may read and who does, in the order of numbers; to be paged.

    `unread` keeps the applications that nobody reads.
    """
    wanted = folded(words).split()[:WORDS_MAX]
    read = (
        select(Assignment.id)
        .where(
            Assignment.jury_id == jury.id,
            Assignment.application_id == Application.id,
            Assignment.withdrawn_at.is_(None),
        )
        .exists()
    )
    return (
        select(
            Application.id,
            Application.number,
            Application.title,
            func.coalesce(Organisation.name, Person.name),
            Application.state,
            READERS,
        )
        .join(Jury, Jury.call_id == Application.call_id)
        .join(Person, Person.id == Application.author_id)
        .outerjoin(Organisation, Organisation.id == Application.organisation_id)
        .where(
            Jury.id == jury.id,
            Application.state.in_(READABLE),
            not_among(Application.id, viewer.recused_from),
            *(Application.search_text.contains(word, autoescape=True) for word in wanted),
            *([~read] if unread else []),
        )
        .order_by(Application.number)
    )


def recusals(session: Session, jury: Jury, viewer: Actor) -> Sequence[RecusalLine]:
    """The latest recusals over a call's applications, with their words; never the viewer's own.

    One statement. Holds every person's, jurors or not. The register pages them all.
    """
    statement = (
        select(
            Application.number,
            Application.title,
            Person.name,
            Recusal.origin,
            Recusal.reason,
            Recusal.declared_at,
        )
        .join(Application, Application.id == Recusal.application_id)
        .join(Person, Person.id == Recusal.person_id)
        .where(
            Application.call_id == jury.call_id,
            not_among(Application.id, viewer.recused_from),
        )
        .order_by(Recusal.declared_at.desc(), Recusal.id)
        .limit(RECUSALS_SHOWN)
    )
    return [RecusalLine._make(row) for row in session.execute(statement)]


def share(session: Session, jury: Jury, application_id: UUID, viewer: Actor) -> Share:
    """One application that the jury may read, with its readers.

    Raises:
        Unknown: the jury may not read it, or the viewer is recused from it.
    """
    found = session.execute(shares(jury, viewer).where(Application.id == application_id))
    row = found.one_or_none()
    if row is None:
        raise Unknown
    return Share._make(row)
