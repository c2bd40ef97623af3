"""Note that the site answers; and make an outage good by closing a call later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from grants.calls import queries
from grants.calls.lifecycle import LIFECYCLE
from grants.calls.models import Call, CallState
from grants.calls.outages import MINUTE, Extension, Heartbeat, Outage, gaps, whole_minute
from grants.calls.rules import leads
from grants.kernel.access import Actor
from grants.kernel.errors import Refused
from grants.outbox.services import announce

LOOKED_AT = timedelta(days=2)
"""An outage counts when it fell in the last days of a window: then people hurry."""
PROPOSED_FOR = timedelta(days=7)
KEPT = timedelta(days=90)


@dataclass(frozen=True)
class Proposal:
    """An outage inside a call's last days, and when the call would close to make it good."""

    outage: Outage
    closes_at: datetime

    @property
    def minutes(self) -> int:
        """How long it lasted."""
        return int(self.outage.lasted / MINUTE)


def beat(session: Session, *, now: datetime) -> None:
    """Note that the web answered in this minute. Twice is once. One statement, or two."""
    noted = insert(Heartbeat).values(minute=whole_minute(now)).on_conflict_do_nothing()
    if session.execute(noted.returning(Heartbeat.minute)).first() and now.minute == 0:
        session.execute(delete(Heartbeat).where(Heartbeat.minute < now - KEPT))


def proposals(session: Session, call: Call, *, now: datetime) -> list[Proposal]:
    """The outages of a call's last two days that nobody has made good yet. Two statements."""
    closes_at = call.closes_at
    offered = call.state in {CallState.PUBLISHED, CallState.CLOSED}
    if closes_at is None or not offered or not _is_near(closes_at, now):
        return []
    made_good = set(
        session.scalars(select(Extension.outage_from).where(Extension.call_id == call.id))
    )
    begin = max(closes_at - LOOKED_AT, call.opens_at)
    found = [_within(one, begin, closes_at) for one in _measured(session, begin, closes_at)]
    return [
        Proposal(one, _later(closes_at, one, now))
        for one in found
        if one.lasted > timedelta() and one.since not in made_good
    ]


def extensions(session: Session, call_id: UUID) -> Sequence[Extension]:
    """What was made good already, oldest first. The caller has read the call. One statement."""
    statement = select(Extension).where(Extension.call_id == call_id)
    return session.scalars(statement.order_by(Extension.outage_from)).all()


def make_good(
    session: Session, call_id: UUID, *, outage_from: datetime, actor: Actor, now: datetime
) -> Extension:
    """Close a call later by a measured outage; open it again when it had closed since.

    Locks the call. Announces `call.outage_made_good`, on which everyone with a draft is mailed.
    Confirming twice is refused, and moves nothing.

    Raises:
        Unknown: there is none, or the actor may not read it.
        Forbidden: the actor is not an officer of the lead funder.
        Refused: `call.make_good.no_such_outage`.
    """
    call = queries.locked(session, call_id, viewer=actor)
    leads.require(actor, call)
    offered = {one.outage.since: one for one in proposals(session, call, now=now)}
    chosen = offered.get(outage_from)
    if chosen is None or call.closes_at is None:
        raise Refused("call.make_good.no_such_outage")
    extension = Extension(
        call_id=call.id,
        outage_from=chosen.outage.since,
        outage_until=chosen.outage.until,
        closed_before=call.closes_at,
        closes_after=chosen.closes_at,
        confirmed_by=actor.id,
        confirmed_at=now,
    )
    session.add(extension)
    call.closes_at = chosen.closes_at
    if call.state is CallState.CLOSED:
        LIFECYCLE.move(call, "reopen", actor=actor, now=now)
        call.closed_at = None
    session.flush()
    announce(
        session,
        "call.outage_made_good",
        by=actor,
        at=now,
        funder=call.lead_id,
        subject=call.id,
        extension=str(extension.id),
        minutes=chosen.minutes,
    )
    return extension


def _is_near(closes_at: datetime, now: datetime) -> bool:
    return closes_at - LOOKED_AT <= now <= closes_at + PROPOSED_FOR


def _measured(session: Session, begin: datetime, end: datetime) -> Sequence[Outage]:
    """The outages that touch a span, with the healthy minutes on both their sides."""
    minutes = session.scalars(
        select(Heartbeat.minute)
        .where(Heartbeat.minute >= begin - LOOKED_AT, Heartbeat.minute <= end + LOOKED_AT)
        .order_by(Heartbeat.minute)
    ).all()
    return [one for one in gaps(minutes) if one.since < end and one.until > begin]


def _within(outage: Outage, begin: datetime, end: datetime) -> Outage:
    return Outage(max(outage.since, begin), min(outage.until, end))


def _later(closes_at: datetime, outage: Outage, now: datetime) -> datetime:
    """As much later as the outage lasted; counted from now when the call has closed since."""
    start = closes_at if now < closes_at else whole_minute(now) + MINUTE
    return start + outage.lasted
