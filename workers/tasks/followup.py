"""What is expected of beneficiaries, and reminded when it falls due."""

from __future__ import annotations

from grants.followup.services import expect_reports, remind_due
from workers.app import celery, database, now


@celery.task(name="followup.expect")
def expect() -> int:
    """Expect a report of each grant in force; return how many are new. Twice at once is safe."""
    with database().transaction() as session:
        return expect_reports(session, now=now())


@celery.task(name="followup.remind")
def remind() -> int:
    """Remind reports and parts of advances; return how many. Safe to run twice at once."""
    with database().transaction() as session:
        return remind_due(session, now=now())
