"""Stepping back from an application: from then on the person sees nothing of it, anywhere."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from grants.applications.models import Application
from grants.calls.models import CallFunder, Jury
from grants.juries import queries, rules
from grants.juries.models import Assignment, ReasonClass, Recusal, RecusalOrigin, Seat
from grants.kernel.access import Actor, not_among
from grants.kernel.errors import Refused, Unknown
from grants.kernel.identity import new_id
from grants.outbox.services import announce
from grants.people.models import Person


@dataclass(frozen=True)
class Conflict:
    """Who must see nothing of what, and why."""

    application_id: UUID
    person_id: UUID
    jury_id: UUID | None
    origin: RecusalOrigin
    reason: str
    reason_class: ReasonClass = ReasonClass.OTHER


def recuse(
    session: Session,
    application_id: UUID,
    *,
    jury_id: UUID | None = None,
    reason: str,
    reason_class: ReasonClass = ReasonClass.OTHER,
    actor: Actor,
    now: datetime,
) -> None:
    """Declare a conflict of interest of one's own: as a juror of `jury_id`, or as an agent.

    A trigger withdraws the assignment, removes a draft and sets a finished review aside.
    Declared twice from the same jury, it changes nothing. Announces `recusal.declared`.

    Raises:
        Unknown: the actor could not read this application.
        Refused: `recusal.reason`, when none is given.
    """
    # Asked of whoever is not recused too: what is hidden takes the statements of what is not there.
    if _already_declared(session, application_id, jury_id, actor):
        return
    if jury_id is None:
        call_id = queries.stepped_from(session, application_id, actor).call_id
    else:
        call_id = _read_for(session, jury_id, application_id, actor)
    origin = RecusalOrigin.DECLARED
    conflict = Conflict(application_id, actor.id, jury_id, origin, reason, reason_class)
    record_conflict(session, conflict, call_id, actor=actor, now=now)


def impose_recusal(
    session: Session,
    seat_id: UUID,
    application_id: UUID,
    *,
    reason: str,
    reason_class: ReasonClass = ReasonClass.OTHER,
    actor: Actor,
    now: datetime,
) -> None:
    """Recuse the holder of a seat from an application of their call, with the same effects.

    For an officer of the call or the chair of the jury. Announces `recusal.declared`, whose
    origin says by whom. Twice changes nothing.

    Raises:
        Unknown: no such seat or application, or the actor may do nothing of the kind there.
        Refused: `recusal.reason`, or `recusal.nobody`: the seat is not taken yet.
    """
    statement = (
        select(Seat.person_id, Seat.jury_id, Jury.call_id)
        .join(Jury, Jury.id == Seat.jury_id)
        .join(Application, Application.call_id == Jury.call_id)
        .where(
            Seat.id == seat_id,
            Application.id == application_id,
            Application.submitted_at.is_not(None),
            not_among(Application.id, actor.recused_from),
            rules.may_close(actor),
        )
    )
    found = session.execute(statement).one_or_none()
    if found is None:
        raise Unknown
    person_id, jury_id, call_id = found
    if person_id is None:
        raise Refused("recusal.nobody", field="seat")
    origin = RecusalOrigin.IMPOSED
    conflict = Conflict(application_id, person_id, jury_id, origin, reason, reason_class)
    record_conflict(session, conflict, call_id, actor=actor, now=now)


def impose_on_agent(
    session: Session,
    application_id: UUID,
    person_id: UUID,
    *,
    reason: str,
    reason_class: ReasonClass = ReasonClass.OTHER,
    actor: Actor,
    now: datetime,
) -> None:
    """Recuse somebody who works for a funder of the application's call, whatever their role.

    For an officer or an administrator of such a funder. Announces `recusal.declared`. Twice
    changes nothing.

    Raises:
        Unknown: no such application or agent, or the actor imposes nothing there.
        Refused: `recusal.reason`.
    """
    application = queries.stepped_from(session, application_id, actor)
    wanted = queries.agents(application, actor).where(Person.id == person_id)
    if not rules.imposes.holds(actor, application) or session.scalar(wanted) is None:
        raise Unknown
    origin = RecusalOrigin.IMPOSED
    conflict = Conflict(application_id, person_id, None, origin, reason, reason_class)
    record_conflict(session, conflict, application.call_id, actor=actor, now=now)


def _already_declared(
    session: Session, application_id: UUID, jury_id: UUID | None, actor: Actor
) -> bool:
    mine = select(Recusal.id).where(
        Recusal.application_id == application_id,
        Recusal.person_id == actor.id,
        Recusal.jury_id.is_not_distinct_from(jury_id),
        Recusal.origin == RecusalOrigin.DECLARED,
    )
    return session.scalar(mine) is not None


def _read_for(session: Session, jury_id: UUID, application_id: UUID, actor: Actor) -> UUID:
    statement = (
        select(Jury.call_id)
        .join(Assignment, Assignment.jury_id == Jury.id)
        .join(Seat, Seat.id == Assignment.seat_id)
        .where(
            Jury.id == jury_id,
            Assignment.application_id == application_id,
            rules.reads.where(actor),
        )
    )
    call_id = session.scalar(statement)
    if call_id is None:
        raise Unknown
    return call_id


def record_conflict(
    session: Session, conflict: Conflict, call_id: UUID, *, actor: Actor, now: datetime
) -> None:
    """Write a recusal down, whoever saw the conflict; the caller has checked that they may.

    Twice changes nothing. Announces `recusal.declared`.

    Raises:
        Refused: `recusal.reason`, when none is given.
    """
    reason = conflict.reason.strip()
    if not reason:
        raise Refused("recusal.reason", field="reason")
    columns = {**asdict(conflict), "reason": reason, "id": new_id(), "declared_at": now}
    statement = insert(Recusal).values(columns)
    recorded = session.scalar(
        statement.on_conflict_do_nothing(index_elements=["application_id", "person_id"]).returning(
            Recusal.id
        )
    )
    if recorded is None:
        return
    lead = select(CallFunder.funder_id).where(CallFunder.call_id == call_id, CallFunder.is_lead)
    announce(
        session,
        "recusal.declared",
        by=actor,
        at=now,
        funder=session.scalar(lead),
        subject=conflict.application_id,
        recusal=str(recorded),
        person=str(conflict.person_id),
        jury=str(conflict.jury_id) if conflict.jury_id else None,
        origin=conflict.origin.value,
    )
