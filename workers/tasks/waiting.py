"""Money that came back to an envelope: offered to the first of its waiting list."""

from __future__ import annotations

from grants.scenarios.services import waiting
from workers.app import celery, database, now


@celery.task(name="scenarios.offer")
def offer() -> int:
    """Offer what came back; return how many offers now wait for a person."""
    with database().transaction() as session:
        return waiting.look(session, now=now())
