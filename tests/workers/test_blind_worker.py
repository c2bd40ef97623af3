"""What real workers make for a blind juror and for the register: files and mails, read whole."""

from __future__ import annotations

import io
from datetime import date, timedelta
from types import SimpleNamespace

import pikepdf
import pytest
from pypdf import PdfReader
from sqlalchemy import select, text

from build.blind import HOUSE, IDENTITY, WRITER, a_blind_desk, a_pdf_by, betrayed, streams
from build.checkout import wait_until
from build.clock import NOW
from build.farm import a_farm
from build.hearings import PLAN, Hearings, planned
from build.juries import a_recusal
from build.letterbox import a_letterbox
from build.people import a_funder_member, acting_as
from grants.applications.models import Application
from grants.calls.models import CallFunder, Stage, StageKind
from grants.files.models import StoredFile
from grants.files.services import deposit
from grants.files.store import FileStore
from grants.jobs import services as jobs
from grants.jobs.models import Job, JobState
from grants.juries.hearings import services as hearing
from grants.juries.hearings.models import HearingAvailability
from grants.juries.hearings.slots import halves_of
from grants.juries.hearings.world import hours_of, plan_of
from grants.juries.services import remind_members
from grants.notices.models import Mail, MailState
from grants.people.models import Funder
from workers.exports import annex, booklet

pytestmark = pytest.mark.slow
REPLY = f"Bien à vous, {WRITER}, pour {HOUSE}."


@pytest.fixture
def farm(fresh_database, fresh_url, tmp_path):
    """A worker and a beat over a blind stage of hearings, and the mailbox that they write to."""
    with a_letterbox() as (box, mail_url), a_farm(fresh_url, tmp_path, MAIL_URL=mail_url) as farm:
        farm.box, farm.database = box, fresh_database
        farm.store = FileStore(farm.directory / "var" / "files")
        farm.panel = a_scene(fresh_database, farm.store)
        farm.worker()
        farm.beat()
        yield farm


def a_scene(database, store):
    """A blind hearing, its applicant's reply full of names; a juror recused from another file."""
    desk = a_blind_desk(database, store, lambda _person: SimpleNamespace())
    panel = desk.panel
    with database.transaction() as session:
        stage = session.get_one(Stage, panel.jury.stage_id)
        stage.kind = StageKind.HEARING
        stage.starts_on, stage.ends_on = date(2018, 1, 1), date(2099, 1, 1)
        session.flush()
        officer = acting_as(session, panel.officer)
        by = {"actor": officer, "now": NOW}
        hearing.write_plan(session, panel.jury.id, PLAN, **by)
        halves = halves_of(hours_of(plan_of(session, panel.jury.id)))
        seat = panel.seats[0]
        session.add(HearingAvailability(seat_id=seat.id, halves=halves, answered_at=NOW))
        session.flush()
        planned(session, Hearings(panel, officer), sent=True)
        file = panel.applications[0]
        asked = hearing.write_feedback(
            session, panel.jury.id, file.id, "Quel loyer ?", due_on=date(2018, 11, 1), **by
        )
        hearing.release_feedback(session, panel.jury.id, file.id, **by)
        asked.reply, asked.replied_at, asked.replied_by = REPLY, NOW, file.author_id
        letter = io.BytesIO(a_pdf_by(WRITER))
        name = "reponse-castagnede.pdf"
        asked.reply_file_id = deposit(session, store, letter, name=name, actor=officer).id
        session.execute(text("SET LOCAL session_replication_role = replica"))  # as if not scored
        session.execute(text("DELETE FROM mark"))
        session.execute(text("DELETE FROM review"))
        session.execute(text("SET LOCAL session_replication_role = origin"))
        remind_members(session, panel.jury.id, actor=officer, now=NOW)
    return panel


