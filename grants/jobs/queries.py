"""Jobs, read back: one's own, or those that the workers owe."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grants.jobs import rules
from grants.jobs.models import Job, JobLine, JobState, LineState
from grants.kernel.access import Actor
from grants.kernel.errors import Unknown

SHOWN_MAX = 500


def job(session: Session, job_id: UUID, viewer: Actor) -> Job:
    """A job of the viewer's own. One statement.

    Raises:
        Unknown: there is none, or somebody else started it.
    """
    found = session.scalars(
        select(Job).where(Job.id == job_id, rules.started_it.where(viewer))
    ).one_or_none()
    if found is None:
        raise Unknown
    return found


def lines(
    session: Session, job_id: UUID, state: LineState, *, hidden: Collection[UUID] = ()
) -> Sequence[JobLine]:
    """The job's lines in one state, in order, 500 at most, without those about `hidden`.

    The caller has read the job.
    """
    statement = select(JobLine).where(JobLine.job_id == job_id, JobLine.state == state)
    statement = statement.where(JobLine.subject_id.not_in(sorted(hidden)))
    return session.scalars(statement.order_by(JobLine.position).limit(SHOWN_MAX)).all()


def counts(
    session: Session, job_id: UUID, *, hidden: Collection[UUID] = ()
) -> dict[LineState, int]:
    """How many lines stand in each state, `hidden` ones aside. The caller has read the job."""
    statement = select(JobLine.state, func.count()).where(JobLine.job_id == job_id)
    statement = statement.where(JobLine.subject_id.not_in(sorted(hidden)))
    rows = session.execute(statement.group_by(JobLine.state)).all()
    return {state: count for state, count in rows}  # noqa: C416 -- rows, not tuples


def mine(session: Session, viewer: Actor) -> Sequence[Job]:
    """The viewer's latest jobs, newest first, fifty at most."""
    statement = select(Job).where(rules.started_it.where(viewer))
    return session.scalars(statement.order_by(Job.created_at.desc(), Job.id).limit(50)).all()


def of_message(session: Session, job_id: UUID) -> Job:
    """The job that a task was sent. For workers: no viewer."""
    return session.get_one(Job, job_id)


def silent(session: Session, *, since: datetime) -> Sequence[UUID]:
    """Unfinished jobs without a sign of life since then: their worker is gone."""
    statement = select(Job.id).where(
        Job.state.in_((JobState.WAITING, JobState.RUNNING)), Job.touched_at < since
    )
    return session.scalars(statement.order_by(Job.touched_at, Job.id).limit(100)).all()
