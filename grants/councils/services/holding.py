"""The meeting itself: who presides, who comes and goes, who votes for whom, how it ends."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from grants.councils import queries
from grants.councils.models import Leaving, Meeting, MeetingProxy, Presence, Reported
from grants.decisions.models import Body
from grants.kernel.access import Actor
from grants.kernel.clock import paris_date
from grants.kernel.errors import Refused, Unknown
from grants.kernel.identity import new_id
from grants.outbox.services import announce


def open_meeting(
    session: Session, meeting_id: UUID, *, chair_id: UUID, at: datetime, actor: Actor, now: datetime
) -> Meeting:
    """Open the meeting under whoever presides, who is there from then on.

    Locks the meeting. Announces `council_meeting.opened`. Twice is once.

    Raises:
        Unknown: not the actor's meeting, or no member of it.
        Refused: `council.not_convened`; `council.other_day`: `at` is to come, or of another day.
    """
    meeting = queries.locked_meeting(session, meeting_id, viewer=actor)
    if meeting.opened_at is not None:
        return meeting
    if meeting.council_session.convened_on is None:
        raise Refused("council.not_convened")
    require_instant(meeting, at, now)
    _require_members(session, meeting, [chair_id])
    meeting.opened_at, meeting.chair_id = at, chair_id
    session.flush()
    _arrive(session, meeting, [chair_id], at)
    _tell(session, "council_meeting.opened", meeting, actor=actor, now=now)
    return meeting


def arrive(
    session: Session,
    meeting_id: UUID,
    seat_ids: Collection[UUID],
    *,
    at: datetime,
    actor: Actor,
    now: datetime,
) -> None:
    """Note that members are in the room from an instant on; who is there already stays.

    Locks the meeting. Announces `council_meeting.arrived`.

    Raises:
        Unknown: not the actor's meeting, or no member of it.
        Refused: `council.not_open`; `council.other_day`; `council.was_there`: then already.
    """
    meeting = _open(session, meeting_id, actor)
    require_instant(meeting, at, now)
    _require_members(session, meeting, seat_ids)
    _arrive(session, meeting, seat_ids, at)
    _tell(session, "council_meeting.arrived", meeting, actor=actor, now=now)


def leave(
    session: Session, meeting_id: UUID, seat_id: UUID, *, at: datetime, actor: Actor, now: datetime
) -> None:
    """Note that a member left for good or for a while. Who is not there: nothing changes.

    Locks the meeting. Announces `council_meeting.left`.

    Raises:
        Unknown: not the actor's meeting, or no member of it.
        Refused: `council.not_open`; `council.other_day`; `council.left_before`: before arriving.
    """
    meeting = _open(session, meeting_id, actor)
    require_instant(meeting, at, now)
    _require_members(session, meeting, [seat_id])
    stay = session.scalar(
        select(Presence).where(
            Presence.meeting_id == meeting.id,
            Presence.seat_id == seat_id,
            Presence.left_at.is_(None),
        )
    )
    if stay is None:
        return
    if at <= stay.arrived_at:
        raise Refused("council.left_before", field="at", arrived_at=stay.arrived_at)
    stay.left_at = at
    session.flush()
    _tell(session, "council_meeting.left", meeting, actor=actor, now=now)


def give_proxy(
    session: Session,
    meeting_id: UUID,
    *,
    giver_id: UUID,
    holder_id: UUID,
    at: datetime,
    actor: Actor,
    now: datetime,
) -> None:
    """Note a written proxy: one given, one held. The same again changes nothing.

    Before the meeting or during it. Locks the meeting. Announces `council_proxy.given`.

    Raises:
        Unknown: not the actor's meeting, or no member of it.
        Refused: `council.closed`, `council.proxy_to_oneself`, `council.proxy_given`,
            `council.proxy_held`.
    """
    meeting = _unclosed(session, meeting_id, actor)
    seats = _require_members(session, meeting, [giver_id, holder_id])
    if giver_id == holder_id:
        raise Refused("council.proxy_to_oneself", field="holder")
    standing = session.scalars(
        select(MeetingProxy).where(
            MeetingProxy.meeting_id == meeting.id,
            MeetingProxy.revoked_at.is_(None),
            or_(MeetingProxy.giver_id == giver_id, MeetingProxy.holder_id == holder_id),
        )
    ).all()
    if any((one.giver_id, one.holder_id) == (giver_id, holder_id) for one in standing):
        return
    if any(one.giver_id == giver_id for one in standing):
        raise Refused("council.proxy_given", field="giver", name=seats[giver_id])
    if standing:
        raise Refused("council.proxy_held", field="holder", name=seats[holder_id])
    session.add(
        MeetingProxy(meeting_id=meeting.id, giver_id=giver_id, holder_id=holder_id, given_at=at)
    )
    session.flush()
    _tell(session, "council_proxy.given", meeting, actor=actor, now=now)


def revoke_proxy(
    session: Session, meeting_id: UUID, *, giver_id: UUID, at: datetime, actor: Actor, now: datetime
) -> None:
    """Note that a member took their proxy back. None standing: nothing changes.

    Locks the meeting. Announces `council_proxy.revoked`.

    Raises:
        Unknown: not the actor's meeting.
        Refused: `council.closed`.
    """
    meeting = _unclosed(session, meeting_id, actor)
    standing = session.scalar(
        select(MeetingProxy).where(
            MeetingProxy.meeting_id == meeting.id,
            MeetingProxy.giver_id == giver_id,
            MeetingProxy.revoked_at.is_(None),
        )
    )
    if standing is None:
        return
    standing.revoked_at = max(at, standing.given_at)
    session.flush()
    _tell(session, "council_proxy.revoked", meeting, actor=actor, now=now)


def say_concerned(
    session: Session, item_id: UUID, seat_id: UUID, *, actor: Actor, now: datetime
) -> None:
    """Note that a member says an item concerns them: they leave the room for it.

    Who is recused from an application of the item leaves without saying so. Locks the meeting.
    Announces `council_item.concerns`. Twice is once.

    Raises:
        Unknown: not the actor's meeting, or no member of it.
        Refused: `council.closed`; `council.item_voted`.
    """
    meeting, item = queries.locked_item(session, item_id, viewer=actor)
    _require_unclosed(meeting)
    if item.deliberation_id is not None:
        raise Refused("council.item_voted", number=item.number)
    _require_members(session, meeting, [seat_id])
    session.execute(
        insert(Leaving)
        .values(item_id=item.id, seat_id=seat_id, said_at=now)
        .on_conflict_do_nothing()
    )
    _tell(session, "council_item.concerns", meeting, actor=actor, now=now)


def close(
    session: Session, meeting_id: UUID, *, at: datetime, actor: Actor, now: datetime
) -> Meeting:
    """End the meeting; a council is told then of the acts taken by delegation before it.

    With too few members in the room and nothing voted, the quorum was missed: a second meeting
    may take up the agenda. Locks the meeting. Announces `council_meeting.closed`. Twice is once.

    Raises:
        Unknown: not the actor's meeting.
        Refused: `council.not_open`; `council.other_day`; `council.items_left`: with a quorum,
            each item is voted or withdrawn first.
    """
    meeting = queries.locked_meeting(session, meeting_id, viewer=actor)
    if meeting.closed_at is not None:
        return meeting
    require_open(meeting)
    require_instant(meeting, at, now)
    room = queries.hall(session, meeting, at).room()
    left = [one for one in meeting.items if not (one.deliberation_id or one.withdrawn_at)]
    meeting.quorum_missed = bool(left) and not room.has_quorum
    if left and not meeting.quorum_missed:
        raise Refused("council.items_left", items=len(left))
    meeting.closed_at = at
    session.flush()
    sitting = meeting.council_session
    if sitting.body is Body.COUNCIL and not meeting.quorum_missed:
        acts = queries.unreported(session, sitting.funder_id, sitting.held_on)
        rows = [{"deliberation_id": one.id, "council_session_id": sitting.id} for one in acts]
        if rows:
            session.execute(insert(Reported).on_conflict_do_nothing(), rows)
    _tell(session, "council_meeting.closed", meeting, actor=actor, now=now)
    return meeting


def _open(session: Session, meeting_id: UUID, actor: Actor) -> Meeting:
    meeting = queries.locked_meeting(session, meeting_id, viewer=actor)
    require_open(meeting)
    return meeting


def _unclosed(session: Session, meeting_id: UUID, actor: Actor) -> Meeting:
    meeting = queries.locked_meeting(session, meeting_id, viewer=actor)
    _require_unclosed(meeting)
    return meeting


def require_open(meeting: Meeting) -> None:
    """Stop what is done during a meeting alone."""
    if meeting.opened_at is None or meeting.closed_at is not None:
        raise Refused("council.not_open")


def _require_unclosed(meeting: Meeting) -> None:
    if meeting.closed_at is not None:
        raise Refused("council.closed")


def require_instant(meeting: Meeting, at: datetime, now: datetime) -> None:
    """Stop on an instant to come, before the opening, or of another day than the session's."""
    held_on = meeting.council_session.held_on
    if at > now or paris_date(at) != held_on or (meeting.opened_at and at < meeting.opened_at):
        raise Refused("council.other_day", field="at", held_on=held_on)


