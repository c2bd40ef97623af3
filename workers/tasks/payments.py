"""Statements that go with payments, typeset away from the pages; the 60 days of each payment."""

from __future__ import annotations

from uuid import UUID

from grants.notices.pdf import typeset
from grants.notices.services.statements import write_statement
from grants.outbox import queries as outbox
from grants.outbox.services import first_time
from grants.payments.services.stating import unstated
from grants.payments.services.warning import warn_due
from workers.app import celery, database, now, store
from workers.telling import pages


@celery.task(name="payments.state")
def state(message_id: str) -> int:
    """Make the statements owed to the signed orders of an award; once. Return how many.

    Heard when an order is signed, and when one is paid: the next of the same award then need one.
    """
    with database().transaction() as session:
        if not first_time(session, UUID(message_id), "payments.state"):
            return 0
        order_id = UUID(outbox.message(session, UUID(message_id)).payload["order"])
        owed = list(unstated(session, order_id))
    made = 0
    for one in owed:
        with database().transaction() as session:
            kept = write_statement(
                session, one, renderer=pages(), typeset=typeset, store=store(), now=now()
            )
            made += kept is not None
    return made


@celery.task(name="payments.warn")
def warn() -> int:
    """Warn finance officers of payments near or beyond their last day; return how many mails."""
    with database().transaction() as session:
        return warn_due(session, now=now())
