"""A juror's booklet: what jurors read, room to write, nothing of what they are recused from."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import timedelta

import pikepdf
import pytest
from pypdf import PdfReader
from sqlalchemy import select

from build.clock import NOW
from build.hearings import DAY, a_hearing_panel, planned
from build.juries import a_panel, a_recusal, a_review, as_juror
from config import ROOT
from grants.files.models import StoredFile
from grants.jobs import services as jobs
from grants.jobs.models import Job, JobState
from grants.juries.hearings import services
from grants.juries.services import remind_members
from grants.notices.giving import Site
from grants.notices.models import Mail
from grants.notices.services import compose
from grants.outbox.models import Message
from workers.exports import asked, booklet
from workers.rendering import Pages


@pytest.fixture
def wired(monkeypatch, database, file_store, clock, test_settings):
    """The job on the test's database."""
    for module in (asked, booklet):
        for name, value in (
            ("database", lambda: database),
            ("store", lambda: file_store),
            ("now", clock.now),
            ("settings", lambda: test_settings),
        ):
            if hasattr(module, name):
                monkeypatch.setattr(module, name, value)


@pytest.fixture
def made(session, file_store, wired):
    """Ask for the booklet of a panel's first juror, and give its bytes."""

    def make(panel) -> tuple[Job, bytes]:
        actor = as_juror(session, panel.jurors[0])
        payload = {
            "jury": str(panel.jury.id),
            "name": "carnet",
            "applications": [str(one.id) for one in panel.applications],
        }
        job_id = jobs.start(session, booklet.KIND, payload=payload, total=2, actor=actor, now=NOW)
        session.flush()
        booklet.make(job_id)
        session.expire_all()
        job = session.get_one(Job, job_id)
        sha256 = session.scalar(
            select(StoredFile.sha256).where(StoredFile.id == job.result_file_id)
        )
        with file_store.open(sha256) as stream:
            return job, stream.read()

    return make


def words_of(pdf: bytes) -> str:
    pages = PdfReader(io.BytesIO(pdf)).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


def test_the_booklet_holds_the_files_and_the_rubric_and_no_others_word(session, made):
    panel = a_panel(session, jurors=2, applications=2)
    a_review(
        session,
        panel.seats[1],
        panel.applications[0],
        7,
        5,
        comment_jury="PourLeJury",
        comment_applicant="PourLePorteur",
        private_note="PourMoi",
    )
    job, pdf = made(panel)
    assert (job.state, job.done) == (JobState.DONE, 2)
    text = words_of(pdf)
    for one in panel.applications:
        assert one.number in text
    assert panel.criteria[0].label_fr in text
    assert not re.search("PourLeJury|PourLePorteur|PourMoi", text)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert document.Root.Lang == "fr"
        assert document.Root.MarkInfo.Marked
        assert "pdfuaid:part" in str(document.open_metadata())


def test_the_booklet_leaves_out_what_its_reader_was_recused_from_since(session, made):
    panel = a_panel(session, applications=2)
    hidden = panel.applications[0]
    number, title = hidden.number, hidden.title
    a_recusal(session, panel.jurors[0], hidden)
    _job, pdf = made(panel)
    text = words_of(pdf)
    assert number not in text
    assert title not in text
    assert panel.applications[1].number in text


def test_many_files_come_in_several_parts(session, made, monkeypatch):
    monkeypatch.setattr(booklet, "FILES_A_PART", 1)
    panel = a_panel(session, applications=2)
    _job, archive = made(panel)
    with zipfile.ZipFile(io.BytesIO(archive)) as bundle:
        assert bundle.namelist() == ["carnet-1.pdf", "carnet-2.pdf"]


def test_a_reminder_says_how_many_files_and_never_which(session):
    panel = a_panel(session, applications=2)
    officer = as_juror(session, panel.officer)
    assert remind_members(session, panel.jury.id, actor=officer, now=NOW) == 1
    message = session.scalars(select(Message).where(Message.kind == "juror.reminded")).one()
    compose(
        session,
        message.id,
        renderer=Pages(ROOT),
        site=Site(base_url="https://x.example", secret_key="s" * 32),
        now=NOW,
    )
    mail = session.scalars(select(Mail)).one()
    assert mail.to_address == panel.jurors[0].email
    assert "2 dossiers à terminer" in mail.subject
    assert f"https://x.example/jury/{panel.jury.id}" in mail.text
    for one in panel.applications:
        assert one.title not in mail.text
        assert one.number not in mail.text


def test_the_booklet_of_a_hearing_holds_the_replies_of_the_files_one_reads_alone(session, made):
    hearings = a_hearing_panel(session, applications=2)
    planned(session, hearings, sent=True)
    panel, due = hearings.panel, DAY - timedelta(days=2)
    for at, one in enumerate(panel.applications):
        by = {"actor": hearings.officer, "now": NOW}
        where = (session, panel.jury.id, one.id)
        asked = services.write_feedback(*where, f"Question{at} ?", due_on=due, **by)
        services.release_feedback(*where, **by)
        asked.reply, asked.replied_at, asked.replied_by = f"Réponse{at}.", NOW, one.author_id
    a_recusal(session, panel.jurors[0], panel.applications[0])
    _job, pdf = made(panel)
    text = words_of(pdf)
    assert re.findall(r"Question\d|Réponse\d", text) == ["Question1", "Réponse1"]
