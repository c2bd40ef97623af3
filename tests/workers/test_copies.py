"""The copy of an application: all that was deposited, as an accessible PDF, made once."""

from __future__ import annotations

import io
import re

import pikepdf
import pytest
from pypdf import PdfReader
from sqlalchemy import select

from build.applications import an_application
from build.clock import NOW
from build.people import acting_as
from config import ROOT
from grants.applications import services
from grants.applications.filling import Deposit
from grants.files.models import StoredFile
from grants.notices.giving import Site
from grants.outbox.models import Message
from grants.people.models import Person
from workers.rendering import Pages
from workers.tasks import copies as tasks


@pytest.fixture
def copied(session, monkeypatch, database, file_store, clock):
    """An application submitted, its copy made by the task, run twice."""
    draft = an_application(session)
    actor = acting_as(session, session.get_one(Person, draft.author_id))
    certificate = services.Certificate("Ada Besson", "Présidente")
    services.submit(session, draft.id, certificate=certificate, actor=actor, now=NOW)
    message_id = session.scalars(
        select(Message.id).where(Message.kind == "application.submitted")
    ).one()
    session.flush()
    for name, what in {
        "database": lambda: database,
        "store": lambda: file_store,
        "now": clock.now,
        "pages": lambda: Pages(ROOT),
        "site": lambda: Site(base_url="https://x.example", secret_key="s" * 32),
    }.items():
        monkeypatch.setattr(tasks, name, what)
    for _ in range(2):
        tasks.copy(str(message_id))
    session.expire_all()
    return draft


def pdf_of(session, store) -> bytes:
    """The bytes of the one copy there is."""
    sha256 = session.scalars(
        select(StoredFile.sha256).join(Deposit, Deposit.copy_id == StoredFile.id)
    ).one()
    with store.open(sha256) as file:
        return file.read()


def test_the_copy_says_everything_that_was_deposited(session, copied, file_store):
    pages = PdfReader(io.BytesIO(pdf_of(session, file_store))).pages
    words = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))
    deposit = session.scalars(select(Deposit)).one()
    for expected in (
        copied.number,
        "Une recyclerie de quartier",
        "Réparer, donner, vendre à petit prix.",
        "12 500,00 €",
        "Ada Besson, Présidente",
        deposit.code,
        "1er octobre 2018 à 11 h 00 min 00 s",
        "L231-4",
    ):
        assert expected in words
    assert deposit.files[0]["name"] in words
    address = f"https://x.example/recepisse/{deposit.code}"
    assert address in words.replace(" ", "")
    assert deposit.answers_sha256[:20] in words.replace(" ", "")


def test_the_copy_passes_the_structure_checks_of_pdf_ua(session, copied, file_store):
    with pikepdf.open(io.BytesIO(pdf_of(session, file_store))) as pdf:
        assert bool(pdf.Root.MarkInfo.Marked) is True
        assert str(pdf.Root.Lang) == "fr"
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle) is True
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert copied.number in metadata["dc:title"]
        assert tags(pdf.Root.StructTreeRoot) >= {"/H1", "/H2", "/P", "/Table", "/TH", "/TD"}


def tags(node) -> set[str]:
    found = {str(node.S)} if "/S" in node else set()
    kids = node.get("/K")
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary):
            found |= tags(kid)
    return found


def test_its_applicant_downloads_it_and_nobody_else(session, copied, as_person, app):
    browser = as_person(session.get_one(Person, copied.author_id))
    with browser.get(f"/dossiers/{copied.id}/recepisse.pdf") as answer:
        assert answer.status_code == 200
        assert answer.data.startswith(b"%PDF")
    page = browser.get(f"/dossiers/{copied.id}/recepisse").text
    assert f"/dossiers/{copied.id}/recepisse.pdf" in page
    assert app.test_client().get(f"/dossiers/{copied.id}/recepisse.pdf").status_code == 303
