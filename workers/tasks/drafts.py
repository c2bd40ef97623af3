"""Drafts follow the form of their call; once for each version."""

from __future__ import annotations

from uuid import UUID

from grants.applications.services.rebasing import rebase_drafts
from grants.outbox import queries as outbox
from grants.outbox.services import first_time
from workers.app import celery, database, now


@celery.task(name="drafts.rebase")
def rebase(message_id: str) -> None:
    """Carry the open drafts of a call over to the form just put in force; once."""
    with database().transaction() as session:
        if not first_time(session, UUID(message_id), "drafts.rebase"):
            return
        call_id = outbox.message(session, UUID(message_id)).subject_id
        if call_id is not None:
            rebase_drafts(session, call_id, now=now())
