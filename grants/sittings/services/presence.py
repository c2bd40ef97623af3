"""Who is there, from when to when, and who votes for whom."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from grants.calls.models import Jury
from grants.juries.models import Seat
from grants.juries.rules import holds, may_close, sits
from grants.kernel.access import Actor
from grants.kernel.errors import Refused, Unknown
from grants.sittings import queries
from grants.sittings.models import Attendance, Mode, Proxy, Sitting
from grants.sittings.services.holding import require_unclosed
from grants.sittings.services.moving import require_open


def mark(
    session: Session,
    sitting_id: UUID,
    seat_id: UUID,
    mode: Mode | None,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Note that a member is there, from afar, or (None) gone; the same again changes nothing.

    For whoever leads, and each member for themselves. Locks jury, then meeting.

    Raises:
        Unknown: no such meeting or member, or not the actor's to say.
        Refused: `sitting.not_open`, `sitting.closed`.
    """
    sitting = _for_seat(session, sitting_id, seat_id, actor)
    require_open(sitting)
    stay = session.scalar(
        select(Attendance).where(
            Attendance.sitting_id == sitting.id,
            Attendance.seat_id == seat_id,
            Attendance.left_at.is_(None),
        )
    )
    if (stay.mode if stay else None) is mode:
        return
    if stay is not None:
        stay.left_at = max(now, stay.came_at)
        session.flush()
    if mode is not None:
        session.add(Attendance(sitting_id=sitting.id, seat_id=seat_id, mode=mode, came_at=now))
    sitting.version += 1
    session.flush()


def give_proxy(
    session: Session,
    sitting_id: UUID,
    giver_id: UUID,
    holder_id: UUID,
    *,
    actor: Actor,
    now: datetime,
) -> Proxy:
    """Leave a member's vote to another one, before or during the meeting: one given, one held.

    For the giver, or whoever leads and holds the paper. The same again changes nothing. Locks
    jury, then meeting.

    Raises:
        Unknown: no such meeting or member, or not the actor's to give.
        Refused: `sitting.closed`, `proxy.self`, `proxy.given`, `proxy.holder_has_one`.
    """
    sitting = _for_seat(session, sitting_id, giver_id, actor)
    require_unclosed(sitting)
    holder = _member(session, sitting, holder_id)
    if giver_id == holder_id:
        raise Refused("proxy.self", field="holder")
    given = _proxy(session, sitting, Proxy.giver_id == giver_id)
    if given is not None:
        if given.holder_id == holder_id:
            return given
        raise Refused("proxy.given", field="holder")
    if _proxy(session, sitting, Proxy.holder_id == holder_id) is not None:
        raise Refused("proxy.holder_has_one", field="holder", name=holder.name)
    proxy = Proxy(sitting_id=sitting.id, giver_id=giver_id, holder_id=holder_id, given_at=now)
    session.add(proxy)
    sitting.version += 1
    session.flush()
    return proxy


def revoke_proxy(
    session: Session, sitting_id: UUID, giver_id: UUID, *, actor: Actor, now: datetime
) -> None:
    """Take a proxy back, as long as nobody voted with it; without one nothing happens.

    Locks jury, then meeting.

    Raises:
        Unknown: no such meeting or member, or not the actor's to say.
        Refused: `sitting.closed`, `proxy.used`.
    """
    sitting = _for_seat(session, sitting_id, giver_id, actor)
    require_unclosed(sitting)
    given = _proxy(session, sitting, Proxy.giver_id == giver_id)
    if given is None:
        return
    if given.used_at:
        raise Refused("proxy.used", used_at=given.used_at)
    given.revoked_at = now
    sitting.version += 1
    session.flush()


def _for_seat(session: Session, sitting_id: UUID, seat_id: UUID, actor: Actor) -> Sitting:
    """The meeting, locked, where the actor leads or the seat is theirs."""
    sitting = queries.locked_sitting(
        session, sitting_id, actor, who=lambda viewer: or_(may_close(viewer), sits.where(viewer))
    )
    seat = _member(session, sitting, seat_id)
    if not holds.holds(actor, seat):
        leading = select(Jury.id).where(Jury.id == sitting.jury_id, may_close(actor))
        if session.scalar(leading) is None:
            raise Unknown
    return sitting


def _member(session: Session, sitting: Sitting, seat_id: UUID) -> Seat:
    seat = session.get(Seat, seat_id)
    if seat is None or seat.jury_id != sitting.jury_id or seat.accepted_at is None:
        raise Unknown
    return seat


def _proxy(session: Session, sitting: Sitting, whose: object) -> Proxy | None:
    statement = select(Proxy).where(Proxy.sitting_id == sitting.id, Proxy.revoked_at.is_(None))
    return session.scalars(statement.where(whose)).one_or_none()  # type: ignore[arg-type]
