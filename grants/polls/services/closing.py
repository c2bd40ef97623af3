"""The end of a poll: counted once, sealed, shown; and what it no longer needs, forgotten."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.orm import Session

from grants.kernel.access import SYSTEM
from grants.outbox.services import announce
from grants.polls import counting, queries
from grants.polls.models import HallCode, Poll, PollLink, Traffic, Voter
from grants.polls.services import urn

ANYTHING = text(
    "encode(sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())), 'hex')"
)
"""A digest of chance, for a row each: what stood there can be found again by nobody."""


def close_due(session: Session, *, now: datetime) -> int:
    """Count the polls whose window is over; return how many. Safe to run twice, at once or late.

    What was kept of voters becomes a number of them. Locks each poll. Announces `poll.closed`,
    with the number of ballots and the seal.
    """
    return sum(_close(session, one, now=now) for one in queries.due(session, now))


def forget(session: Session, *, now: datetime) -> int:
    """Delete links whose day is over, and figures of networks of polls closed long enough."""
    links = session.execute(
        delete(PollLink).where(PollLink.expires_at <= now).returning(PollLink.id)
    )
    over = select(Poll.id).where(
        Poll.closed_at + Poll.kept_days * func.make_interval(0, 0, 0, 1) <= now
    )
    traffic = session.execute(
        delete(Traffic).where(Traffic.poll_id.in_(over)).returning(Traffic.hour)
    )
    return len(links.all()) + len(traffic.all())


def _forget_voters(session: Session, poll_id: UUID) -> None:
    """Leave of each voter and printed code that there was one, and the day; and not which.

    A keyed hash keeps a person from voting twice; counted, nobody votes any more, and whoever
    holds the key could still ask whether a given address voted. Receipts are not touched.
    """
    in_secret = {"synchronize_session": False}
    voters = update(Voter).where(Voter.poll_id == poll_id).values(voter=ANYTHING)
    codes = update(HallCode).where(HallCode.poll_id == poll_id).values(code=ANYTHING)
    session.execute(voters, execution_options=in_secret)
    session.execute(codes, execution_options=in_secret)


def _close(session: Session, poll_id: UUID, *, now: datetime) -> bool:
    poll = queries.locked_to_vote(session, poll_id, to_count=True)
    if poll.closed_at is not None:
        return False  # somebody else has just counted it
    results = counting.counted(poll, urn.stir(session, poll.id))
    listed = counting.list_digest(queries.receipts(session, poll.id))
    session.execute(delete(PollLink).where(PollLink.poll_id == poll.id))
    _forget_voters(session, poll.id)
    poll.results, poll.ballots_sha256 = results, listed
    poll.results_sha256 = counting.seal(results, listed)
    poll.closed_at = now
    session.flush()
    announce(
        session,
        "poll.closed",
        by=SYSTEM,
        at=now,
        funder=poll.stage.call.lead_id,
        subject=poll.id,
        ballots=results["ballots"],
        seal=poll.results_sha256,
    )
    return True
