"""What a job's payload asks for, read as its starter would be answered at this instant."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from grants.applications.models import ApplicationState
from grants.appraisal.queries.search import Sought
from grants.appraisal.search import read
from grants.files.results import keep_result
from grants.jobs import queries
from grants.jobs import services as jobs
from grants.juries.queries import blinding
from grants.kernel.access import Actor
from grants.people.queries import acting
from grants.web.jobs import BLIND
from workers.app import database, now, store


@dataclass(frozen=True)
class Work:
    """A job under way: what is sought, for whom, and where its file is made."""

    job_id: UUID
    actor: Actor
    sought: Sought
    payload: dict[str, Any]
    path: Path
    tell: Callable[[int], None]
    blind: tuple[str, ...] = ()
    """The juries that hid their applications from its starter then: said with the file."""


@contextmanager
def work(job_id: UUID, *, for_jury: bool = False) -> Iterator[Work | None]:
    """The work, and a place to make its file; None, and a failed job, when its starter is gone.

    What is not made `for_jury` is the office's: a blind seat closes its files there.
    """
    with database().transaction() as session:
        job = queries.of_message(session, job_id)
        actor = acting(session, job.started_by, now=now())
        if actor is None:
            if taken := jobs.taken(session, job_id, now=now()):
                jobs.fail(taken, message="job.starter_gone", now=now())
            payload, blind = None, tuple[str, ...]()
        else:
            payload = dict(job.payload)
            blind = tuple(str(one) for one in blinding(session, actor.id))
            actor = actor if for_jury else actor.in_office()
    if actor is None or payload is None:
        yield None
        return
    with TemporaryDirectory() as folder:
        path = Path(folder) / "out"
        yield Work(job_id, actor, _sought(payload), payload, path, _teller(job_id), blind)


def deliver(given: Work, *, name: str, media_type: str) -> None:
    """Keep the file that was made, and end the job."""
    with database().transaction() as session, given.path.open("rb") as stream:
        job = jobs.taken(session, given.job_id, now=now())
        if job is None:
            return
        kept = keep_result(
            session, store(), stream, name=name, media_type=media_type, actor=given.actor
        )
        job.payload = {**job.payload, BLIND: list(given.blind)}
        jobs.finish(job, now=now(), result_file_id=kept.id)


def _sought(payload: dict[str, Any]) -> Sought:
    call, state, batch = payload.get("call"), payload.get("state"), payload.get("batch")
    return Sought(
        wanted=read(str(payload.get("q", ""))),
        call_id=UUID(call) if call else None,
        state=ApplicationState(state) if state else None,
        track_key=str(payload.get("track", "")),
        batch_id=UUID(batch) if batch else None,
    )


def _teller(job_id: UUID) -> Callable[[int], None]:
    def tell(done: int) -> None:
        with database().transaction() as session:
            jobs.progress(session, job_id, done=done, now=now())

    return tell
