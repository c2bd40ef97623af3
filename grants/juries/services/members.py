"""Offering a seat on a jury, taking it, turning it down."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from grants.applications.models import Application
from grants.calls.models import Jury
from grants.juries import queries, rules
from grants.juries.lifecycle import jury_is_open, require
from grants.juries.models import SEATS_MAX, Assignment, RecusalOrigin, Seat, SeatRole
from grants.juries.profiles import Profile
from grants.juries.roster import Listed
from grants.juries.services.describing import take_profile
from grants.juries.services.radar import look, settle_confirmed
from grants.juries.services.recusals import Conflict, record_conflict
from grants.kernel.access import Actor
from grants.kernel.errors import Refused
from grants.outbox.services import announce
from grants.people import services as people

INVITATION_PAGE = "/jury/invitations/{seat_id}"
HELPS = "Accompagne ou a accompagné ce projet (parrainage)."
"""The reason of a recusal that goes with the seat; the register tells its class alone."""


def invite(
    session: Session,
    jury_id: UUID,
    *,
    email: str,
    name: str,
    role: SeatRole = SeatRole.JUROR,
    actor: Actor,
    now: datetime,
) -> Seat:
    """Offer a seat by mail; whoever had not answered or had declined is asked again.

    Locks the jury. Announces `juror.invited`, on which the mail with its one-time link leaves.

    Raises:
        Unknown: there is no such jury, or the actor is not an officer of its call.
        Refused: `jury.closed`, `juror.invite.already_seated`, `juror.invite.full`.
    """
    jury = queries.locked_jury(session, jury_id, actor, who=rules.manages.where)
    require(jury_is_open(jury, now))
    address = email.strip().lower()
    seat = session.scalar(select(Seat).where(Seat.jury_id == jury.id, Seat.email == address))
    if seat is None:
        _require_room(session, jury, 1)
        seat = Seat(jury_id=jury.id, email=address)
    elif seat.accepted_at:
        raise Refused("juror.invite.already_seated", field="email", name=seat.name)
    seat.name, seat.role = name.strip(), role
    _offer(session, jury, seat, actor=actor, now=now)
    look(session, jury, [seat], now=now)
    return seat


def invite_list(
    session: Session, jury_id: UUID, listed: Sequence[Listed], *, actor: Actor, now: datetime
) -> int:
    """Offer a seat to everyone on a list; return how many mails leave.

    Whoever has a seat, answered or not, gets no second mail: only what the list says of their
    college and load is kept. So a list sent twice changes nothing. Locks the jury. Announces
    `juror.invited` for each new seat.

    Raises:
        Unknown: there is no such jury, or the actor is not an officer of its call.
        Refused: `jury.closed`, `juror.invite.full`.
    """
    jury = queries.locked_jury(session, jury_id, actor, who=rules.manages.where)
    require(jury_is_open(jury, now))
    seated = {
        one.email: one for one in session.scalars(select(Seat).where(Seat.jury_id == jury.id))
    }
    _require_room(session, jury, len({line.email for line in listed} - seated.keys()))
    fresh = []
    for line in listed:
        seat = seated.get(line.email)
        if seat is None:
            seat = seated[line.email] = Seat(
                jury_id=jury.id, email=line.email, name=line.name, role=line.role
            )
            _offer(session, jury, seat, actor=actor, now=now)
            fresh.append(seat)
        seat.college = line.college or seat.college
        seat.load_max = line.load_max or seat.load_max
    session.flush()
    look(session, jury, fresh, now=now)
    return len(fresh)


def _require_room(session: Session, jury: Jury, newcomers: int) -> None:
    """A jury has as many seats as its pages show, and no list of members is ever cut."""
    many = select(func.count()).select_from(Seat).where(Seat.jury_id == jury.id)
    if newcomers and (session.scalar(many) or 0) + newcomers > SEATS_MAX:
        raise Refused("juror.invite.full", field="email", most=SEATS_MAX)


def _offer(session: Session, jury: Jury, seat: Seat, *, actor: Actor, now: datetime) -> None:
    """Send the invitation of a seat, new or offered again."""
    session.add(seat)
    seat.invited_at = now
    seat.declined_at = seat.decline_reason = None
    session.flush()
    page = INVITATION_PAGE.format(seat_id=seat.id)
    link = people.invite(
        session,
        seat.email,
        payload={"next": page, "name": seat.name, "seat": str(seat.id)},
        now=now,
    )
    announce(
        session,
        "juror.invited",
        by=actor,
        at=now,
        funder=jury.call.lead_id,
        subject=seat.id,
        jury=str(jury.id),
        call=str(jury.call_id),
        link=str(link.id),
    )


def accept(
    session: Session,
    seat_id: UUID,
    *,
    charter: bool,
    steps_back: bool = False,
    profile: Profile | None = None,
    actor: Actor,
    now: datetime,
) -> Seat:
    """Take a seat, the charter with it; taking it twice changes nothing.

    Locks the seat; officers of a call, too, each other's acceptance of blind ones. Announces
    `juror.accepted`. What the person already was recused from, and
    what their own organisation asks for, leaves the queue here. On a blind jury, who works for a
    funder of the call opens its files no more there until the jury closes (`people.seals`); and a
    mentor of the call, who knows whom they help, is recused from it (`steps_back`).

    Raises:
        Unknown: the seat is not offered to the actor.
        Refused: `juror.accept.charter`, `juror.accept.declined`, `juror.accept.already_seated`,
            `juror.accept.only_officer`: nobody else could appraise the files;
            `juror.accept.mentor`: of `count` applications, without `steps_back`; `jury.closed`.
    """
    seat = queries.locked_invitation(session, seat_id, actor)
    if seat.accepted_at:
        return seat
    require(jury_is_open(seat.jury, now))
    require(_may_not_accept(session, seat, actor, charter=charter))
    helped = _helped(session, seat, actor, steps_back=steps_back)
    seat.person_id, seat.accepted_at, seat.charter_accepted_at = actor.id, now, now
    if profile is not None:
        take_profile(seat, profile)
    session.flush()
    _leave(session, seat, helped, actor=actor, now=now)
    settle_confirmed(session, seat, now=now)
    look(session, seat.jury, [seat], now=now)
    announce(
        session,
        "juror.accepted",
        by=actor,
        at=now,
        subject=seat.id,
        jury=str(seat.jury_id),
        call=str(seat.jury.call_id),
    )
    return seat


def _may_not_accept(session: Session, seat: Seat, actor: Actor, *, charter: bool) -> Refused | None:
    if seat.declined_at:
        return Refused("juror.accept.declined", declined_at=seat.declined_at)
    if not charter:
        return Refused("juror.accept.charter", field="charter")
    held = select(Seat.id).where(Seat.jury_id == seat.jury_id, Seat.person_id == actor.id)
    if session.scalar(held):
        return Refused("juror.accept.already_seated")
    alone = queries.leaves_no_officer(session, seat.jury, actor)
    return Refused("juror.accept.only_officer") if alone else None


def _helped(session: Session, seat: Seat, actor: Actor, *, steps_back: bool) -> list[UUID]:
    """What the actor steps back from as they take a blind seat: the projects that they help."""
    if rules.conceals(seat.jury):
        queries.in_turn(session, seat.jury.call_id)
    helped = queries.helped_by(session, seat.jury, actor)
    if helped and not steps_back:
        raise Refused("juror.accept.mentor", field="steps_back", count=len(helped))
    return helped


def _leave(
    session: Session, seat: Seat, helped: Sequence[UUID], *, actor: Actor, now: datetime
) -> None:
    """What a new member does not read: their own side's, and what they step back from."""
    own = select(Application.id).where(rules.own_side(actor.id))
    session.execute(
        delete(Assignment).where(Assignment.seat_id == seat.id, Assignment.application_id.in_(own))
    )
    for one in helped:
        conflict = Conflict(one, actor.id, seat.jury_id, RecusalOrigin.DECLARED, HELPS)
        record_conflict(session, conflict, seat.jury.call_id, actor=actor, now=now)


def decline(session: Session, seat_id: UUID, *, reason: str, actor: Actor, now: datetime) -> Seat:
    """Turn a seat down, with a word for whoever asked; what it was to read goes to others.

    Locks the seat. Announces `juror.declined`. Declining twice changes nothing.

    Raises:
        Unknown: the seat is not offered to the actor.
        Refused: `juror.decline.accepted`, `jury.closed`.
    """
    seat = queries.locked_invitation(session, seat_id, actor)
    if seat.declined_at:
        return seat
    require(jury_is_open(seat.jury, now))
    if seat.accepted_at:
        raise Refused("juror.decline.accepted")
    seat.declined_at, seat.decline_reason = now, reason.strip()
    session.execute(delete(Assignment).where(Assignment.seat_id == seat.id))
    announce(
        session,
        "juror.declined",
        by=actor,
        at=now,
        subject=seat.id,
        jury=str(seat.jury_id),
        call=str(seat.jury.call_id),
    )
    return seat
