"""Reminding members of what they have not finished: one mail a member, however many files."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from grants.calls.models import Call, Jury
from grants.juries import queries, rules
from grants.juries.lifecycle import jury_scores, require
from grants.juries.models import Seat
from grants.kernel.access import SYSTEM, Actor
from grants.kernel.errors import Refused
from grants.outbox.services import announce

REMINDED = "juror.reminded"


def remind_due(session: Session, *, now: datetime) -> int:
    """Remind those whose stage ends soon, once each; return how many. Locks their seats.

    Announces `juror.reminded` for each, which is mailed.
    """
    seats = session.scalars(
        select(Seat)
        .where(Seat.id.in_(queries.due_reminders(session, now)))
        .options(joinedload(Seat.jury).joinedload(Jury.call).selectinload(Call.funders))
        .order_by(Seat.id)
    ).all()
    for seat in seats:
        _remind(session, seat, seat.jury, actor=SYSTEM, now=now)
    return len(seats)


def remind_members(session: Session, jury_id: UUID, *, actor: Actor, now: datetime) -> int:
    """Remind every member with files to finish, whoever was today aside; return how many.

    Locks the jury. Announces `juror.reminded` for each.

    Raises:
        Unknown: there is no such jury, or it is not the actor's to lead.
        Refused: the jury does not score now; `jury.remind.nobody`.
    """
    jury = queries.locked_jury(session, jury_id, actor, who=rules.manages.where)
    require(jury_scores(jury, now))
    owing = [
        one for one in queries.unfinished(session, jury, actor) if not one.was_reminded_on(now)
    ]
    if not owing:
        raise Refused("jury.remind.nobody")
    for one in owing:
        _remind(session, one.seat, jury, actor=actor, now=now)
    return len(owing)


def _remind(session: Session, seat: Seat, jury: Jury, *, actor: Actor, now: datetime) -> None:
    seat.reminded_at = now
    session.flush()
    announce(
        session,
        REMINDED,
        by=actor,
        at=now,
        funder=jury.call.lead_id,
        subject=seat.id,
        jury=str(jury.id),
        call=str(jury.call_id),
    )
