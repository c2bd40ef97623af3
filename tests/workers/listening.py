"""The workers' application with two listeners of the tests' own, run by real workers.

`test.listen` hears `test.happened` and writes it down in the table `heard`, which has no key:
what is done twice is seen. `test.doze` does so after a while, inside its transaction.

Jobs are given up for dead sooner than in earnest, and archives are made from a slow disk, so
that a test can kill whoever makes one.
"""

from __future__ import annotations

import time
from datetime import timedelta
from functools import cache
from typing import BinaryIO
from uuid import UUID

from sqlalchemy import text

from grants.files.store import FileStore
from grants.outbox.services import first_time
from workers import app
from workers.app import celery, database, settings
from workers.exports import archive
from workers.handlers import HANDLERS
from workers.tasks import jobs

HANDLERS["test.happened"] = ("test.listen",)
HANDLERS["test.happened_slowly"] = ("test.doze",)
WRITE = text("INSERT INTO heard (message_id, handler) VALUES (:id, :handler)")
DOZE_SECONDS = 3
READ_SECONDS = 0.03

app.JOBS_SECONDS = 0.5
jobs.SILENT = timedelta(seconds=2)


class SlowStore(FileStore):
    """Takes its time to open a document."""

    def open(self, sha256: str) -> BinaryIO:
        time.sleep(READ_SECONDS)
        return super().open(sha256)


archive.store = cache(lambda: SlowStore(settings().storage))


def write_down(message_id: str, handler: str, *, after: float = 0) -> None:
    with database().transaction() as session:
        if first_time(session, UUID(message_id), handler):
            session.execute(WRITE, {"id": message_id, "handler": handler})
            session.execute(text("SELECT pg_sleep(:after)"), {"after": after})


@celery.task(name="test.listen")
def listen(message_id: str) -> None:
    write_down(message_id, "test.listen")


@celery.task(name="test.doze")
def doze(message_id: str) -> None:
    write_down(message_id, "test.doze", after=DOZE_SECONDS)


@celery.task(name="test.forgetful")
def forgetful(message_id: str) -> None:
    """What one would write without an outbox: sent straight to the queue, claimed by nobody."""
    with database().transaction() as session:
        session.execute(WRITE, {"id": message_id, "handler": "test.forgetful"})
