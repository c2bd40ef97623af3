"""Files of a batch of orders for whoever pays: made here, kept unreadable, taken by a person."""

from __future__ import annotations

from uuid import UUID

from grants.jobs import services as jobs
from grants.kernel.bank import Vault
from grants.kernel.errors import Refused
from grants.payments.models import Out
from grants.payments.services import KIND, keep_file
from workers.app import database, now, settings
from workers.exports.asked import work

__all__ = ["KIND", "make"]


def make(job_id: UUID) -> None:
    """Make the file that a job asks for, and end the job; taken up again, it is the same file."""
    with work(job_id) as asked:
        if asked is None:
            return
        try:
            with database().transaction() as session:
                keep_file(
                    session,
                    UUID(asked.payload["batch"]),
                    Out(asked.payload["out"]),
                    reason=asked.payload["reason"],
                    vault=Vault(settings().secret_key.encode()),
                    actor=asked.actor,
                    now=now(),
                    tell=asked.tell,
                )
                if job := jobs.taken(session, job_id, now=now()):
                    job.done = job.total
                    jobs.finish(job, now=now())
        except Refused as refusal:
            with database().transaction() as session:
                if job := jobs.taken(session, job_id, now=now()):
                    jobs.fail(job, message=refusal.code, now=now())
