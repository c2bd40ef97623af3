"""The pages of jurors and of their officers."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from sqlalchemy import select

from build.applications import a_stored_file
from build.clock import NOW
from build.juries import (
    Desk,
    a_panel,
    a_recusal,
    a_review,
    a_seat,
    an_application_in_review,
    an_assignment,
)
from build.people import a_person
from build.reading import words
from grants.applications.models import ApplicationFile
from grants.calls.models import Stage
from grants.juries.models import Mark, Recusal, Review, ReviewState, Seat


@pytest.fixture
def desk(database, as_person):
    """A jury of two with two files, the first juror and the officer signed in."""
    with database.transaction() as session:
        panel = a_panel(session, jurors=2, applications=2)
    return Desk(panel, as_person(panel.jurors[0]), as_person(panel.officer))


def rows(database, statement):
    with database.transaction() as session:
        return session.scalars(statement).all()


FULL = {"mark_criterion1": "7", "mark_criterion2": "5", "version": "0"}


# Jurors.


def test_a_jurors_pages_open(desk):
    for address in ("/jury", desk.queue, desk.sheet, f"{desk.sheet}/deport"):
        assert desk.juror.get(address).status_code == 200, address


def test_an_invitation_shows_the_charter_and_nothing_else(database, desk, as_person):
    with database.transaction() as session:
        person = a_person(session)
        seat = a_seat(session, desk.panel.jury, person=person, accepted=False)
        an_assignment(session, seat, desk.panel.applications[0])
    browser = as_person(person)
    page = browser.get(f"/jury/invitations/{seat.id}")
    assert page.status_code == 200
    assert desk.panel.applications[0].title not in words(page)
    for address in (desk.queue, desk.sheet, f"{desk.queue}/suite"):
        assert browser.get(address).status_code == 404
    refused = browser.post(f"/jury/invitations/{seat.id}/accepter", data={})
    assert refused.status_code == 422
    accepted = browser.post(f"/jury/invitations/{seat.id}/accepter", data={"charter": "y"})
    assert (accepted.status_code, accepted.location) == (303, desk.queue)
    declare = f"/jury/declaration?next={quote(desk.sheet)}"
    assert browser.get(desk.sheet).location == declare
    declared = browser.post(declare, data={"nothing": "y", "charter": "y"})
    assert (declared.status_code, declared.location) == (303, desk.sheet)
    assert browser.get(desk.sheet).status_code == 200


def test_an_invitation_of_somebody_else_does_not_exist(database, desk):
    with database.transaction() as session:
        seat = a_seat(session, desk.panel.jury, accepted=False)
    assert desk.juror.get(f"/jury/invitations/{seat.id}").status_code == 404
    assert desk.juror.post(f"/jury/invitations/{seat.id}/refuser").status_code == 404


def test_declining_is_asked_then_done(database, desk, as_person):
    with database.transaction() as session:
        person = a_person(session)
        seat = a_seat(session, desk.panel.jury, person=person, accepted=False)
    browser = as_person(person)
    assert browser.get(f"/jury/invitations/{seat.id}/refuser").status_code == 200
    answer = browser.post(f"/jury/invitations/{seat.id}/refuser", data={"reason": "En congé"})
    assert answer.status_code == 303
    assert rows(database, select(Seat.decline_reason).where(Seat.id == seat.id)) == ["En congé"]


def test_a_file_and_its_rubric_stand_side_by_side(desk):
    page = desk.juror.get(desk.sheet)
    text = words(page)
    assert desk.panel.applications[0].title in text
    assert "Critère 1" in text
    html = page.get_data(as_text=True)
    assert html.count('name="mark_criterion1"') == 12  # 0 to 10, and abstention
    assert 'class="sides"' in html


def test_saving_a_draft_stays_on_the_file(database, desk):
    answer = desk.juror.post(desk.sheet, data={"mark_criterion1": "7", "version": "0"})
    assert (answer.status_code, answer.location) == (303, desk.sheet)
    assert rows(database, select(Review.state)) == [ReviewState.DRAFT]
    page = desk.juror.get(desk.sheet).get_data(as_text=True)
    assert re.search(r'name="mark_criterion1" value="7" checked', page)
    assert 'name="version" type="hidden" value="1"' in page


@pytest.mark.parametrize("intent", ["save_next", "finalise", "abstain"])
def test_going_on_opens_the_next_file(desk, intent):
    answer = desk.juror.post(desk.sheet, data={**FULL, "intent": intent})
    other = desk.panel.applications[1].id
    assert answer.location == f"/jury/{desk.panel.jury.id}/dossiers/{other}"


def test_the_last_file_leads_back_to_the_queue(desk):
    for application in desk.panel.applications:
        answer = desk.juror.post(
            f"/jury/{desk.panel.jury.id}/dossiers/{application.id}",
            data={**FULL, "intent": "finalise"},
        )
    assert answer.location == desk.queue
    assert desk.juror.get(f"{desk.queue}/suite").location == desk.queue
    assert "2 dossiers notés sur 2" in words(desk.juror.get(desk.queue))


def test_finishing_without_every_mark_keeps_what_was_typed(database, desk):
    answer = desk.juror.post(
        desk.sheet,
        data={
            "mark_criterion1": "7",
            "comment_jury": "Projet solide",
            "version": "0",
            "intent": "finalise",
        },
    )
    assert answer.status_code == 422
    html = answer.get_data(as_text=True)
    assert "Projet solide" in html
    assert 'href="#mark_criterion2-0"' in html
    assert 'href="#mark_criterion1-0"' not in html
    assert rows(database, select(Review)) == []


def test_a_text_too_long_is_refused_and_kept(desk):
    answer = desk.juror.post(desk.sheet, data={**FULL, "comment_jury": "x" * 4001})
    assert answer.status_code == 422
    assert "x" * 4001 in answer.get_data(as_text=True)


def test_a_second_window_keeps_its_text_and_sees_what_the_first_saved(database, desk):
    desk.juror.post(desk.sheet, data={**FULL, "comment_jury": "De la première"})
    second = {**FULL, "mark_criterion1": "2", "comment_jury": "De la seconde"}
    answer = desk.juror.post(desk.sheet, data=second)
    assert answer.status_code == 409
    text = words(answer)
    assert "De la première" in text
    assert "De la seconde" in text
    html = answer.get_data(as_text=True)
    assert 'name="version" type="hidden" value="1"' in html
    assert desk.juror.post(desk.sheet, data={**second, "version": "1"}).status_code == 303
    assert rows(database, select(Review.comment_jury)) == ["De la seconde"]
    assert sorted(rows(database, select(Mark.value))) == [2, 5]


def test_a_mistake_in_an_old_window_does_not_make_it_a_new_one(database, desk):
    desk.juror.post(desk.sheet, data={**FULL, "comment_jury": "De la première"})
    mistaken = desk.juror.post(desk.sheet, data={**FULL, "comment_jury": "x" * 4001})
    assert 'name="version" type="hidden" value="0"' in mistaken.text
    for version in ("9" * 5000, "0"):
        late = {**FULL, "comment_jury": "De la seconde", "version": version}
        assert desk.juror.post(desk.sheet, data=late).status_code == 409
    assert rows(database, select(Review.comment_jury)) == ["De la première"]


def test_a_mark_off_its_scale_is_refused(database, desk):
    for value in ("11", "-1", "²", "abc", "9999"):
        answer = desk.juror.post(desk.sheet, data={**FULL, "mark_criterion1": value})
        assert answer.status_code == 409, value
    assert rows(database, select(Review)) == []


def test_a_final_review_is_read_and_no_longer_written(desk):
    desk.juror.post(desk.sheet, data={**FULL, "intent": "finalise"})
    page = desk.juror.get(desk.sheet)
    assert "62,0 sur 100" in words(page)
    assert "mark_criterion1" not in page.get_data(as_text=True)
    assert desk.juror.post(desk.sheet, data={**FULL, "version": "1"}).status_code == 409


def test_others_scores_appear_once_mine_is_final(database, desk):
    with database.transaction() as session:
        a_review(session, desk.panel.seats[1], desk.panel.applications[0], 9, 9)
    name = desk.panel.seats[1].name
    assert name not in words(desk.juror.get(desk.sheet))
    desk.juror.post(desk.sheet, data={**FULL, "intent": "finalise"})
    assert f"{name} 90,0" in words(desk.juror.get(desk.sheet))


def test_a_queue_is_searched_and_filtered(database, desk):
    desk.juror.post(desk.sheet, data={**FULL, "intent": "finalise"})
    done, left = (one.number for one in desk.panel.applications)
    text = words(desk.juror.get(f"{desk.queue}?state=to_read"))
    assert left in text
    assert done not in text
    assert "1 dossier noté sur 2" in text
    assert "Aucun dossier" in words(desk.juror.get(f"{desk.queue}?q=introuvable"))


def test_before_and_after_its_stage_a_jury_reads_nothing(database, desk, clock):
    with database.transaction() as session:
        stage = session.get_one(Stage, desk.panel.jury.stage_id)
        stage.ends_on = NOW.date()
    assert desk.juror.get(desk.sheet).status_code == 200
    clock.forward(days=1)
    # The browser's sign-in does not live that long: it is the page we look at.
    assert desk.juror.get(desk.sheet).status_code in {303, 409}


# The wall.


def wall(panel, application):
    base = f"/jury/{panel.jury.id}"
    file = f"{base}/dossiers/{application.id}"
    return [("GET", file), ("POST", file), ("GET", f"{file}/deport")]


def test_whoever_steps_back_sees_nothing_of_it_anywhere(database, desk):
    hidden = desk.panel.applications[0]
    with database.transaction() as session:
        stored = a_stored_file(session, desk.panel.jurors[0])
        attached = ApplicationFile(
            application_id=hidden.id,
            field_key="articles",
            stored_file_id=stored.id,
            added_at=NOW,
            added_by=hidden.author_id,
        )
        session.add(attached)
        a_review(session, desk.panel.seats[1], hidden, 9, 9)
    desk.juror.post(desk.sheet, data={**FULL, "intent": "finalise"})
    answer = desk.juror.post(f"{desk.sheet}/deport", data={"reason": "Ma sœur le préside."})
    assert (answer.status_code, answer.location) == (303, desk.queue)
    for method, address in wall(desk.panel, hidden):
        assert desk.juror.open(address, method=method, data=FULL).status_code == 404, address
    document = f"/jury/{desk.panel.jury.id}/documents/{attached.id}"
    assert desk.juror.get(document).status_code == 404
    other = f"/jury/{desk.panel.jury.id}/dossiers/{desk.panel.applications[1].id}"
    for address in ("/jury", desk.queue, f"{desk.queue}?q={hidden.number}", other):
        text = words(desk.juror.get(address))
        assert hidden.title not in text
        assert hidden.number not in text
    assert "0 dossier noté sur 1" in words(desk.juror.get(desk.queue))
    assert "1 sur 1" in words(desk.juror.get(other))  # its place in the queue
    assert rows(database, select(Recusal.reason)) == ["Ma sœur le préside."]
    mine = Review.seat_id == desk.panel.seats[0].id
    assert rows(database, select(Review.set_aside_at).where(mine)) == [NOW]


def test_a_recused_officer_sees_nothing_of_it_either(database, desk):
    hidden = desk.panel.applications[0]
    with database.transaction() as session:
        a_review(session, desk.panel.seats[0], hidden, 9, 9)
        a_recusal(session, desk.panel.jurors[1], hidden)
        a_recusal(session, desk.panel.officer, hidden)
    for address in ("", "/repartition", "/classement", "/classement.csv"):
        page = desk.officer.get(desk.office + address)
        assert page.status_code == 200
        assert hidden.title not in page.get_data(as_text=True), address
        assert hidden.number not in page.get_data(as_text=True), address
    address = f"{desk.office}/dossiers/{hidden.id}/deport"
    assert desk.officer.get(address).status_code == 404
    data = {"seat": str(desk.panel.seats[0].id), "reason": "x"}
    assert desk.officer.post(address, data=data).status_code == 404


@pytest.mark.parametrize("who", ["stranger", "other_juror", "other_officer", "nobody"])
def test_foreign_juries_do_not_exist(database, desk, as_person, client, who):
    with database.transaction() as session:
        other = a_panel(session)
        stranger = a_person(session)
    browser = {
        "stranger": lambda: as_person(stranger),
        "other_juror": lambda: as_person(other.jurors[0]),
        "other_officer": lambda: as_person(other.officer),
        "nobody": lambda: client,
    }[who]()
    expected = 303 if who == "nobody" else 404
    for address in (desk.queue, desk.sheet, desk.office, f"{desk.office}/classement"):
        assert browser.get(address).status_code == expected, address
    for address in (desk.sheet, f"{desk.sheet}/deport", f"{desk.office}/tout-le-monde"):
        assert browser.post(address, data=FULL).status_code == expected, address
    assert rows(database, select(Review)) == []


def test_a_file_not_given_to_me_does_not_exist(database, desk):
    with database.transaction() as session:
        application = an_application_in_review(session, desk.panel.call)
    for method, address in wall(desk.panel, application):
        assert desk.juror.open(address, method=method, data=FULL).status_code == 404


# What pages cost.


def test_opening_and_finishing_a_review_takes_twelve_statements(desk, statements):
    statements.clear()
    desk.juror.get(desk.sheet)
    answer = desk.juror.post(desk.sheet, data={**FULL, "intent": "finalise"})
    desk.juror.get(answer.location)
    # Opening: who asks, the sheet. Saving: who asks, the seat's lock, the sheet, the review, its
    # marks, its final state, the message, the next file. Then the next file is opened.
    assert len(statements) == 2 + 8 + 2


@pytest.mark.parametrize("applications", [1, 3])
def test_lists_of_a_juror_take_constant_statements(database, as_person, statements, applications):
    with database.transaction() as session:
        panel = a_panel(session, applications=applications)
    browser = as_person(panel.jurors[0])
    statements.clear()
    browser.get("/jury")
    assert len(statements) == 2  # who asks, the seats
    statements.clear()
    browser.get(f"/jury/{panel.jury.id}")
    assert len(statements) == 4  # who asks, the seat, the counts, the lines
