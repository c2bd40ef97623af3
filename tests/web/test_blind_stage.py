"""Jurors of a blind stage learn nothing of who applies: page, file, its name, its bytes, search."""

from __future__ import annotations

import io
import zipfile
from urllib.parse import quote

import pikepdf
import pytest
from PIL import Image

from build.blind import HOUSE, a_blind_desk, betrayed, documents_of, reach
from build.clock import NOW
from build.people import acting_as
from grants.calls.models import Stage
from grants.juries import queries, services
from grants.kernel.access import Actor


@pytest.fixture
def desk(database, file_store, as_person):
    """A blind stage, its juror and its officer signed in."""
    return a_blind_desk(database, file_store, as_person)


def test_a_blind_juror_reaches_no_identity(desk):
    text = reach(desk)
    assert "Une presse à fruits itinérante" in text
    assert "Presser les fruits" in text
    assert betrayed(text) == []


def test_a_stage_that_is_not_blind_tells_it_all(database, desk):
    """The same reach, so that the test above cannot pass on an empty page."""
    with database.transaction() as session:
        session.get_one(Stage, desk.panel.jury.stage_id).blind = False
    told = {"Valromey", "Ombeline", "Castagn", "castagnede@"}
    assert told <= set(betrayed(reach(desk)))


def test_documents_have_neutral_names_and_hold_what_they_held(desk):
    links = documents_of(desk.juror.get(desk.sheet).text)
    assert [name for _at, name in links] == ["Pièce 1.pdf", "Pièce 2.jpg", "Pièce 3.docx"]
    pdf, photo, letter = (desk.juror.get(address).data for address, _name in links)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert len(opened.pages) == 1
    assert Image.open(io.BytesIO(photo)).size == (16, 16)
    with zipfile.ZipFile(io.BytesIO(letter)) as archive:
        assert "Notre projet" in archive.read("word/document.xml").decode()


@pytest.mark.parametrize("word", ["valromey", "Castagnède", "ateliers"])
def test_a_search_never_answers_by_the_hidden_name(desk, word):
    text = desk.juror.get(f"{desk.queue}?q={quote(word)}").text
    assert "Une presse" not in text
    assert "Une presse" in desk.juror.get(f"{desk.queue}?q=itinerante").text


def test_the_ranking_names_the_applicant_once_closed_and_not_before(database, file_store, desk):
    jury_id, juror = desk.panel.jury.id, desk.panel.jurors[0]

    def ranked():
        with database.transaction() as session:
            viewer = Actor(id=juror.id, juries=frozenset({jury_id}))
            jury = queries.own_seat(session, jury_id, viewer).jury
            return queries.ranking(session, jury, viewer).lines

    assert [one.applicant for one in ranked()] == [""]
    with database.transaction() as session:
        officer = acting_as(session, desk.panel.officer)
        services.close_jury(session, jury_id, store=file_store, actor=officer, now=NOW)
    assert [one.applicant for one in ranked()] == [HOUSE]
