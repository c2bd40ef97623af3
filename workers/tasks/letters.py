"""Letters of decision, typeset as PDF away from the pages."""

from __future__ import annotations

from uuid import UUID

from grants.notices.pdf import typeset
from grants.notices.services import write_letter
from grants.outbox.services import first_time
from workers.app import celery, database, now, store
from workers.telling import pages


@celery.task(name="letters.write")
def write(message_id: str) -> None:
    """Write the letter that an announced decision owes to its applicant; once."""
    with database().transaction() as session:
        if first_time(session, UUID(message_id), "letters.write"):
            write_letter(
                session,
                UUID(message_id),
                renderer=pages(),
                typeset=typeset,
                store=store(),
                now=now(),
            )
