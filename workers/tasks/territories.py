"""Groupings that a call serves, opened into their communes away from the pages."""

from __future__ import annotations

from uuid import UUID

from grants.calls.services import open_groupings, unopened
from grants.outbox import queries as outbox
from grants.outbox.services import first_time
from grants.people.groupings import Groupings, Unanswered
from workers.app import celery, database, settings


@celery.task(name="territories.open")
def open_(message_id: str) -> int:
    """Ask for the communes of a call's groupings, and keep them; return how many were told.

    Nothing is asked without `GROUPINGS_URL`. A register that does not answer is asked again: the
    message is not claimed, and comes back. No transaction waits for it.
    """
    with database().reading() as session:
        call_id = outbox.message(session, UUID(message_id)).subject_id
        wanted = unopened(session, call_id) if call_id else []
    url, found = settings().groupings_url, {}
    if url and wanted:
        register = Groupings(url, seconds=settings().register_seconds)
        try:
            found = {siren: register.communes(siren) for siren in wanted}
        except Unanswered:
            return 0
    with database().transaction() as session:
        if call_id is None or not first_time(session, UUID(message_id), "territories.open"):
            return 0
        open_groupings(session, call_id, found)
    return len([one for one in found.values() if one])
