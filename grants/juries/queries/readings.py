"""The reviews of one application by one jury, for the service: names, marks, comments."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session

from grants.applications.models import Application
from grants.calls.models import Criterion, Jury
from grants.juries.models import SEATS_MAX, Assignment, Mark, Review, ReviewState, Seat
from grants.kernel.access import Actor, not_among
from grants.kernel.errors import Unknown
from grants.people.models import Organisation, Person


class Judged(NamedTuple):
    """An application that a jury was given."""

    application_id: UUID
    number: str
    title: str
    applicant: str


class Reading(NamedTuple):
    """One finished review as officers read it: never what its author keeps to themselves."""

    seat_id: UUID
    name: str
    state: ReviewState
    total: int | None
    comment_jury: str
    comment_applicant: str
    finalised_at: datetime
    is_aside: bool
    marks: Mapping[str, int | None] | None


def readings(
    session: Session, jury: Jury, application_id: UUID, viewer: Actor
) -> tuple[Judged, list[Reading]]:
    """An application that a jury was given, with its finished reviews by name. Two statements.

    Not for who sits there: a member reads colleagues as the phase says, and nowhere else. The
    caller has read the jury as the viewer.

    Raises:
        Unknown: the jury was not given it, or the viewer sits there or is kept from it.
    """
    row = session.execute(_judged(jury, application_id, viewer)).one_or_none()
    if row is None:
        raise Unknown
    found = session.execute(_finished(jury, application_id))
    return Judged._make(row), [Reading._make(one) for one in found]


def _judged(jury: Jury, application_id: UUID, viewer: Actor) -> Select[*tuple[Any, ...]]:
    given = exists().where(
        Assignment.jury_id == jury.id, Assignment.application_id == Application.id
    )
    # Not `viewer.juries`, which is empty once a declaration of interests has lapsed.
    sits = exists().where(
        Seat.jury_id == jury.id, Seat.person_id == viewer.id, Seat.accepted_at.is_not(None)
    )
    return (
        select(
            Application.id,
            Application.number,
            Application.title,
            func.coalesce(Organisation.name, Person.name),
        )
        .join(Person, Person.id == Application.author_id)
        .outerjoin(Organisation, Organisation.id == Application.organisation_id)
        .where(
            Application.id == application_id,
            given,
            ~sits,
            not_among(Application.id, viewer.recused_from),
        )
    )


def _finished(jury: Jury, application_id: UUID) -> Select[*tuple[Any, ...]]:
    marks = (
        select(func.jsonb_object_agg(Criterion.key, Mark.value))
        .select_from(Mark)
        .join(Criterion, Criterion.id == Mark.criterion_id)
        .where(Mark.review_id == Review.id)
        .scalar_subquery()
    )
    return (
        select(
            Seat.id,
            Seat.name,
            Review.state,
            Review.total,
            Review.comment_jury,
            Review.comment_applicant,
            Review.finalised_at,
            Review.set_aside_at.is_not(None),
            marks,
        )
        .join(Seat, Seat.id == Review.seat_id)
        .where(
            Review.jury_id == jury.id,
            Review.application_id == application_id,
            Review.state != ReviewState.DRAFT,
        )
        .order_by(func.lower(Seat.name), Seat.id)
        .limit(SEATS_MAX)
    )
