"""What happens to a call once made: published, closed, reopened, extended, put away."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from grants.calls import queries
from grants.calls.lifecycle import LIFECYCLE
from grants.calls.models import Call, CallState
from grants.calls.rules import check_window, leads
from grants.kernel.access import SYSTEM, Actor
from grants.kernel.errors import Refused
from grants.outbox.services import announce


def publish(session: Session, call_id: UUID, *, actor: Actor, now: datetime) -> Call:
    """Publish a draft call and freeze its form; from then on the form never changes.

    Locks the call. Announces `call.published`, then `call.opened` when its window has begun.

    Raises:
        Unknown: there is none, or the actor may not read it.
        Forbidden: the actor is not an officer of the lead funder.
        Refused: it is not a draft, or is not ready (`call.publish.…` says what lacks, and
            `call.publish.blocked` how many things `calls.lint` found that stop it).
    """
    call = queries.locked(session, call_id, viewer=actor)
    LIFECYCLE.move(call, "publish", actor=actor, now=now)
    call.published_at = now
    if call.current_revision is not None:
        call.current_revision.frozen_at = now
    _tell(session, "call.published", call, actor=actor, now=now)
    if call.opens_at <= now:
        _open(session, call, actor=actor, now=now)
    session.flush()
    return call


def close(session: Session, call_id: UUID, *, actor: Actor, now: datetime) -> Call:
    """Close a published call before its time; drafts can no longer be submitted.

    Locks the call. Announces `call.closed`.

    Raises:
        Unknown: there is none, or the actor may not read it.
        Forbidden: the actor is not an officer of the lead funder.
        Refused: it is not published.
    """
    return _move(session, call_id, "close", actor=actor, now=now)


def reopen(session: Session, call_id: UUID, *, actor: Actor, now: datetime) -> Call:
    """Open a closed call again, up to a closing date still to come (`extend` it first).

    Locks the call. Announces `call.reopened`. Raises as `close`, and Refused when its
    closing date has passed.
    """
    return _move(session, call_id, "reopen", actor=actor, now=now)


def archive(session: Session, call_id: UUID, *, actor: Actor, now: datetime) -> Call:
    """Put a closed call away. Locks the call. Announces `call.archived`. Raises as `close`."""
    return _move(session, call_id, "archive", actor=actor, now=now)


def extend(
    session: Session, call_id: UUID, *, closes_at: datetime, actor: Actor, now: datetime
) -> Call:
    """Move the closing of a call, later or sooner but never into the past.

    Locks the call. Announces `call.extended`.

    Raises:
        Unknown: there is none, or the actor may not read it.
        Forbidden: the actor is not an officer of the lead funder.
        Refused: it is archived, or the new instant is past or before it opens.
    """
    call = queries.locked(session, call_id, viewer=actor)
    leads.require(actor, call)
    if call.state is CallState.ARCHIVED:
        raise Refused("call.extend.archived")
    if closes_at <= now:
        raise Refused("call.extend.in_the_past", field="closes_at", closes_at=closes_at)
    check_window(call.kind, call.opens_at, closes_at)
    call.closes_at = closes_at
    _tell(session, "call.extended", call, actor=actor, now=now)
    session.flush()
    return call


def due(session: Session, *, now: datetime) -> int:
    """Tell the openings and do the closings whose time has come; return how many.

    Acts as the software itself. Locks each call, skipping those that someone else holds.
    Announces `call.opened` and `call.closed`, once each, however often this runs.
    """
    opened = queries.opening(session, now=now)
    for call in opened:
        _open(session, call, actor=SYSTEM, now=now)
    session.flush()
    closed = queries.expiring(session, now=now)
    for call in closed:
        LIFECYCLE.move(call, "expire", actor=SYSTEM, now=now)
        call.closed_at = now
        _tell(session, "call.closed", call, actor=SYSTEM, now=now)
    session.flush()
    return len(opened) + len(closed)


TOLD = {"close": "call.closed", "reopen": "call.reopened", "archive": "call.archived"}


def _move(session: Session, call_id: UUID, name: str, *, actor: Actor, now: datetime) -> Call:
    call = queries.locked(session, call_id, viewer=actor)
    LIFECYCLE.move(call, name, actor=actor, now=now)
    call.closed_at = now if name == "close" else call.closed_at
    call.archived_at = now if name == "archive" else call.archived_at
    _tell(session, TOLD[name], call, actor=actor, now=now)
    session.flush()
    return call


def _open(session: Session, call: Call, *, actor: Actor, now: datetime) -> None:
    call.opened_at = now
    _tell(session, "call.opened", call, actor=actor, now=now)


def _tell(session: Session, kind: str, call: Call, *, actor: Actor, now: datetime) -> None:
    announce(session, kind, by=actor, at=now, funder=call.lead_id, subject=call.id)
