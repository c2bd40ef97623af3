"""Public votes: counted when their time has come, and what they no longer need forgotten."""

from __future__ import annotations

from grants.notices.services import forget_addresses
from grants.polls import services
from workers.app import celery, database, now


@celery.task(name="polls.close")
def close() -> int:
    """Count the votes whose window is over; once."""
    with database().transaction() as session:
        return services.close_due(session, now=now())


@celery.task(name="polls.forget")
def forget() -> int:
    """Forget links whose day is over, addresses written to, networks of votes closed long ago."""
    with database().transaction() as session:
        return services.forget(session, now=now()) + forget_addresses(
            session, "poll_link", now=now()
        )
