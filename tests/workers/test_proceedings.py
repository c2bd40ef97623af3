"""The minutes of a session: accessible PDF and ODT, for who may read all of it, once it is over."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from xml.etree import ElementTree as ET

import pikepdf
import pytest
from pypdf import PdfReader

from build.clock import NOW
from build.councils import EVENING, LATER, a_council, opened, recuse
from build.decisions import recused
from config import ROOT
from grants.councils import MINUTES, queries, services
from grants.councils.models import Choice
from grants.councils.services import Ballot, Draft
from grants.files.models import StoredFile
from grants.jobs import services as jobs
from grants.jobs.models import Job, JobState
from grants.kernel.errors import Refused
from workers.exports import asked, proceedings
from workers.rendering import Pages


@pytest.fixture
def make(session, monkeypatch, database, file_store, clock):
    """Have the minutes of a session written, as its officer; their job and their bytes."""
    for module in (asked, proceedings):
        for name, value in (
            ("database", lambda: database),
            ("store", lambda: file_store),
            ("now", clock.now),
            ("pages", lambda: Pages(ROOT)),
        ):
            if hasattr(module, name):
                monkeypatch.setattr(module, name, value)

    def run(council, ending):
        payload = {"meeting": str(council.meeting.id), "format": ending}
        actor = council.scene.officer
        job_id = jobs.start(session, MINUTES, payload=payload, total=1, actor=actor, now=NOW)
        session.flush()
        proceedings.make(job_id)
        session.expire_all()
        job = session.get_one(Job, job_id)
        if job.result_file_id is None:
            return job, b""
        with file_store.open(session.get_one(StoredFile, job.result_file_id).sha256) as stream:
            return job, stream.read()

    return run


@pytest.fixture
def over(session):
    """One item voted by name with a recusal and a proxy, one taken off; the session is over."""
    council = a_council(session)
    more = services.add_item(
        session, council.meeting.id, Draft(object="Questions diverses"), **council.act
    )
    recuse(session, council, 0)
    opened(session, council, present=5)
    place = council.meeting.id
    giver, holder = council.ids(5, 1)
    services.give_proxy(session, place, giver_id=giver, holder_id=holder, at=EVENING, **council.act)
    said = dict.fromkeys(council.ids(1, 2, 3, 5), Choice.FOR) | {
        council.seats[4].id: Choice.AGAINST
    }
    services.vote_item(
        session, council.item.id, Ballot(choices=said), number="DEL9", at=LATER, **council.act
    )
    services.withdraw_item(session, more.id, **council.act)
    services.leave(session, place, council.seats[2].id, at=LATER, **council.act)
    with pytest.raises(Refused, match="minutes_too_early"):
        queries.require_minutes(session, place, viewer=council.scene.officer)
    services.close(session, place, at=LATER + timedelta(minutes=5), **council.act)
    return council


def test_the_minutes_say_who_was_there_who_voted_what_and_what_came_of_it(over, make):
    job, pdf = make(over, "pdf")
    assert (job.state, job.message, job.done) == (JobState.DONE, "", job.total)
    with pikepdf.open(io.BytesIO(pdf)) as found:
        assert found.Root.MarkInfo.Marked
        assert found.Root.Lang == "fr"
    told = " ".join(
        " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split()
    )
    job, text = make(over, "odt")
    with zipfile.ZipFile(io.BytesIO(text)) as folder:
        content = folder.read("content.xml")
    written = "".join(ET.fromstring(content).itertext())  # noqa: S314 -- our own file
    for words in (
        over.item.object,
        "Vu le code général",
        "Membre 0",
        "pouvoir à Membre 1",
        "Présents en séance : 4, pour un quorum de 4",
        "Pour (4) : Membre 1, Membre 2, Membre 3 et Membre 5",
        "Contre (1) : Membre 4",
        "sans prendre part au vote : Membre 0",
        "ne prenant pas part au vote : 1, votants : 5. Pour",
        "En remplacement de Membre 0, qui a quitté la salle, Membre 1 préside ce point",
        "Adopté sous le numéro DEL9",
        "Retiré de l’ordre du jour",
        "18 h 00 – 18 h 30",
        "absent",
        "Secrétaire de séance",
    ):
        plain = words.replace("\u202f", " ")
        assert plain in told.replace("\u202f", " "), words
        assert plain in written.replace("\u202f", " "), words


def test_whom_an_item_concerns_has_no_minutes_written(session, over, make):
    hidden = recused(over.scene.officer, over.scene.applications[0])
    with pytest.raises(Refused, match="minutes_concern_you"):
        queries.require_minutes(session, over.meeting.id, viewer=hidden)
