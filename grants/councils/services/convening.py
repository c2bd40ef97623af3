"""The convocation: who is called, how, and how early."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from grants.councils import queries
from grants.councils.models import Meeting
from grants.councils.room import clear_days
from grants.decisions.models import CouncilSession
from grants.kernel.access import Actor
from grants.kernel.clock import paris_date
from grants.kernel.errors import Refused
from grants.outbox.services import announce


def convene(
    session: Session,
    meeting_id: UUID,
    *,
    on: date,
    urgency: str = "",
    actor: Actor,
    now: datetime,
) -> Meeting:
    """Settle agenda and drafts, and call the members (CGCT L2121-10 and L2121-12).

    Dated today, the convocation leaves by e-mail to each member in office who has an account
    (`council_meeting.member_called`, one a member); dated before, it left on paper and is noted.
    `urgency`, in words, shortens the notice to one clear day; a second convocation asks for none,
    and is not dated before the quorum was missed (L2121-17). Locks the meeting. Announces
    `council_meeting.convened`. Twice is once.

    Raises:
        Unknown: not the actor's meeting.
        Refused: `council.agenda_empty`; `council.notice_too_short` with the days that are left;
            `council.convened_in_the_future`; `council_session.convened_after`;
            `council.second_called_before`.
    """
    meeting = queries.locked_meeting(session, meeting_id, viewer=actor)
    sitting = meeting.council_session
    if sitting.convened_on is not None:
        return meeting
    _require_callable(session, meeting, on, urgency.strip(), now)
    meeting.urgency = urgency.strip()
    session.execute(
        update(CouncilSession).where(CouncilSession.id == sitting.id).values(convened_on=on)
    )
    session.flush()
    announce(
        session,
        "council_meeting.convened",
        by=actor,
        at=now,
        funder=sitting.funder_id,
        subject=meeting.id,
        on=on.isoformat(),
    )
    if on == paris_date(now):
        _call(session, meeting, actor, now)
    return meeting


def _call(session: Session, meeting: Meeting, actor: Actor, now: datetime) -> None:
    """One message for each member with an account."""
    for seat in queries.called(session, meeting):
        if seat.person is not None and seat.person.disabled_at is None:
            announce(
                session,
                "council_meeting.member_called",
                by=actor,
                at=now,
                funder=meeting.council_session.funder_id,
                subject=meeting.id,
                seat=str(seat.id),
            )


def _require_callable(
    session: Session, meeting: Meeting, on: date, urgency: str, now: datetime
) -> None:
    sitting = meeting.council_session
    if not meeting.items:
        raise Refused("council.agenda_empty")
    if on > paris_date(now):
        raise Refused("council.convened_in_the_future", field="on")
    if on > sitting.held_on:
        raise Refused("council_session.convened_after", field="on", held_on=sitting.held_on)
    if meeting.first_id is not None:
        missed = session.get_one(CouncilSession, meeting.first_id)
        if on < missed.held_on:
            raise Refused("council.second_called_before", field="on", missed_on=missed.held_on)
        return
    wanted = 1 if urgency else meeting.clear_days
    left = clear_days(on, sitting.held_on)
    if left < wanted:
        raise Refused("council.notice_too_short", field="on", days=max(left, 0), wanted=wanted)
