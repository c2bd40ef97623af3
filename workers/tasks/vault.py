"""Documents of organisations that end soon: told once each."""

from __future__ import annotations

from grants.vault.services import warn_of_ends
from workers.app import celery, database, now


@celery.task(name="vault.warn")
def warn() -> int:
    """Announce the ends of the next thirty days; return how many. Safe to run twice at once."""
    with database().transaction() as session:
        return warn_of_ends(session, now=now())
