"""Who can come when, who says so, and who came."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from grants.applications.models import Application
from grants.applications.rules import may_submit
from grants.calls.models import Jury
from grants.juries import queries
from grants.juries.hearings.models import (
    Attendance,
    Coming,
    Convocation,
    Hearing,
    HearingAvailability,
    HearingImpossibility,
)
from grants.juries.hearings.services.reach import (
    locked_hearing,
    locked_jury,
    required_plan,
    tell,
)
from grants.juries.hearings.slots import halves_of
from grants.juries.hearings.telling import told_of
from grants.juries.hearings.world import hours_of
from grants.juries.lifecycle import jury_is_open, require
from grants.juries.queries import READABLE
from grants.kernel.access import Actor
from grants.kernel.errors import Refused, Unknown
from grants.kernel.identity import new_id
from grants.outbox.services import announce


def say_availability(
    session: Session, jury_id: UUID, halves: Collection[str], *, actor: Actor, now: datetime
) -> list[str]:
    """Say at which half-days one can come; those that the jury does not ask about are dropped.

    None at all is an answer too. Announces `hearing.availability_said`.

    Raises:
        Unknown: the actor has no seat there.
        Refused: `jury.closed`; `hearing.no_plan`: nothing is asked yet.
    """
    seat = queries.own_seat(session, jury_id, actor)
    require(jury_is_open(seat.jury, now))
    asked = halves_of(hours_of(required_plan(session, seat.jury)))
    said = [one for one in asked if one in halves]
    values = {"halves": said, "answered_at": now}
    statement = insert(HearingAvailability).values(id=new_id(), seat_id=seat.id, **values)
    session.execute(statement.on_conflict_do_update(index_elements=["seat_id"], set_=values))
    announce(
        session,
        "hearing.availability_said",
        by=actor,
        at=now,
        subject=seat.id,
        jury=str(jury_id),
        halves=len(said),
    )
    return said


def note_impossibility(
    session: Session,
    jury_id: UUID,
    application_id: UUID,
    starts_at: datetime,
    ends_at: datetime,
    *,
    note: str,
    actor: Actor,
    now: datetime,
) -> HearingImpossibility:
    """Note that an applicant cannot come at that time. Locks the jury.

    Announces `hearing.impossibility_noted`.

    Raises:
        Unknown: no such jury, or no such application to hear, for the actor.
        Refused: `jury.closed`, `hearing.impossibility.order`.
    """
    jury = locked_jury(session, jury_id, actor, now)
    require_candidate(session, jury, application_id, actor)
    if ends_at <= starts_at:
        raise Refused("hearing.impossibility.order", field="until")
    row = HearingImpossibility(
        jury_id=jury.id,
        application_id=application_id,
        starts_at=starts_at,
        ends_at=ends_at,
        note=note.strip(),
    )
    session.add(row)
    session.flush()
    kind = "hearing.impossibility_noted"
    tell(session, kind, jury, actor=actor, now=now, subject=application_id)
    return row


def remove_impossibility(
    session: Session,
    jury_id: UUID,
    application_id: UUID,
    impossibility_id: UUID,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Forget such a note; twice is once. Locks the jury. Announces as it was noted.

    Raises:
        Unknown: no such jury, or no such application to hear, for the actor.
        Refused: `jury.closed`.
    """
    jury = locked_jury(session, jury_id, actor, now)
    require_candidate(session, jury, application_id, actor)
    session.execute(
        delete(HearingImpossibility).where(
            HearingImpossibility.id == impossibility_id,
            HearingImpossibility.jury_id == jury.id,
            HearingImpossibility.application_id == application_id,
        )
    )
    kind = "hearing.impossibility_removed"
    tell(session, kind, jury, actor=actor, now=now, subject=application_id)


def answer_convocation(
    session: Session,
    jury_id: UUID,
    application_id: UUID,
    coming: Coming,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Hearing:
    """Say for the applicant whether they come; until the hearing begins one may change one's mind.

    Locks the hearing. Announces `hearing.answered`.

    Raises:
        Unknown: the actor does not represent the applicant, or nobody was convoked.
        Refused: `hearing.answer.reason`; `hearing.answer.changing`: the service is moving it;
            `hearing.answer.over`.
    """
    hearing, convocation = _convoked(session, jury_id, application_id, actor)
    if told_of(hearing) != convocation.told:
        raise Refused("hearing.answer.changing")
    if now >= hearing.starts_at:
        raise Refused("hearing.answer.over")
    if coming is Coming.UNABLE and not reason.strip():
        raise Refused("hearing.answer.reason", field="reason")
    hearing.answer, hearing.answered_at, hearing.answered_by = coming, now, actor.id
    hearing.answer_reason = reason.strip() if coming is Coming.UNABLE else ""
    session.flush()
    announce(
        session,
        "hearing.answered",
        by=actor,
        at=now,
        subject=application_id,
        jury=str(jury_id),
        call=str(hearing.call_id),
        answer=coming.value,
    )
    return hearing


def _convoked(
    session: Session, jury_id: UUID, application_id: UUID, actor: Actor
) -> tuple[Hearing, Convocation]:
    """The hearing that the actor's side was convoked to, locked."""
    statement = (
        select(Hearing, Convocation)
        .join(Application, Application.id == Hearing.application_id)
        .join(
            Convocation,
            (Convocation.jury_id == Hearing.jury_id)
            & (Convocation.application_id == Hearing.application_id),
        )
        .where(
            Hearing.jury_id == jury_id,
            Hearing.application_id == application_id,
            Convocation.is_cancelled.is_(False),
            may_submit.where(actor),
        )
        .with_for_update(of=Hearing)
        .execution_options(populate_existing=True)
    )
    found = session.execute(statement).one_or_none()
    if found is None:
        raise Unknown
    return found[0], found[1]


def mark_attendance(
    session: Session,
    jury_id: UUID,
    application_id: UUID,
    attendance: Attendance | None,
    *,
    note: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Say whether the applicant came, or take that back (None). Locks the jury.

    Announces `hearing.attended`.

    Raises:
        Unknown: there is no such hearing for the actor.
        Refused: `jury.closed`; `hearing.attendance.early`: it has not begun.
    """
    jury = locked_jury(session, jury_id, actor, now)
    hearing = locked_hearing(session, jury, application_id, actor)
    if attendance is not None and now < hearing.starts_at:
        raise Refused("hearing.attendance.early", starts_at=hearing.starts_at)
    hearing.attendance = attendance
    hearing.marked_at = now if attendance else None
    hearing.attendance_note = note.strip() if attendance else ""
    session.flush()
    said = attendance.value if attendance else None
    kind = "hearing.attended"
    tell(session, kind, jury, actor=actor, now=now, subject=application_id, attendance=said)


def require_candidate(
    session: Session, jury: Jury, application_id: UUID, actor: Actor
) -> Application:
    """An application that the jury may hear.

    Raises:
        Unknown: it is not of the call, not in review any more, or the actor is recused from it.
    """
    found = session.scalar(
        select(Application).where(
            Application.id == application_id,
            Application.call_id == jury.call_id,
            Application.state.in_(READABLE),
        )
    )
    if found is None or application_id in actor.recused_from:
        raise Unknown
    return found
