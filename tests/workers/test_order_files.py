"""Files of a batch as a job: made once however often it is taken up, never left unlocked."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select

from build.clock import NOW
from build.payments import a_claim, an_approved_order, an_award_to_pay
from grants.jobs.models import Job, JobState
from grants.kernel.bank import Vault
from grants.payments.models import OrderFile, Out
from grants.payments.services import ask_file, reject, take_file
from workers.exports import asked, treasury


@pytest.fixture
def award(session, monkeypatch, database, clock, test_settings):
    doors = {"database": lambda: database, "now": clock.now, "settings": lambda: test_settings}
    for module in (asked, treasury):
        for name, value in doors.items():
            if hasattr(module, name):
                monkeypatch.setattr(module, name, value)
    return an_award_to_pay(session)


def signed(session, award, test_settings):
    vault = Vault(test_settings.secret_key.encode())
    return an_approved_order(session, award, a_claim(session, award, vault=vault))


def job_of(session, order, finance) -> UUID:
    return ask_file(session, order.batch_id, Out.MANDATES, actor=finance, now=NOW)


def test_a_file_is_made_once_and_kept_locked(session, award, test_settings):
    order, finance = signed(session, award, test_settings), award.scene.finance
    job_id = job_of(session, order, finance)
    for _ in range(2):
        treasury.make(job_id)
    session.expire_all()
    job, kept = session.get_one(Job, job_id), session.scalars(select(OrderFile)).one()
    assert (job.state, job.done, job.total) == (JobState.DONE, 1, 1)
    vault = Vault(test_settings.secret_key.encode())
    made = take_file(session, kept.id, vault=vault, actor=finance, now=NOW)
    assert order.number.encode() in made.data


def test_what_changed_meanwhile_stops_the_job_and_is_said(session, award, test_settings):
    order, finance = signed(session, award, test_settings), award.scene.finance
    job_id = job_of(session, order, finance)
    reject(session, order.id, reason="RIB illisible", actor=finance, now=NOW)
    treasury.make(job_id)
    session.expire_all()
    job = session.get_one(Job, job_id)
    assert (job.state, job.message) == (JobState.FAILED, "order_batch.nothing_signed")
    assert session.scalars(select(OrderFile)).all() == []
