"""Files find their referent, experts are reminded, digests leave: once each."""

from __future__ import annotations

from uuid import UUID

from grants.appraisal.services import digest, opinions, referents
from grants.outbox import queries as outbox
from grants.outbox.services import first_time
from workers.app import celery, database, now


@celery.task(name="appraisal.route")
def route(message_id: str) -> None:
    """Send a file that came in to its referent; once."""
    with database().transaction() as session:
        if not first_time(session, UUID(message_id), "appraisal.route"):
            return
        application_id = outbox.message(session, UUID(message_id)).subject_id
        if application_id is not None:
            referents.route(session, application_id, now=now())


@celery.task(name="appraisal.remind")
def remind_experts() -> int:
    """Remind those whose opinion is awaited soon."""
    with database().transaction() as session:
        return opinions.remind(session, now=now())


@celery.task(name="appraisal.digests")
def send_digests() -> int:
    """Owe the day's digests."""
    with database().transaction() as session:
        return digest.send_digests(session, now=now())
