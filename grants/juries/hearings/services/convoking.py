"""Convoke: tell applicants and members what they were not told yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from grants.calls.models import Jury
from grants.juries.hearings.models import Convocation, Hearing, HearingSeat
from grants.juries.hearings.services.reach import locked_jury, tell
from grants.juries.hearings.telling import instants, told_of, told_of_day
from grants.juries.hearings.world import never_heard_by
from grants.kernel.access import Actor
from grants.kernel.clock import paris_date
from grants.kernel.errors import Refused
from grants.outbox.services import announce

Whom: TypeAlias = tuple[UUID | None, UUID | None, date | None]
"""The seat, the application, the day: of a convocation."""


@dataclass(frozen=True)
class Sent:
    """How many people's convocations left: to applicants, and to members."""

    applicants: int
    members: int


def convoke(session: Session, jury_id: UUID, *, actor: Actor, now: datetime) -> Sent:
    """Send what is new: first convocations, changed ones, and cancellations. Twice is once.

    A hearing whose hour has passed is told no more. Locks the jury. Announces, on which mails
    with their calendar leave, `hearing.convoked` and `hearing.released` (applicants; about the
    application), `hearing.member_convoked` and `hearing.member_released` (about the seat).

    Raises:
        Unknown: there is no such jury that the actor manages, or it hears nobody.
        Refused: `jury.closed`, `hearing.convoke.nothing`.
    """
    jury = locked_jury(session, jury_id, actor, now)
    known = {_whom(one): one for one in _convocations(session, jury)}
    wanted = dict(_wanted(session, jury, now))
    sent = [0, 0]
    for whom in sorted({*known, *wanted}, key=str):
        if whom[1] in actor.recused_from:
            continue
        written = _tell(session, jury, whom, (known.get(whom), wanted.get(whom)), now)
        if written is not None:
            sent[whom[0] is not None] += 1
            _announce(session, jury, written, actor=actor, now=now)
    if not any(sent):
        raise Refused("hearing.convoke.nothing")
    tell(session, "hearing.sent", jury, actor=actor, now=now, applicants=sent[0], members=sent[1])
    return Sent(*sent)


def _wanted(session: Session, jury: Jury, now: datetime) -> Iterator[tuple[Whom, dict[str, Any]]]:
    hearings = {
        one.id: one
        for one in session.scalars(
            select(Hearing).where(Hearing.jury_id == jury.id, Hearing.starts_at > now)
        )
    }
    for one in hearings.values():
        yield (None, one.application_id, None), told_of(one)
    days: defaultdict[tuple[UUID, date], list[Hearing]] = defaultdict(list)
    for hearing_id, seat_id in session.execute(_sitting(jury)):
        if hearing_id in hearings:
            hearing = hearings[hearing_id]
            days[seat_id, paris_date(hearing.starts_at)].append(hearing)
    for (seat_id, day), theirs in days.items():
        yield (seat_id, None, day), told_of_day(theirs)


def _sitting(jury: Jury) -> Any:
    """Who sits at what, recusals of since then aside."""
    never = never_heard_by(jury).subquery()
    return (
        select(HearingSeat.hearing_id, HearingSeat.seat_id)
        .join(Hearing, Hearing.id == HearingSeat.hearing_id)
        .where(
            Hearing.jury_id == jury.id,
            tuple_(HearingSeat.seat_id, Hearing.application_id).not_in(select(never)),
        )
    )


def _convocations(session: Session, jury: Jury) -> Any:
    return session.scalars(select(Convocation).where(Convocation.jury_id == jury.id))


def _whom(one: Convocation) -> Whom:
    return one.seat_id, one.application_id, one.day


def _tell(
    session: Session,
    jury: Jury,
    whom: Whom,
    was_and_is: tuple[Convocation | None, Mapping[str, Any] | None],
    now: datetime,
) -> Convocation | None:
    """The convocation as it now stands, if there is something new to tell."""
    known, told = was_and_is
    if told is None:
        return _released(known, now)
    if known is None:
        seat_id, application_id, day = whom
        known = Convocation(
            jury_id=jury.id, seat_id=seat_id, application_id=application_id, day=day, sequence=-1
        )
        session.add(known)
    elif not known.is_cancelled and known.told == told:
        return None
    known.told, known.sent_at, known.is_cancelled = dict(told), now, False
    known.sequence += 1
    session.flush()
    return known


def _released(known: Convocation | None, now: datetime) -> Convocation | None:
    """What no longer stands; what is past is left as it was."""
    if known is None or known.is_cancelled or instants(known.told)[0] <= now:
        return None
    known.is_cancelled, known.sent_at = True, now
    known.sequence += 1
    return known


def _announce(
    session: Session, jury: Jury, one: Convocation, *, actor: Actor, now: datetime
) -> None:
    side = "member_" if one.seat_id else ""
    announce(
        session,
        f"hearing.{side}{'released' if one.is_cancelled else 'convoked'}",
        by=actor,
        at=now,
        funder=jury.call.lead_id,
        subject=one.seat_id or one.application_id,
        convocation=str(one.id),
        sequence=one.sequence,
        jury=str(jury.id),
        call=str(jury.call_id),
    )
