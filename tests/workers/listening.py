"""The workers' application with two listeners of the tests' own, run by real workers.

`test.listen` hears `test.happened` and writes it down in the table `heard`, which has no key:
what is done twice is seen. `test.doze` does so after a while, inside its transaction.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text

from grants.outbox.services import first_time
from workers.app import celery, database
from workers.handlers import HANDLERS

HANDLERS["test.happened"] = ("test.listen",)
HANDLERS["test.happened_slowly"] = ("test.doze",)
WRITE = text("INSERT INTO heard (message_id, handler) VALUES (:id, :handler)")
DOZE_SECONDS = 3


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
