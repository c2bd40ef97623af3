"""Long work: taken up when it is asked for, again when its worker died, told as it goes."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import structlog

from grants.appraisal import bulk
from grants.jobs import queries
from grants.jobs import services as jobs
from grants.juries.pairing import KIND as PAIRING
from grants.juries.services.figures import KIND as FIGURES
from grants.juries.services.radar import JOB as RADAR
from grants.outbox import queries as outbox
from grants.outbox.services import first_time
from grants.people.queries import acting
from grants.scenarios.options import KIND as SCENARIO
from workers.app import celery, database, now
from workers.exports.annex import KIND as ANNEX
from workers.exports.annex import make as make_annex
from workers.exports.archive import KIND as ARCHIVE
from workers.exports.archive import make as make_archive
from workers.exports.booklet import KIND as BOOKLET
from workers.exports.booklet import make as make_booklet
from workers.exports.council import KIND as COUNCIL
from workers.exports.council import make as make_council_papers
from workers.exports.piles import PRINT as PILE
from workers.exports.piles import READ as SCANNED
from workers.exports.piles import make as make_pile
from workers.exports.piles import read as read_pile
from workers.exports.proceedings import KIND as COUNCIL_MINUTES
from workers.exports.proceedings import make as make_council_minutes
from workers.exports.slips import KIND as SLIPS
from workers.exports.slips import make as make_slips
from workers.exports.spreadsheet import KIND as SPREADSHEET
from workers.exports.spreadsheet import make as make_spreadsheet
from workers.exports.treasury import KIND as TREASURY
from workers.exports.treasury import make as make_order_file
from workers.figures import make as make_figures
from workers.pairing import make as make_pairing
from workers.scenarios import make as make_scenario
from workers.tasks.juries import look as look_for_conflicts

log = structlog.get_logger()

STEP_SECONDS = 20.0
"""How long one task works before it makes room for others and sends itself again."""
SILENT = timedelta(seconds=45)
"""After how long without a sign of life a job is taken up by somebody else."""
FILE_SECONDS = 900

FILES: dict[str, Callable[[UUID], None]] = {
    SPREADSHEET: make_spreadsheet,
    ARCHIVE: make_archive,
    ANNEX: make_annex,
    FIGURES: make_figures,
    PAIRING: make_pairing,
    SCENARIO: make_scenario,
    BOOKLET: make_booklet,
    SLIPS: make_slips,
    PILE: make_pile,
    SCANNED: read_pile,
    RADAR: look_for_conflicts,
    COUNCIL: make_council_papers,
    COUNCIL_MINUTES: make_council_minutes,
    TREASURY: make_order_file,
}
"""Jobs that make one thing, start over when they are taken up again, and tell how far they are."""


@celery.task(name="jobs.hear")
def hear(message_id: str) -> None:
    """Take up the job that a message tells of; once."""
    with database().transaction() as session:
        if not first_time(session, UUID(message_id), "jobs.hear"):
            return
        job_id = outbox.message(session, UUID(message_id)).subject_id
    send(str(job_id))


@celery.task(name="jobs.resume")
def resume() -> int:
    """Take up the jobs whose worker gave no sign of life for a while; return how many."""
    with database().transaction() as session:
        silent = queries.silent(session, since=now() - SILENT)
    for job_id in silent:
        send(str(job_id))
    return len(silent)


@celery.task(name="jobs.lines")
def lines(job_id: str) -> None:
    """Act on a job's lines, a batch a transaction. Two at once take turns, and do none twice."""
    until = time.monotonic() + STEP_SECONDS
    while not step(UUID(job_id)):
        if time.monotonic() > until:
            send(job_id)
            return


@celery.task(name="jobs.file", time_limit=FILE_SECONDS, soft_time_limit=FILE_SECONDS - 10)
def file(job_id: str) -> None:
    """Make the file of a job, unless another worker is at it."""
    with database().transaction() as session:
        job = jobs.taken(session, UUID(job_id), now=now(), unless_since=now() - SILENT)
        if job is None:
            return
        kind = job.kind
    try:
        FILES[kind](UUID(job_id))
    except Exception:
        log.exception("job failed", job=job_id, kind=kind)
        with database().transaction() as session:
            if failed := jobs.taken(session, UUID(job_id), now=now()):
                jobs.fail(failed, message="job.failed", now=now())


def step(job_id: UUID) -> bool:
    """One batch of lines, in one transaction; whether the job is over."""
    with database().transaction() as session:
        job = jobs.taken(session, job_id, now=now())
        if job is None:
            return True
        actor = acting(session, job.started_by, now=now())
        if actor is None:
            jobs.fail(job, message="job.starter_gone", now=now())
            return True
        return bulk.step(session, job, actor=actor.in_office(), now=now())


def send(job_id: str) -> None:
    """Hand a job to the task that does its kind."""
    with database().reading() as session:
        kind = queries.of_message(session, UUID(job_id)).kind
    celery.send_task("jobs.file" if kind in FILES else "jobs.lines", args=[job_id])
