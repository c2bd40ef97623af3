"""What is due because of the time alone. Each can run twice, or late, and does nothing twice."""

from __future__ import annotations

from grants.applications.services import lapse_drafts, remind_drafts
from grants.calls import services as calls
from grants.juries import services as juries
from workers.app import celery, database, now


@celery.task(name="deadlines.calls")
def open_and_close_calls() -> int:
    """Tell the openings and do the closings whose time has come."""
    with database().transaction() as session:
        return calls.due(session, now=now())


@celery.task(name="deadlines.drafts")
def let_drafts_lapse() -> int:
    """Let the drafts of closed calls lapse."""
    with database().transaction() as session:
        return lapse_drafts(session, now=now())


@celery.task(name="deadlines.remind")
def remind() -> int:
    """Remember open drafts of a closing that comes near."""
    with database().transaction() as session:
        return remind_drafts(session, now=now())


@celery.task(name="deadlines.jurors")
def remind_jurors() -> int:
    """Remind the members of juries whose stage ends soon of what they have not finished."""
    with database().transaction() as session:
        return juries.remind_due(session, now=now())
