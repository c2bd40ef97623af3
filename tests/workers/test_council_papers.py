"""The files of an agenda: accessible PDF and ODT, none of what concerns whoever asked."""

from __future__ import annotations

import io
import zipfile
from xml.etree import ElementTree as ET

import pikepdf
import pytest
from pypdf import PdfReader
from sqlalchemy import select

from build.clock import NOW
from build.councils import a_council, convened, recuse
from build.decisions import a_scene, recused
from config import ROOT
from grants.councils import PACK, queries
from grants.councils.models import Paper
from grants.files.models import StoredFile
from grants.jobs import services as jobs
from grants.jobs.models import Job, JobState
from grants.kernel.access import FunderRole
from grants.kernel.errors import Unknown
from grants.kernel.odt import Heading, Table, odt
from workers.exports import asked, council
from workers.rendering import Pages


@pytest.fixture
def make(session, monkeypatch, database, file_store, clock):
    """Have the files of a meeting made, as its officer."""
    for module in (asked, council):
        for name, value in (
            ("database", lambda: database),
            ("store", lambda: file_store),
            ("now", clock.now),
            ("pages", lambda: Pages(ROOT)),
        ):
            if hasattr(module, name):
                monkeypatch.setattr(module, name, value)

    def run(found) -> Job:
        payload = {"meeting": str(found.meeting.id)}
        job_id = jobs.start(
            session, PACK, payload=payload, total=1, actor=found.scene.officer, now=NOW
        )
        session.flush()
        council.make(job_id)
        session.expire_all()
        return session.get_one(Job, job_id)

    return run


def content(session, file_store, ending: str) -> bytes:
    statement = select(StoredFile).join(Paper).where(Paper.format == ending)
    stored = session.scalars(statement).one()
    with file_store.open(stored.sha256) as stream:
        return stream.read()


def read(folder: zipfile.ZipFile, name: str) -> str:
    """The words of one part, which must be well formed."""
    return "".join(ET.fromstring(folder.read(name)).itertext())  # noqa: S314 -- our own file


def test_each_item_has_a_tagged_pdf_and_a_text_that_says_the_same(session, file_store, make):
    found = convened(session, a_council(session))
    recuse(session, found, 0)
    for _ in range(2):
        assert make(found).state is JobState.DONE
    pdf = content(session, file_store, "pdf")
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert opened.Root.MarkInfo.Marked
        assert opened.Root.Lang == "fr"
    told = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    with zipfile.ZipFile(io.BytesIO(content(session, file_store, "odt"))) as folder:
        first = folder.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        written = read(folder, "content.xml")
        for name in folder.namelist()[1:]:
            read(folder, name)
    elected = found.scene.people[FunderRole.ELECTED]
    for words in (found.item.object, "Projet 1", "Membre 1", elected.name, "Vu le code général"):
        assert words in " ".join(told.split()), words
        assert words in written, words
    assert "10 000,00" in " ".join(told.split()).replace("\u202f", " ")


def test_a_paper_is_given_to_whom_it_does_not_concern(session, make):
    found = convened(session, a_council(session))
    make(found)
    paper = session.scalars(select(Paper).where(Paper.format == "pdf")).one()
    assert queries.paper(session, paper.id, viewer=found.elected).id == paper.id
    hidden = recused(found.elected, found.scene.applications[0])
    with pytest.raises(Unknown):
        queries.paper(session, paper.id, viewer=hidden)
    with pytest.raises(Unknown):
        queries.paper(session, paper.id, viewer=a_scene(session).officer)


def test_a_text_holds_what_people_type(session):
    rows = [["<b>\x00&", 'Ligne 1\nLigne 2\t"fin"']]
    made = odt([Heading("Été"), "a < b", Table("T & \x0b", ["A", "B"], rows)], title="É <")
    with zipfile.ZipFile(io.BytesIO(made)) as folder:
        text = read(folder, "content.xml")
    assert text == 'Étéa < bAB<b>&Ligne 1Ligne 2"fin"'
