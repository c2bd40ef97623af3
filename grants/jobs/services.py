"""Start work, say how far it is, end it. Whoever does the work commits after each batch."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from grants.jobs.models import Job, JobLine, JobState, LineState
from grants.kernel.access import Actor
from grants.outbox.services import announce

BATCH = 25


def start(
    session: Session,
    kind: str,
    *,
    payload: dict[str, Any],
    total: int,
    actor: Actor,
    now: datetime,
    funder: UUID | None = None,
    subject: UUID | None = None,
    lines: Sequence[tuple[UUID, str]] = (),
) -> UUID:
    """Write down work to be done, and return its id; `lines` are (what, label) to act upon.

    Announces `job.started`, on which a worker takes it up. Three statements at most.
    """
    job = Job(
        kind=kind,
        payload=payload,
        total=total,
        funder_id=funder,
        subject_id=subject,
        started_by=actor.id,
        started_at=now,
        touched_at=now,
    )
    session.add(job)
    session.flush()
    if lines:
        rows = [
            {"job_id": job.id, "position": at, "subject_id": one, "label": label}
            for at, (one, label) in enumerate(lines, start=1)
        ]
        session.execute(insert(JobLine), rows)
    announce(session, "job.started", by=actor, at=now, funder=funder, subject=job.id)
    return job.id


def taken(
    session: Session, job_id: UUID, *, now: datetime, unless_since: datetime | None = None
) -> Job | None:
    """The job, locked until the transaction ends, to work on; None once it is over.

    And None when somebody works on it who gave a sign of life later than `unless_since`: of two
    workers that come at once, the second sees the first one's.
    """
    job = session.scalars(
        select(Job)
        .where(Job.id == job_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if job is None or job.is_over:
        return None
    if unless_since and job.state is JobState.RUNNING and job.touched_at > unless_since:
        return None
    job.state = JobState.RUNNING
    job.touched_at = now
    return job


def batch(session: Session, job_id: UUID) -> Sequence[JobLine]:
    """The next lines to act on. The caller holds the job (`taken`)."""
    statement = select(JobLine).where(JobLine.job_id == job_id, JobLine.state == LineState.WAITING)
    return session.scalars(statement.order_by(JobLine.position).limit(BATCH)).all()


def settle(job: Job, line: JobLine, *, code: str = "", **facts: Any) -> None:
    """Write down what came of a line, in the transaction of its effect; a `code` is a refusal."""
    line.state = LineState.REFUSED if code else LineState.DONE
    line.code = code
    line.facts = facts
    job.done += 1


def progress(session: Session, job_id: UUID, *, done: int, now: datetime) -> None:
    """Say how far a job without lines is."""
    job = session.get_one(Job, job_id)
    job.done = done
    job.touched_at = now


def finish(
    job: Job, *, now: datetime, result_file_id: UUID | None = None, message: str = ""
) -> None:
    """End a job that went well; once."""
    if job.is_over:
        return
    job.state = JobState.DONE
    job.done = max(job.done, job.total)  # what was made in one piece told no step on its way
    job.result_file_id = result_file_id
    job.message = message
    job.finished_at = job.touched_at = now


def fail(job: Job, *, message: str, now: datetime) -> None:
    """End a job that cannot go on; `message` is a code that pages put into words."""
    if job.is_over:
        return
    job.state = JobState.FAILED
    job.message = message
    job.finished_at = job.touched_at = now
