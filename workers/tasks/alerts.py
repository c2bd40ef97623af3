"""Calls that open, told to whoever waits for them."""

from __future__ import annotations

from uuid import UUID

from grants.calls.alerts import services
from grants.outbox import queries as outbox
from grants.outbox.services import first_time
from workers.app import celery, database, now


@celery.task(name="alerts.tell")
def tell(message_id: str) -> int:
    """Owe a mail to each address that waits for the call that has opened; once an opening."""
    with database().transaction() as session:
        if not first_time(session, UUID(message_id), "alerts.tell"):
            return 0
        call_id = outbox.message(session, UUID(message_id)).subject_id
        return services.tell(session, call_id, now=now()) if call_id else 0


@celery.task(name="alerts.forget")
def forget() -> int:
    """Forget the addresses that nobody confirmed."""
    with database().transaction() as session:
        return services.forget_unconfirmed(session, now=now())
