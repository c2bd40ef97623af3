"""Assignments, worked out in the background: read, solved, kept until somebody applies them."""

from __future__ import annotations

from uuid import UUID

from grants.jobs import queries as jobs_read
from grants.jobs import services as jobs
from grants.juries import queries, rules, services
from grants.juries.pairing import Options
from grants.kernel.late import Late
from grants.people.queries import acting
from workers.app import database, now

matching = Late("grants.juries.matching.solving")
"""Its solver loads when the first assignment is asked for: most workers never need it."""


def make(job_id: UUID) -> None:
    """Work out a job's assignment, and end the job; taken up again, it starts over.

    Read and solved outside any lock: applying looks whether what was read still stands.
    """
    with database().transaction() as session:
        job = jobs_read.of_message(session, job_id)
        jury_id, payload = UUID(job.payload["jury"]), dict(job.payload)
        actor = acting(session, job.started_by, now=now())
        if actor is None:
            jobs.fail(job, message="job.starter_gone", now=now())
            return
    with database().transaction() as session:
        # What members declared or applicants wrote since the last search counts already.
        services.look_at_all(session, jury_id, now=now())
    options = Options.taken(payload["options"])
    with database().reading() as session:
        jury = queries.jury(session, jury_id, actor, who=rules.manages.where)
        given = queries.given(session, jury, options)
    tell(job_id, 1)
    found = matching.solve(given.pairing, seed=options.seed)
    tell(job_id, 2)
    with database().transaction() as session:
        job_now = jobs.taken(session, job_id, now=now())
        if job_now is None:
            return
        jury = queries.jury(session, jury_id, actor, who=rules.manages.where)
        services.keep_plan(session, jury, given, found, job_id=job_id, options=options, now=now())
        job_now.done = job_now.total
        jobs.finish(job_now, now=now())


def tell(job_id: UUID, done: int) -> None:
    """Say how far it is."""
    with database().transaction() as session:
        jobs.progress(session, job_id, done=done, now=now())
