"""From one point to the next: what every screen shows, its timer, what the secretary notes."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.juries.rules import may_close
from grants.kernel.access import Actor
from grants.kernel.errors import Refused
from grants.outbox.services import announce
from grants.sittings import queries
from grants.sittings.arithmetic import participation, stepped_out
from grants.sittings.models import Minutes, Motion, Sitting, SittingItem
from grants.sittings.services.preparing import item_of


class Timer(StrEnum):
    """What one does with the timer."""

    START = "start"
    STOP = "stop"
    RESET = "reset"


def move(
    session: Session,
    sitting_id: UUID,
    *,
    forward: bool = True,
    to: UUID | None = None,
    since: UUID | None,
    actor: Actor,
    now: datetime,
) -> SittingItem | None:
    """Go on to the next point, back to the one before, or `to` one of the agenda.

    `since` is the point that the leader had on screen: pressed twice, it moves once. The point
    left keeps the figures of its quorum and who stepped out; the timer goes back to zero. After
    the last point there is none at hand. Locks jury, then meeting. Announces `session.item`.

    Raises:
        Unknown: no such meeting or line, or not the actor's.
        Refused: `sitting.not_open`, `sitting.vote_going`.
    """
    sitting = led(session, sitting_id, actor)
    here = queries.current(session, sitting)
    if (here.id if here else None) != since:
        return here
    require_no_vote(session, sitting)
    following = (
        item_of(session, sitting, to, actor) if to else _beside(session, sitting, here, forward)
    )
    if following is here or (following is None and not forward):
        return here
    put_away(session, sitting, now=now)
    if following is not None:
        following.is_current, following.ended_at = True, None
        following.began_at = following.began_at or now
    sitting.timer_since, sitting.timer_seconds = None, 0
    sitting.version += 1
    session.flush()
    announce(
        session,
        "session.item",
        by=actor,
        at=now,
        funder=sitting.jury.call.lead_id,
        subject=sitting.id,
        jury=str(sitting.jury_id),
        application=str(following.application_id) if following else None,
    )
    return following


def set_timer(
    session: Session, sitting_id: UUID, act: Timer, *, actor: Actor, now: datetime
) -> None:
    """Start, stop or reset the timer; twice changes nothing. Locks jury, then meeting.

    Raises:
        Unknown: no such meeting, or it is not the actor's to lead.
        Refused: `sitting.not_open`.
    """
    sitting = led(session, sitting_id, actor)
    if act is Timer.START:
        sitting.timer_since = sitting.timer_since or now
    else:
        stopped(sitting, now)
    if act is Timer.RESET:
        sitting.timer_seconds = 0
    sitting.version += 1
    session.flush()


def write_note(
    session: Session, sitting_id: UUID, item_id: UUID | None, note: str, *, actor: Actor
) -> None:
    """Write what the minutes say of a point, or of the whole; until they are signed.

    Locks jury, then meeting. Screens do not show notes: they are not told.

    Raises:
        Unknown: no such meeting or line, or not the actor's.
        Refused: `minutes.signed`.
    """
    sitting = queries.locked_sitting(session, sitting_id, actor, who=may_close)
    require_unsigned(session, sitting)
    noted = item_of(session, sitting, item_id, actor) if item_id else sitting
    noted.note = note.strip()
    session.flush()


def led(session: Session, sitting_id: UUID, actor: Actor) -> Sitting:
    """An open meeting that the actor leads, locked behind its jury.

    Raises:
        Unknown: no such meeting, or it is not the actor's to lead.
        Refused: `sitting.not_open`.
    """
    sitting = queries.locked_sitting(session, sitting_id, actor, who=may_close)
    require_open(sitting)
    return sitting


def require_open(sitting: Sitting) -> None:
    """What happens in a meeting happens while it is open.

    Raises:
        Refused: `sitting.not_open`, `sitting.closed`.
    """
    if sitting.closed_at:
        raise Refused("sitting.closed", closed_at=sitting.closed_at)
    if not sitting.opened_at:
        raise Refused("sitting.not_open")


def require_unsigned(session: Session, sitting: Sitting) -> None:
    """Signed minutes change no more.

    Raises:
        Refused: `minutes.signed`.
    """
    signed = session.scalar(select(Minutes.signed_at).where(Minutes.sitting_id == sitting.id))
    if signed is not None:
        raise Refused("minutes.signed", signed_at=signed)


def require_no_vote(session: Session, sitting: Sitting) -> None:
    """One does not move on while people vote.

    Raises:
        Refused: `sitting.vote_going`.
    """
    going = select(Motion.id).where(Motion.sitting_id == sitting.id, Motion.closed_at.is_(None))
    if session.scalar(going) is not None:
        raise Refused("sitting.vote_going")


def put_away(session: Session, sitting: Sitting, *, now: datetime) -> None:
    """End the point at hand, if any: its quorum and who stepped out are kept as they were."""
    here = queries.current(session, sitting)
    if here is None:
        return
    seated = queries.places(session, sitting, here.application_id)
    counted = participation(seated, sitting.jury.quorum)
    here.present, here.represented, here.quorum = (
        counted.present,
        counted.represented,
        counted.quorum,
    )
    # Whoever had to leave earlier, and came back to the same point, is still named.
    here.stepped_out = sorted({*here.stepped_out, *stepped_out(seated)})
    here.is_current, here.ended_at = False, now
    session.flush()


def stopped(sitting: Sitting, now: datetime) -> None:
    """Stop the timer where it is."""
    if sitting.timer_since is not None:
        sitting.timer_seconds += max(0, int((now - sitting.timer_since).total_seconds()))
        sitting.timer_since = None


def _beside(
    session: Session,
    sitting: Sitting,
    here: SittingItem | None,
    forward: bool,  # noqa: FBT001 -- which way
) -> SittingItem | None:
    """The point after or before the one at hand; without one, the first not ended or the last."""
    lines = select(SittingItem).where(SittingItem.sitting_id == sitting.id).limit(1)
    if here is None:
        if forward:
            lines = lines.where(SittingItem.ended_at.is_(None))
        else:
            lines = lines.where(SittingItem.ended_at.is_not(None))
    elif forward:
        lines = lines.where(SittingItem.position > here.position)
    else:
        lines = lines.where(SittingItem.position < here.position)
    way = SittingItem.position if forward else SittingItem.position.desc()
    return session.scalars(lines.order_by(way)).first()
