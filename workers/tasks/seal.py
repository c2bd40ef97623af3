"""History, sealed behind the path of requests."""

from __future__ import annotations

from grants.outbox.sealing import seal
from workers.app import celery, database, now


@celery.task(name="outbox.seal")
def seal_history() -> int:
    """Add what happened to the hash chain of its funder. Safe to run twice at once."""
    with database().transaction() as session:
        return seal(session, now=now())
