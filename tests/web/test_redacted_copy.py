"""The redacted copy: what the officer masks, jurors of a blind stage do not read."""

from __future__ import annotations

import io
import re

import pytest

from build.blind import HOUSE, a_blind_desk, a_photo_by, betrayed, documents_of, reach, told
from grants.applications.models import Application
from grants.juries.models import Redaction
from grants.juries.redacting import masked, places, suggested

WHOLE = f"Presser les fruits : {HOUSE}, contact@valromey.example, 04 73 00 00 00."


@pytest.fixture
def desk(database, file_store, as_person):
    """A blind stage, its juror and its officer signed in."""
    return a_blind_desk(database, file_store, as_person)


@pytest.fixture
def told_all(database, desk):
    """The applicant's texts name it."""
    with database.transaction() as session:
        application = session.get_one(Application, desk.panel.applications[0].id)
        application.answers = {**application.answers, "summary": WHOLE, "title": f"Avec {HOUSE}"}
        application.title = f"Avec {HOUSE}"
    return desk


def office(desk) -> str:
    return f"/instruction/dossiers/{desk.panel.applications[0].id}/caviardage"


def as_shown(text: str) -> dict[str, list[str] | str]:
    """What the page would send as it stands, every suggestion left ticked."""
    sent: dict[str, list[str] | str] = {}
    for name, value in re.findall(r'name="(mark:[^"]+)" value="([^"]+)" checked', text):
        sent.setdefault(name, []).append(value)
    sent["version"] = re.search(r'name="version"[^>]*value="([^"]*)"', text).group(1)
    return sent


def kept(desk, **more) -> None:
    page = desk.officer.get(office(desk))
    sent = {**as_shown(page.text), **more, "intent": "keep"}
    answer = desk.officer.post(office(desk), data=sent)
    assert answer.status_code == 303, answer.text


def test_what_the_page_suggests_is_enough_to_hide_the_applicant(told_all):
    assert betrayed(reach(told_all)) == ["Valromey"]
    kept(told_all)
    text = reach(told_all)
    assert betrayed(text) == []
    assert "Presser les fruits : ████, ████, ████." in text
    assert "Avec ████" in told_all.juror.get(told_all.queue).text


def test_words_typed_are_masked_without_a_script(told_all):
    kept(told_all, **{"words:summary": "presser\nles fruits"})
    assert "████ ████ : ████" in reach(told_all)


def test_the_preview_keeps_nothing(database, told_all):
    sent = as_shown(told_all.officer.get(office(told_all)).text)
    page = told_all.officer.post(office(told_all), data={**sent, "intent": "preview"})
    assert page.status_code == 200
    assert "Presser les fruits : ████" in page.text
    with database.transaction() as session:
        assert session.query(Redaction).count() == 0


def test_the_original_is_untouched_and_no_juror_sees_the_difference(database, told_all):
    kept(told_all)
    with database.transaction() as session:
        found = session.get_one(Application, told_all.panel.applications[0].id)
        assert (found.answers["summary"], found.title) == (WHOLE, f"Avec {HOUSE}")
    assert told_all.juror.get(office(told_all)).status_code == 404


def test_a_text_that_changed_since_is_withheld_until_seen(database, told_all):
    kept(told_all)
    with database.transaction() as session:
        application = session.get_one(Application, told_all.panel.applications[0].id)
        application.answers = {**application.answers, "summary": f"Revu par {HOUSE}"}
        application.title = f"{HOUSE} encore"
    text = reach(told_all)
    assert betrayed(text) == []
    assert "Revu" not in text
    assert "À revoir" in told_all.officer.get(office(told_all)).text
    kept(told_all)
    assert "Revu par ████" in reach(told_all)


def test_a_copy_of_texts_that_are_no_longer_there_is_refused(database, told_all):
    sent = as_shown(told_all.officer.get(office(told_all)).text)
    with database.transaction() as session:
        application = session.get_one(Application, told_all.panel.applications[0].id)
        application.answers = {**application.answers, "summary": "Autre chose"}
    answer = told_all.officer.post(office(told_all), data={**sent, "intent": "keep"})
    assert answer.status_code == 409


def test_a_redacted_document_takes_the_place_of_the_applicants(desk):
    page = desk.officer.get(office(desk)).text
    address = re.search(rf'action="({office(desk)}/documents/[^"]+)"', page).group(1)
    data = {"document": (io.BytesIO(a_photo_by("Un agent de Valromey")), "caviarde-valromey.jpg")}
    assert desk.officer.post(address, data=data).status_code == 303
    first, *_others = documents_of(desk.juror.get(desk.sheet).text)
    assert first[1] == "Pièce 1.jpg"
    assert desk.juror.get(first[0]).mimetype == "image/jpeg"
    assert betrayed(told(desk.juror.get(first[0]))) == []
    assert "Un agent" not in told(desk.juror.get(first[0]))
    assert desk.officer.post(address, data={"intent": "restore"}).status_code == 303
    assert desk.officer.post(address).status_code == 409


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Écrire à jo@exemple.fr", "Écrire à ████"),
        ("Tél. 06 12 34 56 78 ou +33 6 12 34 56 78", "Tél. ████ ou ████"),
        ("Voir https://exemple.fr/nous et www.exemple.fr", "Voir ████ et ████"),
        ("LES ateliers  valromey et l’Atelier", "████ et l’Atelier"),
        ("Valromeyens", "Valromeyens"),
        ("Rien ici, 2018 exemplaires", "Rien ici, 2018 exemplaires"),
    ],
)
def test_what_is_suggested(text, wanted):
    assert masked(text, suggested(text, [HOUSE, "Valromey"])) == wanted


def test_marks_say_nothing_of_lengths_and_never_lengthen_a_text():
    assert masked("abcdefgh ij", [(0, 8), (9, 11)]) == "████ ██"
    assert masked("été 🌱 été", places("été 🌱 été", ["été"])) == "███ 🌱 ███"
