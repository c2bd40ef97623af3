"""Copies of whole applications, typeset as PDF away from the pages."""

from __future__ import annotations

from uuid import UUID

from grants.notices.pdf import typeset
from grants.notices.services import write_copy
from grants.outbox.services import first_time
from workers.app import celery, database, now, store
from workers.telling import pages, site


@celery.task(name="deposits.copy")
def copy(message_id: str) -> None:
    """Make the copy that a deposit owes to its applicant; once."""
    with database().transaction() as session:
        if first_time(session, UUID(message_id), "deposits.copy"):
            write_copy(
                session,
                UUID(message_id),
                renderer=pages(),
                typeset=typeset,
                store=store(),
                site=site(),
                now=now(),
            )
