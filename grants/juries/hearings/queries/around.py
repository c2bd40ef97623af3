"""What surrounds one hearing: who can come when, what the jury asks and is replied."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import String, cast, func, select
from sqlalchemy.orm import Session, joinedload

from grants.calls.models import Jury
from grants.juries.hearings.models import (
    HearingAvailability,
    HearingFeedback,
    HearingImpossibility,
)
from grants.juries.models import SEATS_MAX, Review, ReviewState, Seat


class Availability(NamedTuple):
    """One member, and at which half-days they can come; None when they did not say."""

    seat_id: UUID
    name: str
    halves: list[str] | None


def availabilities(session: Session, jury: Jury) -> list[Availability]:
    """What every member said, by name. One statement."""
    statement = (
        select(Seat.id, Seat.name, HearingAvailability.halves)
        .outerjoin(HearingAvailability, HearingAvailability.seat_id == Seat.id)
        .where(Seat.jury_id == jury.id, Seat.accepted_at.is_not(None))
        .order_by(func.lower(Seat.name), Seat.id)
        .limit(SEATS_MAX)
    )
    return [Availability._make(row) for row in session.execute(statement)]


def own_availability(session: Session, seat: Seat) -> list[str] | None:
    """The half-days that the holder of a seat ticked; None before they answered."""
    wanted = HearingAvailability.seat_id == seat.id
    return session.scalar(select(HearingAvailability.halves).where(wanted))


def impossibilities(
    session: Session, jury: Jury, application_id: UUID
) -> Sequence[HearingImpossibility]:
    """When an applicant cannot come. The caller has checked that the viewer may know."""
    return session.scalars(
        select(HearingImpossibility)
        .where(
            HearingImpossibility.jury_id == jury.id,
            HearingImpossibility.application_id == application_id,
        )
        .order_by(HearingImpossibility.starts_at, HearingImpossibility.id)
        .limit(200)
    ).all()


class Remark(NamedTuple):
    """Words that a member left for the jury; whose, the service does not show."""

    review_id: UUID
    text: str


def remarks(session: Session, jury: Jury, application_id: UUID) -> list[Remark]:
    """What the juries of the call wrote to each other about an application, authors hidden.

    In an order that tells nothing. The caller has checked that the viewer may know.
    """
    statement = (
        select(Review.id, Review.comment_jury)
        .join(Jury, Jury.id == Review.jury_id)
        .where(
            Jury.call_id == jury.call_id,
            Review.application_id == application_id,
            Review.state != ReviewState.DRAFT,
            Review.set_aside_at.is_(None),
            func.btrim(Review.comment_jury) != "",
        )
        .order_by(func.md5(cast(Review.id, String)))
        .limit(200)
    )
    return [Remark._make(row) for row in session.execute(statement)]


def feedback(session: Session, jury_id: UUID, application_id: UUID) -> HearingFeedback | None:
    """The questions to one applicant, with the reply and its document.

    The caller has checked that the viewer may know.
    """
    return asked_of(session, jury_id, (application_id,)).get(application_id)


def asked_of(
    session: Session, jury_id: UUID, applications: Sequence[UUID], *, released: bool = False
) -> dict[UUID, HearingFeedback]:
    """The questions to several applicants, by application: for sheets and booklets.

    The caller has checked that the viewer may read these. `released` leaves out the others.
    """
    statement = (
        select(HearingFeedback)
        .where(
            HearingFeedback.jury_id == jury_id,
            HearingFeedback.application_id.in_(applications),
            *([HearingFeedback.released_at.is_not(None)] if released else []),
        )
        .options(joinedload(HearingFeedback.reply_file))
    )
    return {one.application_id: one for one in session.scalars(statement)}
