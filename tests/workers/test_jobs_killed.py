"""A worker killed in the middle of a job: another takes it up, and everything is done once."""

from __future__ import annotations

import io
import time
import zipfile
from collections import Counter

import pytest
from sqlalchemy import func, select

from build.applications import FORM, S, an_application
from build.calls import a_call
from build.checkout import wait_until
from build.clock import NOW
from build.pages import PDF
from build.people import a_funder, a_funder_member, acting_as
from grants.applications.models import Application, ApplicationFile
from grants.appraisal import bulk
from grants.files import services as files
from grants.files.models import StoredFile
from grants.files.store import FileStore
from grants.jobs import services
from grants.jobs.models import Job, JobLine, JobState, LineState
from grants.outbox.models import Message
from workers.app import celery
from workers.exports import archive

pytestmark = pytest.mark.slow
LINES, DOCUMENTS = 250, 80
DONE = "application.declared_admissible"


class Office:
    """One call with its files, an officer, and a store where their documents lie."""

    def __init__(self, database, farm) -> None:
        self.database, self.farm = database, farm
        self.store = FileStore(farm.directory / "var" / "files")
        with database.transaction() as session:
            funder = a_funder(session)
            call = a_call(session, funders=[funder], document=FORM)
            self.actor = acting_as(session, a_funder_member(session, funder))
            self.call_id = call.id
            rows = [
                an_application(session, call, state=S.SUBMITTED, with_files=False)
                for _ in range(LINES)
            ]
            self.files = [row.id for row in rows]
            given = {"name": "statuts.pdf", "actor": self.actor}
            kept = files.deposit(session, self.store, io.BytesIO(PDF), **given)
            for row in rows[:DOCUMENTS]:
                one = {"application_id": row.id, "field_key": "statutes", "added_at": NOW}
                added = {"stored_file_id": kept.id, "added_by": row.author_id}
                session.add(ApplicationFile(**one, **added))

    def ask(self, kind, *, lines=(), total=0, **payload):
        with self.database.transaction() as session:
            return services.start(
                session,
                kind,
                payload={"call": str(self.call_id), **payload},
                total=total,
                lines=lines,
                actor=self.actor,
                now=NOW,
            )

    def job(self, job_id):
        with self.database.reading() as session:
            return session.get_one(Job, job_id)

    def kill_in_the_middle(self, job_id, worker) -> int:
        """Kill the worker once the job has begun to move; how far it was."""
        wait_until(lambda: self.job(job_id).done > 0, telling=self.farm.said)
        self.farm.kill(worker)
        left = self.job(job_id)
        assert left.state is JobState.RUNNING, "the kill came too late to prove anything"
        assert 0 < left.done < left.total
        return left.done

    def is_over(self, job_id) -> bool:
        return self.job(job_id).is_over

    def tell_again(self, task, job_id) -> None:
        """What a broker does with what was never acknowledged."""
        with celery.connection_for_write(self.farm.broker_url.replace("valkey", "redis")) as wire:
            for _ in range(3):
                celery.send_task(task, args=[str(job_id)], connection=wire)
        wait_until(lambda: self.farm.waiting() == 0)
        time.sleep(0.3)


def test_jobs_whose_worker_is_killed_are_finished_once(farm, ledger_of_heard):
    office = Office(ledger_of_heard, farm)
    database = ledger_of_heard
    worker = farm.worker()
    farm.beat()
    lines = [(one, str(nth)) for nth, one in enumerate(office.files)]
    acts = office.ask(bulk.KIND, lines=lines, total=LINES, act="declare_admissible")
    office.kill_in_the_middle(acts, worker)
    bundle = office.ask(archive.KIND, total=DOCUMENTS, name="pieces")
    worker = farm.worker()
    wait_until(lambda: office.is_over(acts), telling=farm.said)
    office.kill_in_the_middle(bundle, worker)
    farm.worker()
    wait_until(lambda: office.is_over(bundle), telling=farm.said)
    office.tell_again("jobs.lines", acts)
    office.tell_again("jobs.file", bundle)
    with database.reading() as session:
        job, made = session.get_one(Job, acts), session.get_one(Job, bundle)
        assert (job.state, job.done, job.total) == (JobState.DONE, LINES, LINES)
        outcomes = Counter(session.scalars(select(JobLine.state).where(JobLine.job_id == acts)))
        assert outcomes == {LineState.DONE: LINES}
        told = select(Message.subject_id).where(Message.kind == DONE)
        assert Counter(session.scalars(told)) == dict.fromkeys(office.files, 1)
        admissible = select(func.count()).where(Application.admissible_at.is_not(None))
        assert session.scalar(admissible) == LINES
        assert made.state is JobState.DONE
        kept = session.scalars(select(StoredFile).where(StoredFile.name == "pieces.zip")).one()
        assert made.result_file_id == kept.id
        with office.store.open(kept.sha256) as stream, zipfile.ZipFile(stream) as opened:
            assert opened.testzip() is None
            assert len(opened.namelist()) == DOCUMENTS + 1
