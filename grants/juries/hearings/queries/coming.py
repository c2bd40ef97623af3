"""Hearings, read by those who come: the applicant, the members; and documents of replies."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, null, or_, select
from sqlalchemy.orm import Session, joinedload

from grants.applications.models import Application
from grants.applications.rules import is_author_side, not_recused
from grants.calls.models import Jury, Stage
from grants.files.models import StoredFile
from grants.juries import rules
from grants.juries.hearings.models import (
    Attendance,
    Coming,
    Convocation,
    Hearing,
    HearingFeedback,
    HearingPlan,
    HearingSeat,
)
from grants.juries.hearings.queries.board import STANDS
from grants.juries.models import Assignment, Seat
from grants.juries.queries import title_of
from grants.kernel.access import Actor, not_among
from grants.kernel.clock import paris_date
from grants.kernel.errors import Unknown
from grants.people.models import Organisation, Person


class Appointment(NamedTuple):
    """One hearing as its applicant was told of it, with the questions before it.

    `hearing` is None when it was called off or never placed: then `convocation` says what was.
    """

    jury: Jury
    convocation: Convocation | None
    hearing: Hearing | None
    feedback: HearingFeedback | None
    bring: str | None


def appointments(session: Session, application_id: UUID, viewer: Actor) -> list[Appointment]:
    """What an applicant was told of hearings, and asked before: one statement.

    Raises:
        Unknown: the viewer is not on the applicant's side, or was told nothing.
    """

    def of_both(model: Any) -> ColumnElement[bool]:
        return and_(model.jury_id == Jury.id, model.application_id == Application.id)

    released = HearingFeedback.released_at.is_not(None)
    statement = (
        select(Jury, Convocation, Hearing, HearingFeedback, HearingPlan.bring)
        .select_from(Application)
        .join(Jury, Jury.call_id == Application.call_id)
        .outerjoin(Convocation, of_both(Convocation))
        .outerjoin(Hearing, of_both(Hearing))
        .outerjoin(HearingFeedback, and_(of_both(HearingFeedback), released))
        .outerjoin(HearingPlan, HearingPlan.jury_id == Jury.id)
        .where(
            Application.id == application_id,
            is_author_side.where(viewer),
            or_(Convocation.id.is_not(None), HearingFeedback.id.is_not(None)),
        )
        .options(joinedload(HearingFeedback.reply_file))
        .order_by(Hearing.starts_at, Jury.position, Jury.id)
    )
    found = [Appointment._make(row) for row in session.execute(statement)]
    if not found:
        raise Unknown
    return found


class PlanLine(NamedTuple):
    """One hearing in a member's day; without application when they must not know whose it is."""

    starts_at: datetime
    ends_at: datetime
    place: str
    application_id: UUID | None
    number: str | None
    title: str | None
    applicant: str | None
    is_assigned: bool
    answer: Coming | None
    attendance: Attendance | None
    asked_at: datetime | None
    replied_at: datetime | None

    @property
    def day(self) -> date:
        """The day in Paris."""
        return paris_date(self.starts_at)


def own_plan(seat: Seat, viewer: Actor) -> Select[*tuple[Any, ...]]:
    """The hearings at which a member sits, once their applicants were told; to be paged.

    Those that they must not hear are there as a time that is taken. The seat is the viewer's,
    its jury and stage loaded. A blind stage names no applicant.
    """
    hidden = or_(~not_among(Hearing.application_id, viewer.recused_from), rules.own_side(viewer.id))

    def shown(column: Any) -> Any:
        return case((hidden, null()), else_=column)

    blind = seat.jury.stage.blind
    applicant = null() if blind else func.coalesce(Organisation.name, Person.name)
    named = (Hearing.application_id, Application.number, title_of(seat.jury, viewer), applicant)
    rest = (_reads(seat), Hearing.answer, Hearing.attendance)
    asked = (HearingFeedback.released_at, HearingFeedback.replied_at)
    return (
        select(
            Hearing.starts_at,
            Hearing.ends_at,
            Hearing.place,
            *(shown(one) for one in (*named, *rest, *asked)),
        )
        .join(Application, Application.id == Hearing.application_id)
        .join(Person, Person.id == Application.author_id)
        .outerjoin(Organisation, Organisation.id == Application.organisation_id)
        .join(Convocation, and_(_of_hearing(Convocation), STANDS))
        .outerjoin(HearingFeedback, _of_hearing(HearingFeedback))
        .where(Hearing.jury_id == seat.jury_id, or_(_sits(seat), hidden))
        .order_by(Hearing.starts_at, Hearing.place)
    )


def _of_hearing(model: Any) -> ColumnElement[bool]:
    return and_(model.jury_id == Hearing.jury_id, model.application_id == Hearing.application_id)


def _sits(seat: Seat) -> ColumnElement[bool]:
    theirs = (HearingSeat.hearing_id == Hearing.id, HearingSeat.seat_id == seat.id)
    return select(HearingSeat.seat_id).where(*theirs).exists()


def _reads(seat: Seat) -> ColumnElement[bool]:
    statement = select(Assignment.id).where(
        Assignment.seat_id == seat.id,
        Assignment.application_id == Hearing.application_id,
        Assignment.withdrawn_at.is_(None),
    )
    return statement.exists()


def reply_document(
    session: Session, jury_id: UUID, application_id: UUID, viewer: Actor, *, who: str
) -> StoredFile:
    """The document of a reply: for the `applicant`'s side, the `officer`, or a `juror`.

    Raises:
        Unknown: there is none that the viewer may read; no juror of a blind stage may.
    """
    statement = (
        select(StoredFile)
        .join(HearingFeedback, HearingFeedback.reply_file_id == StoredFile.id)
        .join(Application, Application.id == HearingFeedback.application_id)
        .join(Jury, Jury.id == HearingFeedback.jury_id)
        .where(
            HearingFeedback.jury_id == jury_id,
            HearingFeedback.application_id == application_id,
            not_recused.where(viewer),
            _reads_reply(viewer, who),
        )
    )
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise Unknown
    return found


def _reads_reply(viewer: Actor, who: str) -> ColumnElement[bool]:
    if who == "applicant":
        return is_author_side.where(viewer)
    if who == "officer":
        return rules.follows.where(viewer)
    in_clear = ~select(Stage.id).where(Stage.id == Jury.stage_id, Stage.blind).exists() | (
        Jury.closed_at.is_not(None)
    )
    reading = (
        select(Assignment.id)
        .join(Seat, Seat.id == Assignment.seat_id)
        .where(
            Assignment.jury_id == HearingFeedback.jury_id,
            Assignment.application_id == HearingFeedback.application_id,
            rules.reads.where(viewer),
        )
        .exists()
    )
    sitting = (
        select(HearingSeat.seat_id)
        .join(Hearing, Hearing.id == HearingSeat.hearing_id)
        .join(Seat, Seat.id == HearingSeat.seat_id)
        .where(
            Hearing.jury_id == HearingFeedback.jury_id,
            Hearing.application_id == HearingFeedback.application_id,
            rules.holds.where(viewer),
        )
        .exists()
    )
    return and_(or_(reading, sitting), in_clear)