def _require_members(
    session: Session, meeting: Meeting, seat_ids: Collection[UUID]
) -> dict[UUID, str]:
    """The names of the members in office that day.

    Raises:
        Unknown: one of these is not among them.
    """
    sitting = meeting.council_session
    seats = queries.in_office(session, sitting.funder_id, sitting.body, sitting.held_on)
    names = {one.id: one.name for one in seats}
    if not set(seat_ids) <= set(names):
        raise Unknown
    return names


def _arrive(session: Session, meeting: Meeting, seat_ids: Collection[UUID], at: datetime) -> None:
    stays = session.scalars(
        select(Presence).where(
            Presence.meeting_id == meeting.id,
            Presence.seat_id.in_(list(seat_ids)),
            or_(Presence.left_at.is_(None), Presence.left_at > at),
        )
    ).all()
    if any(one.left_at is not None for one in stays):
        raise Refused("council.was_there", field="at")
    there = {one.seat_id for one in stays}
    session.add_all(
        Presence(id=new_id(), meeting_id=meeting.id, seat_id=one, arrived_at=at)
        for one in sorted(set(seat_ids) - there)
    )
    session.flush()


def _tell(session: Session, kind: str, meeting: Meeting, *, actor: Actor, now: datetime) -> None:
    funder = meeting.council_session.funder_id
    announce(session, kind, by=actor, at=now, funder=funder, subject=meeting.id)
