"""Mark a duty as done; give a person the secret address of their calendar, another, or none."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from grants.decisions.rules import RECORDERS
from grants.duties import queries
from grants.duties.models import CalendarLink, DutyDone
from grants.duties.sources import MARKED, Kind
from grants.kernel.access import Actor
from grants.kernel.clock import paris_date
from grants.kernel.errors import Forbidden, Refused, Unknown
from grants.kernel.identity import new_id
from grants.outbox.services import announce

USE = "calendar of duties"
"""What the address is signed for (`kernel.signing`)."""


def make_link(session: Session, *, actor: Actor, now: datetime) -> None:
    """Give the actor a calendar; the one before opens nothing from now on.

    Announces `calendar.made`, without the address.
    """
    _end(session, actor, now)
    session.execute(
        insert(CalendarLink)
        .values(id=new_id(), person_id=actor.id, made_at=now)
        .on_conflict_do_nothing()
    )
    announce(session, "calendar.made", by=actor, at=now, subject=actor.id)


def end_link(session: Session, *, actor: Actor, now: datetime) -> None:
    """Take the actor's calendar back. Twice is once. Announces `calendar.ended`."""
    if _end(session, actor, now):
        announce(session, "calendar.ended", by=actor, at=now, subject=actor.id)


def mark_done(
    session: Session,
    kind: Kind,
    subject_id: UUID,
    application_id: UUID,
    *,
    on: date,
    actor: Actor,
    now: datetime,
) -> None:
    """Say on which day a publication, or an entry in the aid register, was done.

    It leaves the calendar; twice is once. Announces `duty.done`.

    Raises:
        Unknown: no such duty falls due for the actor's authorities.
        Forbidden: the actor is no officer of that authority.
        Refused: `duty.done_later`: this day is still to come; `duty.done_before`: the duty began
            after it, on `begun_on`.
    """
    if kind not in MARKED:
        raise Unknown
    if queries.is_done(session, kind, subject_id, application_id, viewer=actor):
        return
    today = paris_date(now)
    found = queries.duty(session, kind, subject_id, application_id, viewer=actor, today=today)
    if found.funder_id not in actor.funders_as(*RECORDERS):
        raise Forbidden
    if on > today:
        raise Refused("duty.done_later", field="on")
    if found.from_on is not None and on < found.from_on:
        raise Refused("duty.done_before", field="on", begun_on=found.from_on)
    fresh = session.execute(
        insert(DutyDone)
        .values(
            id=new_id(),
            kind=kind.value,
            subject_id=subject_id,
            application_id=application_id,
            funder_id=found.funder_id,
            done_on=on,
            done_by=actor.id,
            done_at=now,
        )
        .on_conflict_do_nothing()
        .returning(DutyDone.id)
    ).first()
    if fresh is not None:
        whose: dict[str, Any] = {"funder": found.funder_id, "subject": application_id}
        announce(session, "duty.done", by=actor, at=now, what=kind.value, **whose)


def _end(session: Session, actor: Actor, now: datetime) -> bool:
    ended = session.execute(
        update(CalendarLink)
        .where(CalendarLink.person_id == actor.id, CalendarLink.ended_at.is_(None))
        .values(ended_at=now)
        .returning(CalendarLink.id)
    )
    return ended.first() is not None
