"""From PostgreSQL to the queue, and back to PostgreSQL when the queue forgot."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from grants.outbox.services import relay, revive
from workers.app import celery, database, now
from workers.handlers import HANDLERS

CLAIM_WITHIN = timedelta(seconds=10)
"""How long a published message may wait for its handlers before it leaves once more."""


def publish(kind: str, message_id: UUID) -> None:
    """Hand one message to every task that hears its kind.

    Raises:
        kombu.exceptions.OperationalError: the broker is away; the message stays due.
    """
    for task_name in HANDLERS.get(kind, ()):
        celery.send_task(task_name, args=[str(message_id)])


@celery.task(name="outbox.relay")
def relay_messages() -> int:
    """Move due messages from the outbox to the queue. Safe to run twice at once."""
    moment = now()
    with database().transaction() as session:
        revive(session, HANDLERS, now=moment, after=CLAIM_WITHIN)
        return relay(session, publish, now=moment)
