"""Minutes of juries' meetings, typeset as PDF away from the pages."""

from __future__ import annotations

from uuid import UUID

from grants.notices.pdf import typeset
from grants.notices.services import write_minutes
from grants.outbox.services import first_time
from workers.app import celery, database, now, store
from workers.telling import pages


@celery.task(name="minutes.write")
def write(message_id: str) -> None:
    """Write the PDF that signed minutes owe to their readers; once."""
    with database().transaction() as session:
        if first_time(session, UUID(message_id), "minutes.write"):
            write_minutes(
                session,
                UUID(message_id),
                renderer=pages(),
                typeset=typeset,
                store=store(),
                now=now(),
            )
