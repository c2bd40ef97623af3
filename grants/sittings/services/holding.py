"""A meeting opened and closed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from grants.juries.lifecycle import jury_is_open, require
from grants.juries.rules import may_close
from grants.juries.services import open_discussion
from grants.kernel.access import Actor
from grants.kernel.errors import Refused
from grants.outbox.services import announce
from grants.sittings import queries
from grants.sittings.models import Attendance, Sitting
from grants.sittings.services.moving import put_away, require_no_vote, stopped


def open_sitting(session: Session, sitting_id: UUID, *, actor: Actor, now: datetime) -> Sitting:
    """Open a meeting, and the jury's discussion with it; twice changes nothing.

    For the chair, or an officer of the call. Locks the jury alone, then the meeting. Announces
    `session.opened`, and `jury.discussion_opened` where it was not.

    Raises:
        Unknown: no such meeting, or it is not the actor's to lead.
        Refused: `sitting.closed`, `sitting.another_open`; what `open_discussion` refuses.
    """
    sitting = queries.locked_sitting(session, sitting_id, actor, who=may_close, alone=True)
    require_unclosed(sitting)
    if sitting.opened_at:
        return sitting
    require(jury_is_open(sitting.jury, now))
    other = select(Sitting.id).where(
        Sitting.jury_id == sitting.jury_id,
        Sitting.opened_at.is_not(None),
        Sitting.closed_at.is_(None),
    )
    if session.scalar(other) is not None:
        raise Refused("sitting.another_open")
    open_discussion(session, sitting.jury_id, actor=actor, now=now)
    sitting.opened_at = now
    sitting.version += 1
    session.flush()
    _announce(session, "session.opened", sitting, actor=actor, now=now)
    return sitting


def close_sitting(session: Session, sitting_id: UUID, *, actor: Actor, now: datetime) -> Sitting:
    """Close a meeting: the point at hand ends, everyone leaves; twice changes nothing.

    Locks jury, then meeting. Announces `session.closed`.

    Raises:
        Unknown: no such meeting, or it is not the actor's to lead.
        Refused: `sitting.not_open`; `sitting.vote_going`.
    """
    sitting = queries.locked_sitting(session, sitting_id, actor, who=may_close)
    if sitting.closed_at:
        return sitting
    if not sitting.opened_at:
        raise Refused("sitting.not_open")
    require_no_vote(session, sitting)
    put_away(session, sitting, now=now)
    stopped(sitting, now)
    session.execute(
        update(Attendance)
        .where(Attendance.sitting_id == sitting.id, Attendance.left_at.is_(None))
        .values(left_at=now)
    )
    sitting.closed_at = now
    sitting.version += 1
    session.flush()
    _announce(session, "session.closed", sitting, actor=actor, now=now)
    return sitting


def require_unclosed(sitting: Sitting) -> None:
    """A closed meeting stays as it was.

    Raises:
        Refused: `sitting.closed`.
    """
    if sitting.closed_at:
        raise Refused("sitting.closed", closed_at=sitting.closed_at)


def _announce(
    session: Session, kind: str, sitting: Sitting, *, actor: Actor, now: datetime
) -> None:
    announce(
        session,
        kind,
        by=actor,
        at=now,
        funder=sitting.jury.call.lead_id,
        subject=sitting.id,
        jury=str(sitting.jury_id),
        call=str(sitting.jury.call_id),
    )
