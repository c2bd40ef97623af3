"""By night, everything that must hold is looked at."""

from __future__ import annotations

import structlog

from grants import invariants
from grants.invariants import checks, services
from workers.app import celery, database, now, store

log = structlog.get_logger()
CHECK_SECONDS = 3_600


@celery.task(name="invariants.check", time_limit=CHECK_SECONDS, soft_time_limit=CHECK_SECONDS - 10)
def check() -> bool:
    """Look once a night, write down what was found, and log each check that found something.

    Twice at once is two looks and two messages: no harm, and no lock for an hour.
    """
    moment = now()
    with database().reading() as session:
        if not services.is_due(session, now=moment):
            return False
    with services.snapshot(database()) as session:
        place = checks.Place(session, store(), moment)
        found = checks.check(place, invariants.ALL)
    for one in found.broken:
        log.error("invariant broken", name=one.invariant.name, count=one.count, places=one.places)
    with database().transaction() as session:
        services.note(session, found, now=moment)
    return True
