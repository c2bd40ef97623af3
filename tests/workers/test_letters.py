"""Letters of decision: an accessible PDF, written once, that shows nothing from outside."""

from __future__ import annotations

import io
import re

import pikepdf
import pytest
from pypdf import PdfReader
from sqlalchemy import select

from build.clock import NOW
from build.decisions import a_deliberation, a_refusal, a_scene, an_award, recused
from build.people import acting_as
from config import ROOT
from grants.decisions.models import Instrument
from grants.decisions.services import acknowledge
from grants.kernel.errors import Unknown
from grants.ledger.operations import Section
from grants.notices import queries
from grants.notices.models import Letter
from grants.notices.pdf import typeset
from grants.notices.services import write_letter
from grants.outbox.models import Message
from workers.rendering import Pages
from workers.tasks import letters as tasks

PAGES = Pages(ROOT)


@pytest.fixture
def told(session, file_store):
    """A deliberation announced, its two letters written."""
    scene = a_scene(session)
    deliberation = a_deliberation(
        session,
        scene,
        an_award(scene, amount=1_234_500, label="Pour les deux premières années."),
        a_refusal(scene, 1, "Le projet sort du périmètre <b>de l’appel</b>."),
        number="DEL20180928/05",
        announced=True,
    )
    messages = session.scalars(
        select(Message.id).where(Message.kind == "decision.announced").order_by(Message.serial)
    ).all()
    for message_id in messages:
        write(session, message_id, file_store)
    return scene, deliberation, messages


def write(session, message_id, store) -> Letter:
    return write_letter(session, message_id, renderer=PAGES, typeset=typeset, store=store, now=NOW)


def pdf_of(letter, store) -> bytes:
    with store.open(letter.stored_file.sha256) as file:
        return file.read()


def test_a_letter_passes_the_structure_checks_of_pdf_ua(session, told, file_store):
    scene, deliberation, _ = told
    for letter in queries.letters_of(session, deliberation.id, viewer=scene.officer):
        with pikepdf.open(io.BytesIO(pdf_of(letter, file_store))) as pdf:
            root = pdf.Root
            assert bool(root.MarkInfo.Marked) is True
            assert str(root.Lang) == "fr"
            assert bool(root.ViewerPreferences.DisplayDocTitle) is True
            assert root.StructTreeRoot.K is not None
            with pdf.open_metadata() as metadata:
                assert metadata["pdfuaid:part"] == "1"
                assert letter.number in metadata["dc:title"]
            assert tags(root.StructTreeRoot) >= {"/H1", "/H2", "/P", "/L", "/LI"}
            for page in pdf.pages:
                assert str(page.Tabs) == "/S"
                for font in page.Resources.Font.values():
                    described = font.DescendantFonts[0] if "/DescendantFonts" in font else font
                    embedded = described.FontDescriptor
                    assert "/FontFile2" in embedded or "/FontFile3" in embedded


def tags(node) -> set[str]:
    found = {str(node.S)} if "/S" in node else set()
    kids = node.get("/K")
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary):
            found |= tags(kid)
    return found


def test_a_letter_says_what_was_decided_by_whom_and_how_to_appeal(session, told, file_store):
    scene, deliberation, _ = told
    award, refusal = queries.letters_of(session, deliberation.id, viewer=scene.officer)
    words = words_of(award, file_store)
    for expected in (
        scene.funder.name,
        "Une subvention de 12 345,00 € vous est attribuée. Pour les deux premières années.",
        "n° DEL20180928/05 du 28 septembre 2018",
        "Par 86 voix pour, 0 contre et 0 abstention,",
        "dans les deux mois suivant sa notification",
        "recours gracieux",
        "tribunal administratif",
        "Lou Agent",
    ):
        assert expected in words
    assert "Le projet sort du périmètre <b>de l’appel</b>." in words_of(refusal, file_store)


def words_of(letter, store) -> str:
    pages = PdfReader(io.BytesIO(pdf_of(letter, store))).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


def test_a_letter_is_written_once(session, told, file_store):
    _, _, messages = told
    again = write(session, messages[0], file_store)
    numbers = session.scalars(select(Letter.number).order_by(Letter.number)).all()
    assert again.number in numbers
    assert len(numbers) == 2


def test_the_applicant_gets_the_letter_after_taking_note_and_strangers_never(session, told):
    scene, deliberation, _ = told
    first, second = scene.applications
    letter = queries.letters_to(session, first.id)[deliberation.id]
    applicant = acting_as(session, first.author)
    other = acting_as(session, second.author)
    for viewer in (applicant, other, recused(scene.officer, first)):
        with pytest.raises(Unknown):
            queries.letter(session, letter.id, viewer=viewer)
    acknowledge(session, first.id, deliberation.id, actor=applicant, now=NOW)
    assert queries.letter(session, letter.id, viewer=applicant).id == letter.id
    with pytest.raises(Unknown):
        queries.letter(session, letter.id, viewer=other)
    assert queries.letter(session, letter.id, viewer=scene.officer).id == letter.id


@pytest.mark.parametrize(
    ("instrument", "words"),
    [
        (Instrument.PRIZE, "Un prix de 10\u202f000,00\u202f€ vous est attribué."),
        (Instrument.EQUITY, "Une prise de participation de 10\u202f000,00\u202f€"),
        (Instrument.TITLE, "Le titre «\u202fPrix du public\u202f» vous est décerné."),
    ],
)
def test_each_form_of_award_has_its_sentence(session, instrument, words):
    capital = Section.CAPITAL if instrument is Instrument.EQUITY else None
    scene = a_scene(session, section=capital)
    award = an_award(scene, instrument=instrument, label="Prix du public")
    a_deliberation(session, scene, award, announced=True)
    seen = {}

    class Listening(Pages):
        def letter(self, name, locale, facts):
            seen["html"] = super().letter(name, locale, facts)
            return seen["html"]

    class Nowhere:
        def __call__(self, html):
            raise InterruptedError

    message_id = session.scalars(
        select(Message.id).where(Message.kind == "decision.announced")
    ).one()
    with pytest.raises(InterruptedError):
        write_letter(
            session,
            message_id,
            renderer=Listening(ROOT),
            typeset=Nowhere(),
            store=None,
            now=NOW,
        )
    assert words in seen["html"]


def test_a_letter_asks_nothing_of_the_outside(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET")
    page = (
        f'<html lang="fr"><title>t</title><link rel="stylesheet" href="file://{secret}">'
        f'<img src="file://{secret}" alt="a"><img src="http://127.0.0.1:9/x" alt="b"><p>ici</p>'
        f'<a rel="attachment" href="file://{secret}">c</a></html>'
    )
    with pikepdf.open(io.BytesIO(typeset(page))) as pdf:
        assert "/EmbeddedFiles" not in pdf.Root.get("/Names", {})
        streams = [obj.read_bytes() for obj in pdf.objects if isinstance(obj, pikepdf.Stream)]
    assert not any(b"SECRET" in one for one in streams)


def test_the_task_claims_its_message(session, monkeypatch, database, file_store, clock):
    scene = a_scene(session)
    a_deliberation(session, scene, announced=True)
    monkeypatch.setattr(tasks, "database", lambda: database)
    monkeypatch.setattr(tasks, "store", lambda: file_store)
    monkeypatch.setattr(tasks, "now", clock.now)
    monkeypatch.setattr(tasks, "pages", lambda: PAGES)
    message_id = session.scalars(
        select(Message.id).where(Message.kind == "decision.announced")
    ).one()
    for _ in range(2):
        tasks.write(str(message_id))
    assert len(session.scalars(select(Letter)).all()) == 1
