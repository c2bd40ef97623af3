"""Opening a closed jury again: one officer asks with a reason, another one grants it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from grants.calls.models import Jury
from grants.juries import queries, rules
from grants.juries.models import JuryReopening
from grants.kernel.access import Actor
from grants.kernel.errors import Refused
from grants.outbox.services import announce


def ask_reopening(
    session: Session, jury_id: UUID, *, reason: str, actor: Actor, now: datetime
) -> JuryReopening:
    """Ask another officer to open a closed jury again. Nothing changes yet.

    Locks the jury. Announces `jury.reopening_asked`; the reason stays in the register.

    Raises:
        Unknown: there is no such jury, or the actor is not an officer of its call.
        Refused: `jury.reopen.reason`, `jury.reopen.open`, `jury.reopen.pending`,
            `jury.reopen.decided`: a decision was recorded on one of its applications.
    """
    jury = queries.locked_jury(session, jury_id, actor, who=rules.manages.where)
    if not reason.strip():
        raise Refused("jury.reopen.reason", field="reason")
    act = queries.closing(session, jury.id)
    if jury.closed_at is None or act is None:
        raise Refused("jury.reopen.open")
    if queries.pending_reopening(session, jury.id):
        raise Refused("jury.reopen.pending")
    _undecided(session, jury)
    asked = JuryReopening(
        jury_id=jury.id,
        version=act.version,
        reason=reason.strip(),
        asked_by=actor.id,
        asked_at=now,
    )
    session.add(asked)
    session.flush()
    _announce(session, "jury.reopening_asked", jury, asked, actor=actor, now=now)
    return asked


def grant_reopening(session: Session, jury_id: UUID, *, actor: Actor, now: datetime) -> Jury:
    """Open a closed jury again, as somebody else than the officer who asked for it.

    Its ranking and bundle stay, as the version that they are; closing it once more writes the
    next one. Locks the jury. Announces `jury.reopened`.

    Raises:
        Unknown: there is no such jury, or the actor is not an officer of its call.
        Refused: `jury.reopen.nothing`: nobody asks for it; `jury.reopen.same_person`;
            `jury.reopen.decided`.
    """
    jury = queries.locked_jury(session, jury_id, actor, who=rules.manages.where)
    asked = _pending(session, jury)
    if asked.asked_by == actor.id:
        raise Refused("jury.reopen.same_person")
    _undecided(session, jury)
    asked.granted, asked.settled_by, asked.settled_at = True, actor.id, now
    # PostgreSQL looks for the request that was granted before it lets the jury open.
    session.flush()
    jury.closed_at = None
    session.flush()
    _announce(session, "jury.reopened", jury, asked, actor=actor, now=now)
    return jury


def refuse_reopening(session: Session, jury_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Leave a jury closed, as another officer or as the one who asked and thought better of it.

    Locks the jury. Announces `jury.reopening_refused`.

    Raises:
        Unknown: there is no such jury, or the actor is not an officer of its call.
        Refused: `jury.reopen.nothing`: nobody asks for it.
    """
    jury = queries.locked_jury(session, jury_id, actor, who=rules.manages.where)
    asked = _pending(session, jury)
    asked.settled_by, asked.settled_at = actor.id, now
    session.flush()
    _announce(session, "jury.reopening_refused", jury, asked, actor=actor, now=now)


def _pending(session: Session, jury: Jury) -> JuryReopening:
    asked = queries.pending_reopening(session, jury.id)
    if asked is None:
        raise Refused("jury.reopen.nothing")
    return asked


def _undecided(session: Session, jury: Jury) -> None:
    decided = queries.decided(session, jury.id)
    if decided:
        raise Refused("jury.reopen.decided", decided=decided)


def _announce(
    session: Session, kind: str, jury: Jury, asked: JuryReopening, *, actor: Actor, now: datetime
) -> None:
    announce(
        session,
        kind,
        by=actor,
        at=now,
        funder=jury.call.lead_id,
        subject=jury.id,
        call=str(jury.call_id),
        version=asked.version,
        reopening=str(asked.id),
    )
