"""Offering a seat on a jury, taking it, turning it down."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from grants.applications.models import Application
from grants.juries import queries, rules
from grants.juries.lifecycle import jury_is_open, require
from grants.juries.models import Assignment, Seat, SeatRole
from grants.juries.profiles import Profile
from grants.juries.services.describing import take_profile
from grants.juries.services.radar import look, settle_confirmed
from grants.kernel.access import Actor
from grants.kernel.errors import Refused
from grants.outbox.services import announce
from grants.people import services as people

INVITATION_PAGE = "/jury/invitations/{seat_id}"


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
        Refused: `jury.closed`, or `juror.invite.already_seated`.
    """
    jury = queries.locked_jury(session, jury_id, actor, who=rules.manages.where)
    require(jury_is_open(jury, now))
    address = email.strip().lower()
    seat = session.scalar(select(Seat).where(Seat.jury_id == jury.id, Seat.email == address))
    if seat is None:
        seat = Seat(jury_id=jury.id, email=address)
        session.add(seat)
    elif seat.accepted_at:
        raise Refused("juror.invite.already_seated", field="email", name=seat.name)
    seat.name, seat.role, seat.invited_at = name.strip(), role, now
    seat.declined_at = seat.decline_reason = None
    session.flush()
    page = INVITATION_PAGE.format(seat_id=seat.id)
    link = people.invite(
        session, address, payload={"next": page, "name": seat.name, "seat": str(seat.id)}, now=now
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
    look(session, jury, [seat], now=now)
    return seat


def accept(
    session: Session,
    seat_id: UUID,
    *,
    charter: bool,
    profile: Profile | None = None,
    actor: Actor,
    now: datetime,
) -> Seat:
    """Take a seat, the charter with it; taking it twice changes nothing.

    Locks the seat. Announces `juror.accepted`. What the person already was recused from, and
    what their own organisation asks for, leaves the queue here.

    Raises:
        Unknown: the seat is not offered to the actor.
        Refused: `juror.accept.charter`, `juror.accept.declined`, `juror.accept.already_seated`,
            `jury.closed`.
    """
    seat = queries.locked_invitation(session, seat_id, actor)
    if seat.accepted_at:
        return seat
    require(jury_is_open(seat.jury, now))
    if seat.declined_at:
        raise Refused("juror.accept.declined", declined_at=seat.declined_at)
    if not charter:
        raise Refused("juror.accept.charter", field="charter")
    if session.scalar(
        select(Seat.id).where(Seat.jury_id == seat.jury_id, Seat.person_id == actor.id)
    ):
        raise Refused("juror.accept.already_seated")
    seat.person_id, seat.accepted_at, seat.charter_accepted_at = actor.id, now, now
    if profile is not None:
        take_profile(seat, profile)
    session.flush()
    session.execute(
        delete(Assignment).where(
            Assignment.seat_id == seat.id,
            Assignment.application_id.in_(select(Application.id).where(rules.own_side(actor.id))),
        )
    )
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
