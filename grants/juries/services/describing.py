"""What a member can read and how much, said by the member or by the service."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.calls.models import Jury
from grants.juries import queries, rules
from grants.juries.lifecycle import jury_is_open, require
from grants.juries.models import Seat
from grants.juries.profiles import Profile
from grants.kernel.access import Actor
from grants.kernel.errors import Unknown
from grants.outbox.services import announce


def describe_oneself(
    session: Session, jury_id: UUID, profile: Profile, *, actor: Actor, now: datetime
) -> Seat:
    """Say what one knows and can bear, on a seat of one's own.

    Locks the seat behind its jury. Announces `seat.described`.

    Raises:
        Unknown: the actor holds no seat there.
        Refused: `jury.closed`.
    """
    seat = queries.own_seat(session, jury_id, actor)
    seat = queries.locked_invitation(session, seat.id, actor)
    require(jury_is_open(seat.jury, now))
    _describe(session, seat, profile, call_id=seat.jury.call_id, actor=actor, now=now)
    return seat


def describe_member(
    session: Session,
    jury_id: UUID,
    seat_id: UUID,
    profile: Profile,
    *,
    college: str | None,
    actor: Actor,
    now: datetime,
) -> Seat:
    """The same by an officer, who also says for which college the member sits.

    Locks the jury. Announces `seat.described`.

    Raises:
        Unknown: there is no such seat on a jury of the actor's.
        Refused: `jury.closed`.
    """
    jury = queries.locked_jury(session, jury_id, actor, who=rules.manages.where)
    require(jury_is_open(jury, now))
    seat = member(session, jury, seat_id)
    seat.college = college or None
    _describe(session, seat, profile, call_id=jury.call_id, actor=actor, now=now)
    return seat


def take_profile(seat: Seat, profile: Profile) -> None:
    """Write what a member says on the seat."""
    seat.skills, seat.languages = list(profile.skills), list(profile.languages)
    seat.territories, seat.load_max = list(profile.territories), profile.load_max


def member(session: Session, jury: Jury, seat_id: UUID) -> Seat:
    """A seat of a jury that the caller has read.

    Raises:
        Unknown: it is none of this jury's.
    """
    seat = session.scalar(select(Seat).where(Seat.id == seat_id, Seat.jury_id == jury.id))
    if seat is None:
        raise Unknown
    return seat


def _describe(
    session: Session, seat: Seat, profile: Profile, *, call_id: UUID, actor: Actor, now: datetime
) -> None:
    take_profile(seat, profile)
    session.flush()
    announce(
        session,
        "seat.described",
        by=actor,
        at=now,
        subject=seat.id,
        jury=str(seat.jury_id),
        call=str(call_id),
    )
