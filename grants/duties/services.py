"""Give a person the secret address of their calendar, another one, or none."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from grants.duties.models import CalendarLink
from grants.kernel.access import Actor
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


def _end(session: Session, actor: Actor, now: datetime) -> bool:
    ended = session.execute(
        update(CalendarLink)
        .where(CalendarLink.person_id == actor.id, CalendarLink.ended_at.is_(None))
        .values(ended_at=now)
        .returning(CalendarLink.id)
    )
    return ended.first() is not None
