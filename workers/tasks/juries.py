"""What members of juries are told of, and the search for their conflicts when it takes long."""

from __future__ import annotations

from uuid import UUID

from grants.jobs import queries as jobs_queries
from grants.jobs import services as jobs
from grants.juries.services import radar, remind_of_lapse
from workers.app import celery, database, now


@celery.task(name="juries.remind")
def remind() -> int:
    """Tell members whose declaration of interests ends soon; how many. Safe to run twice."""
    with database().transaction() as session:
        return remind_of_lapse(session, now=now())


def look(job_id: UUID) -> None:
    """Look for conflicts over a whole jury: one transaction, which finds the same when redone."""
    with database().transaction() as session:
        job = jobs_queries.of_message(session, job_id)
        radar.look_at_all(session, UUID(job.payload["jury"]), now=now())
    with database().transaction() as session:
        if ended := jobs.taken(session, job_id, now=now()):
            ended.done = ended.total
            jobs.finish(ended, now=now())
