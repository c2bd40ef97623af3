"""A vote through the workers: the mail with its link, the sheet of codes, the count on time."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from pypdf import PdfReader
from sqlalchemy import func, select

from build.clock import NOW
from build.people import acting_as
from build.polls import SECRET, a_link, a_poll, vote
from config import ROOT
from grants.files.models import StoredFile
from grants.jobs import services as jobs
from grants.jobs.models import Job
from grants.notices.giving import Site
from grants.notices.models import Mail, MailState
from grants.notices.services import compose, sent
from grants.outbox.models import Message
from grants.people.models import Person
from grants.polls.links import path
from grants.polls.models import HallCode, Poll, PollLink
from workers.exports import asked, slips
from workers.rendering import Pages
from workers.tasks import polls

SITE = Site(base_url="https://x.example", secret_key=SECRET)


@pytest.fixture
def tasks(monkeypatch, database, file_store, clock, test_settings):
    """The tasks on the test's database and clock."""
    for module in (polls, slips, asked):
        for name, value in {
            "database": lambda: database,
            "store": lambda: file_store,
            "now": clock.now,
            "settings": lambda: test_settings,
            "pages": lambda: Pages(ROOT),
            "site": lambda: SITE,
        }.items():
            if hasattr(module, name):
                monkeypatch.setattr(module, name, value)


def written(session, *, now=NOW) -> Mail:
    """The mail that the latest request for a link owes."""
    asked_for = select(Message.id).where(Message.kind == "poll.link_asked")
    message = session.scalars(asked_for.order_by(Message.serial.desc()).limit(1)).one()
    compose(session, message, renderer=Pages(ROOT), site=SITE, now=now)
    session.flush()
    return session.scalars(select(Mail).where(Mail.message_id == message)).one()


def test_the_mail_holds_the_link_and_nothing_else_the_address(session, tasks, clock):
    poll = a_poll(session)
    link = a_link(session, poll, "Ana@example.org")
    mail = written(session)
    assert mail.to_address == "Ana@example.org"
    assert f"https://x.example{path(SECRET, poll.slug, link.id)}" in mail.text
    assert link.email is None
    sent(mail, now=NOW)
    assert mail.text == ""
    session.flush()
    clock.forward(hours=25)
    polls.forget()
    assert session.scalar(select(func.count()).select_from(Mail)) == 0
    assert session.scalar(select(func.count()).select_from(PollLink)) == 0


def test_a_mail_that_waits_is_kept(session, tasks, clock):
    a_link(session, a_poll(session), "ana@example.org")
    assert written(session).state is MailState.PENDING
    clock.forward(hours=25)
    polls.forget()
    assert session.scalar(select(func.count()).select_from(Mail)) == 1


def test_a_vote_is_counted_when_its_time_has_come_and_once(session, tasks, clock):
    poll = a_poll(session)
    vote(session, poll, "ana@example.org", 0)
    session.flush()
    clock.instant = poll.closes_at - timedelta(seconds=1)
    assert polls.close() == 0
    clock.instant = poll.closes_at
    assert [polls.close(), polls.close()] == [1, 0]
    session.expire_all()
    assert session.get_one(Poll, poll.id).results["ballots"] == 1
    told = session.scalars(select(Message).where(Message.kind == "poll.closed")).one()
    assert set(told.payload) == {"ballots", "seal"}


def test_the_sheet_holds_codes_that_vote_and_that_nothing_else_holds(session, tasks, file_store):
    poll = a_poll(session)
    officer = acting_as(session, session.scalars(select(Person)).first())
    payload = {"poll": str(poll.id), "count": 5}
    job = jobs.start(session, slips.KIND, payload=payload, total=0, actor=officer, now=NOW)
    session.flush()
    slips.make(job)
    session.expire_all()
    kept = session.get_one(StoredFile, session.get_one(Job, job).result_file_id)
    with file_store.open(kept.sha256) as stream:
        pages = PdfReader(io.BytesIO(stream.read())).pages
    text = "".join(one.extract_text() for one in pages)
    codes = re.findall(r"[2-9A-Z]{4}(?:-[2-9A-Z]{4}){3}", text)
    assert len(set(codes)) == 5
    stored = session.scalars(select(HallCode.code)).all()
    expected = {slips.services.voting.voters.code_of(SECRET, poll.id, one) for one in codes}
    assert set(stored) == expected