def made(farm, kind, person, **payload) -> tuple[str, bytes]:
    """What a worker makes of a job: the file's name, and its bytes."""
    with farm.database.transaction() as session:
        actor = acting_as(session, person)
        given = {"jury": str(farm.panel.jury.id), "name": "fichier", **payload}
        job_id = jobs.start(session, kind, payload=given, total=1, actor=actor, now=NOW)

    def over() -> bool:
        with farm.database.reading() as session:
            return session.get_one(Job, job_id).is_over

    wait_until(over, seconds=60, telling=farm.said)
    with farm.database.reading() as session:
        job = session.get_one(Job, job_id)
        assert job.state is JobState.DONE, farm.said()
        stored = session.get_one(StoredFile, job.result_file_id)
        with farm.store.open(stored.sha256) as stream:
            return stored.name, stream.read()


def everything(name: str, pdf: bytes) -> str:
    """A file's name, its text, and whatever stands in its objects and properties."""
    read = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    text = " ".join(read.split())
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        objects = [repr(one) for one in opened.objects]
        data = b"".join(streams(opened)).decode("latin-1")
        told = f"{opened.open_metadata()}{dict(opened.docinfo)!r}"
    return f"{name} {text} {objects} {data} {told}"


def test_workers_tell_a_blind_juror_no_name_and_the_annex_is_whole(farm):
    panel = farm.panel
    wanted = [str(one.id) for one in panel.applications]
    name, pdf = made(farm, booklet.KIND, panel.jurors[0], applications=wanted)
    told = everything(name, pdf)
    assert "Presser les fruits" in told
    assert "Quel loyer" in told
    assert betrayed(told) == []
    mails_name_nobody(farm)
    with farm.database.transaction() as session:
        session.get_one(Stage, panel.jury.stage_id).blind = False
    name, pdf = made(farm, booklet.KIND, panel.jurors[0], applications=wanted)
    clear = everything(name, pdf)
    assert {"Valromey", "Ombeline", "castagnede@"} <= set(betrayed(clear))
    assert REPLY in clear
    the_annex_is_whole_for_who_may_read_it(farm)


def mails_name_nobody(farm) -> None:
    """The reminder and the day of hearings, with its entry of calendar, as they arrived."""
    address = farm.panel.jurors[0].email

    def both() -> bool:
        with farm.database.reading() as session:
            sent = select(Mail.kind).where(Mail.state == MailState.SENT, Mail.to_address == address)
            return {"juror_reminder", "hearing_day"} <= set(session.scalars(sent))

    wait_until(both, seconds=60, telling=farm.said)
    mine = [one for one in farm.box.messages() if one["To"] == address]
    whole = "".join(
        f"{dict(one.items())}{part.get_filename()}{part.get_payload(decode=True)!r}"
        for one in mine
        for part in one.walk()
    )
    assert "BEGIN:VCALENDAR" in whole
    assert betrayed(whole) == []
    others = "".join(str(one["Subject"]) for one in farm.box.messages() if one not in mine)
    assert others  # the applicant was written to as well, by the same workers


def the_annex_is_whole_for_who_may_read_it(farm) -> None:
    """The register as PDF: who, what, which kind; without what its reader is recused from."""
    panel = farm.panel
    with farm.database.transaction() as session:
        lead = select(CallFunder.funder_id).where(CallFunder.call_id == panel.call.id)
        funder = session.get_one(Funder, session.scalars(lead).first())
        recused = a_funder_member(session, funder, name="Paula Besnard")
        a_recusal(session, recused, panel.applications[0], declared_at=NOW + timedelta(hours=1))
        number = session.get_one(Application, panel.applications[0].id).number
        session.refresh(recused)
    told = everything(*made(farm, annex.KIND, panel.officer))
    for words in ("Paula Besnard", number, "registre des déports"):
        assert words in told
    assert "Ma sœur préside" not in told
    hidden = everything(*made(farm, annex.KIND, recused))
    assert number not in hidden
    assert "Personne ne s’est déporté" in hidden


def test_the_scene_is_full_of_names():
    assert len(betrayed(REPLY)) >= 3 <= len(IDENTITY)
