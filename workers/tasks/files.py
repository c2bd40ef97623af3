"""Documents: read by the antivirus where there is one, and swept where nobody came back."""

from __future__ import annotations

from functools import cache
from uuid import UUID

import structlog

from grants.applications.services import forget_presence, give_up_uploads
from grants.files.antivirus import Clamd
from grants.files.forgetting import forget
from grants.files.models import Scan
from grants.files.services import scan_next
from grants.outbox import queries as outbox
from grants.outbox.services import first_time
from workers.app import celery, database, now, settings, store

log = structlog.get_logger()
BATCH = 200


@cache
def antivirus() -> Clamd | None:
    """The antivirus of this deployment, if it has one."""
    url = settings().clamd_url
    return Clamd(url) if url else None


@celery.task(name="files.scan")
def scan_documents() -> int:
    """Have the documents that wait read; return how many got a verdict. Safe to run twice at once.

    Each has a transaction of its own. Where one gets no verdict the others would only wait
    longer: the next tick goes on with them.
    """
    scanner, told = antivirus(), 0
    if scanner is None:
        return 0
    for _ in range(BATCH):
        with database().transaction() as session:
            stored = scan_next(session, store(), scanner, now=now())
            state = stored.scan if stored else None
            name = str(stored.id) if stored else ""
        if state is None:
            break
        if state is Scan.WAITING:
            log.warning("document not scanned", document=name)
            break
        told += 1
    return told


@celery.task(name="files.forget")
def forget_tried(message_id: str) -> int:
    """Take the documents of emptied tries off the disk; return how many. Twice is once.

    Each in a transaction of its own, and the message is claimed last: a worker that is killed in
    between leaves it to be heard again.
    """
    with database().reading() as session:
        files = outbox.message(session, UUID(message_id)).payload["files"]
    told = 0
    for one in files:
        with database().transaction() as session:
            told += forget(session, store(), UUID(one))
    with database().transaction() as session:
        first_time(session, UUID(message_id), "files.forget")
    return told


@celery.task(name="files.sweep")
def sweep() -> int:
    """Forget uploads that nobody finished within a day, and yesterday's presence."""
    with database().transaction() as session:
        forget_presence(session, now=now())
        give_up_uploads(session, store(), now=now())
    return store().sweep()
