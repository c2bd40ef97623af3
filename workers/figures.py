"""The figures of a large jury, worked out once for whoever asked and kept for the pages."""

from __future__ import annotations

from uuid import UUID

from grants.jobs import queries
from grants.jobs import services as jobs
from grants.juries.services import keep_figures
from grants.people.queries import acting
from workers.app import database, now


def make(job_id: UUID) -> None:
    """Work the figures out as their asker may see them, keep them, and end the job."""
    with database().transaction() as session:
        job = queries.of_message(session, job_id)
        actor = acting(session, job.started_by, now=now())
        if actor is None:
            if taken := jobs.taken(session, job_id, now=now()):
                jobs.fail(taken, message="job.starter_gone", now=now())
            return
        jury_id, places = UUID(job.payload["jury"]), job.payload["places"]
        asker = actor if job.payload.get("as_chair") else actor.in_office()
        keep_figures(session, jury_id, places=places, actor=asker, now=now())
        if taken := jobs.taken(session, job_id, now=now()):
            taken.done = 1
            jobs.finish(taken, now=now())
