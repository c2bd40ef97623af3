"""Motions: put to the vote, voted, closed with their arithmetic."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grants.juries.models import Seat, SeatRole
from grants.juries.rules import holds, may_close, sits
from grants.kernel.access import Actor
from grants.kernel.errors import Refused, Unknown
from grants.outbox.services import announce
from grants.sittings import queries, rules
from grants.sittings.arithmetic import casting, outcome, participation, votes_of
from grants.sittings.models import Choice, Motion, MotionVote, Sitting, SittingItem
from grants.sittings.services.moving import led, put_away, require_open


def put_motion(
    session: Session,
    sitting_id: UUID,
    *,
    text: str,
    is_secret: bool = False,
    on_item: bool = True,
    actor: Actor,
    now: datetime,
) -> Motion:
    """Put a text to the vote, on the point at hand or on the whole; it is open at once.

    A vote on the whole ends the point at hand: everyone is called back. Sent twice while it is
    open, it is one motion. The quorum is taken here, and kept. Locks jury, then meeting.

    Raises:
        Unknown: no such meeting, or not the actor's; or they are recused from the point.
        Refused: `sitting.not_open`, `sitting.closed`, `motion.text`, `motion.no_item`,
            `motion.one_at_a_time`, `motion.quorum`.
    """
    sitting, wording = led(session, sitting_id, actor), text.strip()
    if not wording:
        raise Refused("motion.text", field="text")
    if going := _going(session, sitting, wording):
        return going
    item = _about(session, sitting, actor, on_item=on_item, now=now)
    seated = queries.places(session, sitting, item.application_id if item else None)
    counted = participation(seated, sitting.jury.quorum)
    if not counted.is_met:
        raise Refused("motion.quorum", counted=counted.total, quorum=counted.quorum)
    last = select(func.max(Motion.number)).where(Motion.sitting_id == sitting.id)
    motion = Motion(
        sitting_id=sitting.id,
        item_id=item.id if item else None,
        number=(session.scalar(last) or 0) + 1,
        text=wording,
        is_secret=is_secret,
        present=counted.present,
        represented=counted.represented,
        quorum=counted.quorum,
        opened_at=now,
    )
    session.add(motion)
    sitting.version += 1
    session.flush()
    return motion


def cast_vote(
    session: Session,
    sitting_id: UUID,
    motion_id: UUID,
    seat_id: UUID,
    choice: Choice,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Vote for one's own seat, or for the one whose proxy one holds; the same twice is once.

    Locks jury, then meeting: votes queue. A trigger counts, and forgets what was voted where the
    vote is secret.

    Raises:
        Unknown: no such motion, or the actor has no seat there, or is recused from its point.
        Refused: `sitting.closed`, `motion.closed`, `motion.vote.absent`, `motion.vote.already`.
    """
    motion, sitting = _motion(session, sitting_id, motion_id, actor)
    require_open(sitting)
    if motion.closed_at:
        raise Refused("motion.closed", closed_at=motion.closed_at)
    own = session.scalar(select(Seat).where(Seat.jury_id == sitting.jury_id, holds.where(actor)))
    if own is None:
        raise Unknown
    about = _application(session, motion)
    if about in actor.recused_from:
        raise Unknown
    seated = queries.places(session, sitting, about)
    if seat_id not in {one.seat_id for one in votes_of(seated, own.id)}:
        raise Refused("motion.vote.absent")
    given = session.scalar(
        select(MotionVote).where(MotionVote.motion_id == motion.id, MotionVote.seat_id == seat_id)
    )
    if given is not None:
        if given.choice is choice:
            return
        raise Refused("motion.vote.already")
    session.add(
        MotionVote(
            motion_id=motion.id, seat_id=seat_id, cast_by=own.id, choice=choice, voted_at=now
        )
    )
    session.flush()


def close_motion(
    session: Session, sitting_id: UUID, motion_id: UUID, *, actor: Actor, now: datetime
) -> Motion:
    """Close a vote and work out what came of it; twice changes nothing.

    Majority of the votes cast, abstentions out. A tie is rejected, unless the vote is open, the
    jury lets its chair settle ties, and the chair voted for. Locks jury, then meeting. Announces
    `motion.closed`.

    Raises:
        Unknown: no such motion, or it is not the actor's to close.
    """
    motion, sitting = _motion(session, sitting_id, motion_id, actor, leading=True)
    if motion.closed_at:
        return motion
    motion.casting = casting(
        motion.votes_for,
        motion.votes_against,
        is_secret=motion.is_secret,
        settles=sitting.jury.casting_vote,
        chair=_vote_of_chair(session, motion),
    )
    motion.outcome = outcome(motion.votes_for, motion.votes_against, motion.casting)
    motion.closed_at = now
    sitting.version += 1
    session.flush()
    announce(
        session,
        "motion.closed",
        by=actor,
        at=now,
        funder=sitting.jury.call.lead_id,
        subject=motion.id,
        sitting=str(sitting.id),
        jury=str(sitting.jury_id),
        outcome=motion.outcome.value,
        votes=[motion.votes_for, motion.votes_against, motion.abstentions],
    )
    return motion


def _going(session: Session, sitting: Sitting, wording: str) -> Motion | None:
    """The same text, being voted on already."""
    statement = select(Motion).where(Motion.sitting_id == sitting.id, Motion.closed_at.is_(None))
    going = session.scalar(statement)
    if going is not None and going.text != wording:
        raise Refused("motion.one_at_a_time")
    return going


def _about(
    session: Session, sitting: Sitting, actor: Actor, *, on_item: bool, now: datetime
) -> SittingItem | None:
    here = queries.current(session, sitting)
    if not on_item:
        put_away(session, sitting, now=now)
        return None
    if here is None:
        raise Refused("motion.no_item")
    if not rules.is_shown(actor, here):
        raise Unknown
    return here


def _motion(
    session: Session, sitting_id: UUID, motion_id: UUID, actor: Actor, *, leading: bool = False
) -> tuple[Motion, Sitting]:
    """A motion and its meeting, locked behind the jury; read once the lock is held."""
    who = may_close if leading else sits.where
    sitting = queries.locked_sitting(session, sitting_id, actor, who=who)
    statement = select(Motion).where(Motion.id == motion_id, Motion.sitting_id == sitting.id)
    statement = statement.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise Unknown
    return found, sitting


def _application(session: Session, motion: Motion) -> UUID | None:
    if motion.item_id is None:
        return None
    return session.get_one(SittingItem, motion.item_id).application_id


def _vote_of_chair(session: Session, motion: Motion) -> Choice | None:
    """What the chair voted in person, where it is known."""
    return session.scalar(
        select(MotionVote.choice)
        .join(Seat, Seat.id == MotionVote.seat_id)
        .where(
            MotionVote.motion_id == motion.id,
            MotionVote.cast_by == MotionVote.seat_id,
            Seat.role == SeatRole.CHAIR,
            MotionVote.choice.is_not(None),
        )
        .order_by(Seat.id)
        .limit(1)
    )
