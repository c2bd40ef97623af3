"""The comfort of a juror's queue: skipping, keys, confidence; and who reads which text."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from build.clock import NOW
from build.javascript import run
from build.juries import Desk, a_panel, a_review, a_seat, a_store, an_assignment
from build.people import a_person, acting_as
from build.reading import words
from grants.calls.models import Criterion
from grants.juries.models import Review, SeatRole
from grants.juries.services import close_jury
from grants.outbox.models import Message
from grants.people.models import Person

FULL = {"mark_criterion1": "7", "mark_criterion2": "5", "version": "0"}


@pytest.fixture
def desk(database, as_person):
    with database.transaction() as session:
        panel = a_panel(session, jurors=2, applications=2)
    return Desk(panel, as_person(panel.jurors[0]), as_person(panel.officer))


def test_skipping_opens_the_next_file_and_saves_nothing(database, desk):
    answer = desk.juror.get(f"{desk.sheet}/suivant")
    other = desk.panel.applications[1].id
    assert answer.location == f"/jury/{desk.panel.jury.id}/dossiers/{other}"
    back = desk.juror.get(f"{answer.location}/suivant")
    assert back.location == desk.sheet
    with database.transaction() as session:
        assert session.scalars(select(Review)).all() == []


def test_the_last_file_left_is_skipped_to_the_queue(database, desk):
    with database.transaction() as session:
        a_review(session, desk.panel.seats[0], desk.panel.applications[1], 5, 5)
    assert desk.juror.get(f"{desk.sheet}/suivant").location == desk.queue


def test_skipping_takes_three_statements(desk, statements):
    statements.clear()
    desk.juror.get(f"{desk.sheet}/suivant")
    assert len(statements) == 3  # who asks, the sheet, the next file


def test_confidence_is_chosen_shown_again_and_told_to_the_jury(database, desk, as_person):
    with database.transaction() as session:
        other = a_review(session, desk.panel.seats[1], desk.panel.applications[0], 9, 9)
        assert other.confidence is None
    desk.juror.post(desk.sheet, data={**FULL, "confidence": "2", "intent": "save"})
    page = desk.juror.get(desk.sheet).get_data(as_text=True)
    assert re.search(r'checked[^>]*value="2"|value="2"[^>]*checked', page)
    done = {**FULL, "version": "1", "confidence": "3", "intent": "finalise"}
    desk.juror.post(desk.sheet, data=done)
    assert "Très sûr" in words(desk.juror.get(desk.sheet))
    assert "Très sûr" in words(as_person(desk.panel.jurors[1]).get(desk.sheet))
    refused = desk.juror.post(desk.sheet, data={**FULL, "confidence": "9"})
    assert refused.status_code == 422


def test_an_optional_criterion_says_so_and_may_stay_empty(database, desk):
    with database.transaction() as session:
        session.get_one(Criterion, desk.panel.criteria[1].id).optional = True
    assert "facultatif" in words(desk.juror.get(desk.sheet))
    answer = desk.juror.post(
        desk.sheet, data={"mark_criterion1": "7", "version": "0", "intent": "finalise"}
    )
    assert answer.status_code == 303
    text = words(desk.juror.get(desk.sheet))
    assert "70,0 sur 100" in text
    assert "Laissé sans note" in text


@pytest.mark.parametrize(
    ("key", "wanted"),
    [
        ({"key": "s"}, "save"),
        ({"key": "S"}, "save"),
        ({"key": "n"}, "skip"),
        ({"key": "x"}, None),
        ({"key": "Enter"}, None),
        ({"key": "s", "typing": True}, None),
        ({"key": "n", "typing": True}, None),
        ({"key": "s", "ctrlKey": True}, None),
        ({"key": "s", "metaKey": True}, None),
        ({"key": "n", "altKey": True}, None),
        ({"key": "N", "shiftKey": True}, None),
        ({"key": "n", "repeat": True}, None),
        ({"key": "s", "isComposing": True}, None),
    ],
)
def test_keys_ask_for_what_they_say_and_never_while_one_types(key, wanted):
    assert run("scoring.js", "command(data)", key) == wanted


def test_the_page_holds_what_the_keys_act_on(desk):
    page = desk.juror.get(desk.sheet).get_data(as_text=True)
    for part in ("scoring.js", "data-shortcuts", "data-skip", 'value="save_next"', 'href="#noter"'):
        assert part in page
    assert 'id="noter"' in page


def test_each_text_reaches_whom_it_is_for_and_nobody_else(database, desk, as_person):
    panel = desk.panel
    with database.transaction() as session:
        chair = a_person(session)
        seat = a_seat(session, panel.jury, person=chair, role=SeatRole.CHAIR)
        for application in panel.applications:
            an_assignment(session, seat, application)
            for one in (*panel.seats, seat):
                texts = {}
                if one is panel.seats[0]:
                    texts = {
                        "private_note": "PourMoiSeul",
                        "comment_jury": "PourLeJury",
                        "comment_applicant": "PourLePorteur",
                    }
                a_review(session, one, application, 7, 5, **texts)
    mine = words(desk.juror.get(desk.sheet))
    for text in ("PourMoiSeul", "PourLeJury", "PourLePorteur"):
        assert text in mine
    colleague = words(as_person(panel.jurors[1]).get(desk.sheet))
    assert "PourLeJury" in colleague
    assert "PourLePorteur" not in colleague
    assert "PourMoiSeul" not in colleague
    with database.transaction() as session:
        officer = acting_as(session, panel.officer)
        close_jury(session, panel.jury.id, store=a_store(), actor=officer, now=NOW)
    base = f"/jury/{panel.jury.id}"
    own = f"/dossiers/{panel.applications[0].id}"
    walks = {
        as_person(chair): (base, desk.sheet, f"{base}/classement"),
        as_person(panel.jurors[1]): (base, desk.sheet, f"{base}/classement"),
        desk.officer: [
            desk.office + one
            for one in ("", "/repartition", "/relance", "/classement", "/classement.csv")
        ]
        + [f"/instruction{own}"],
        as_person_of(database, as_person, panel): (own, f"{own}/decision"),
    }
    for browser, addresses in walks.items():
        for address in addresses:
            page = browser.get(address)
            assert page.status_code in {200, 409}, address
            assert "PourMoiSeul" not in page.get_data(as_text=True), address
            if browser is not desk.officer and "/jury/" not in address:
                assert "PourLe" not in page.get_data(as_text=True), address
    with database.transaction() as session:
        told = session.scalars(select(Message.payload)).all()
    assert not re.search("PourMoiSeul|PourLeJury|PourLePorteur", str(told))


def as_person_of(database, as_person, panel):
    """A browser of the first file's author."""
    with database.transaction() as session:
        author = session.get_one(Person, panel.applications[0].author_id)
    return as_person(author)
