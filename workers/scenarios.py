"""Proposals of who is funded, worked out in the background and kept as scenarios."""

from __future__ import annotations

from uuid import UUID

from grants.jobs import queries as jobs_read
from grants.jobs import services as jobs
from grants.kernel.late import Late
from grants.people.queries import acting
from grants.scenarios import queries, services
from grants.scenarios.options import Options
from grants.scenarios.queries.given import given
from workers.app import database, now

solving = Late("grants.scenarios.solving.solve")
"""Its solvers are a fifth of what a worker takes to start: the first proposal loads them."""


def make(job_id: UUID) -> None:
    """Work out a job's proposal, and end the job; taken up again, it starts over and keeps one."""
    with database().transaction() as session:
        job = jobs_read.of_message(session, job_id)
        payload = dict(job.payload)
        actor = acting(session, job.started_by, now=now())
        if actor is None:
            jobs.fail(job, message="job.starter_gone", now=now())
            return
    actor = actor.in_office()
    options, scenario_id = Options.taken(payload["options"]), UUID(payload["scenario"])
    with database().reading() as session:
        asked = given(session, queries.scenario(session, scenario_id, viewer=actor), options, actor)
    found = solving.solve(asked.problem, tell=lambda settled: tell(job_id, settled))
    with database().transaction() as session:
        job_now = jobs.taken(session, job_id, now=now())
        if job_now is None:
            return
        services.keep(
            session,
            queries.scenario(session, scenario_id, viewer=actor),
            asked,
            found,
            job_id=job_id,
            name=payload["name"],
            options=options,
            actor=actor,
            now=now(),
        )
        job_now.done = job_now.total
        jobs.finish(job_now, now=now())


def tell(job_id: UUID, done: int) -> None:
    """Say how many applications are settled."""
    with database().transaction() as session:
        jobs.progress(session, job_id, done=done, now=now())
