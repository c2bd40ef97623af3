"""An officer's pages about a jury, and the ranking for those who sit on it."""

from __future__ import annotations

import csv
import io

import pytest
from sqlalchemy import select

from build.calls import a_jury
from build.juries import Desk, a_panel, a_review, a_seat, an_application_in_review, an_assignment
from build.people import a_funder_member, a_person
from build.reading import words
from grants.calls.models import CallFunder, Stage
from grants.juries.models import Assignment, RankingLine, Recusal, Seat, SeatRole
from grants.kernel.access import FunderRole
from grants.people.models import Funder


@pytest.fixture
def desk(database, as_person):
    with database.transaction() as session:
        panel = a_panel(session, jurors=2, applications=2)
        for seat in panel.seats:
            a_review(session, seat, panel.applications[0], 7, 5)
        a_review(session, panel.seats[0], panel.applications[1], 9, None)
    return Desk(panel, as_person(panel.jurors[0]), as_person(panel.officer))


def rows(database, statement):
    with database.transaction() as session:
        return session.scalars(statement).all()


def test_a_jurys_page_says_who_sits_and_how_far_they_are(desk):
    text = words(desk.officer.get(desk.office))
    for seat in desk.panel.seats:
        assert seat.name in text
    assert "Personne ne s’est déporté" in text


def test_a_person_is_invited_from_the_page(database, desk):
    data = {"name": "Jeanne Roy", "email": "jeanne@example.org", "role": "chair"}
    answer = desk.officer.post(f"{desk.office}/invitations", data=data)
    assert (answer.status_code, answer.location) == (303, desk.office)
    found = rows(database, select(Seat).where(Seat.email == "jeanne@example.org"))
    assert [(one.name, one.role) for one in found] == [("Jeanne Roy", SeatRole.CHAIR)]
    assert "Réponse attendue" in words(desk.officer.get(desk.office))


def test_a_wrong_invitation_keeps_what_was_typed(desk):
    data = {"name": "Jeanne Roy", "email": "jeanne", "role": "juror"}
    answer = desk.officer.post(f"{desk.office}/invitations", data=data)
    assert answer.status_code == 422
    assert "Jeanne Roy" in answer.get_data(as_text=True)
    seated = {**data, "email": desk.panel.seats[0].email}
    assert desk.officer.post(f"{desk.office}/invitations", data=seated).status_code == 409


def test_everyone_reads_everything_from_one_button(database, desk):
    with database.transaction() as session:
        an_application_in_review(session, desk.panel.call)
    assert desk.officer.post(f"{desk.office}/tout-le-monde").status_code == 303
    assert len(rows(database, select(Assignment))) == 6


def test_files_are_given_and_taken_back_by_hand(database, desk):
    with database.transaction() as session:
        application = an_application_in_review(session, desk.panel.call)
    seat = desk.panel.seats[0].id
    given = select(Assignment.seat_id).where(Assignment.application_id == application.id)
    data = {"seat": str(seat), "application": [str(application.id), "nothing"], "act": "assign"}
    answer = desk.officer.post(f"{desk.office}/repartition?show=unread", data=data)
    assert answer.location == f"{desk.office}/repartition?show=unread"
    assert rows(database, given) == [seat]
    desk.officer.post(f"{desk.office}/repartition", data={**data, "act": "unassign"})
    assert rows(database, given) == []
    elsewhere = {**data, "seat": str(application.id)}
    assert desk.officer.post(f"{desk.office}/repartition", data=elsewhere).status_code == 422


def test_a_member_is_recused_by_the_service(database, desk):
    address = f"{desk.office}/dossiers/{desk.panel.applications[0].id}/deport"
    assert desk.officer.get(address).status_code == 200
    data = {"seat": str(desk.panel.seats[0].id), "reason": ""}
    assert desk.officer.post(address, data=data).status_code == 422
    answer = desk.officer.post(address, data={**data, "reason": "Lien familial"})
    assert answer.location == f"{desk.office}/repartition"
    assert rows(database, select(Recusal.person_id)) == [desk.panel.jurors[0].id]
    assert desk.juror.get(desk.sheet).status_code == 404
    assert "Lien familial" in words(desk.officer.get(desk.office))


@pytest.mark.parametrize("address", ["", "/repartition", "/classement"])
@pytest.mark.parametrize("rows_shown", [1, 3])
def test_a_page_takes_as_many_statements_for_three_rows_as_for_one(
    database, desk, statements, address, rows_shown
):
    with database.transaction() as session:
        for _ in range(rows_shown - 1):
            application = an_application_in_review(session, desk.panel.call)
            seat = a_seat(session, desk.panel.jury)
            an_assignment(session, seat, application)
            a_review(session, seat, application, 1, 2)
    statements.clear()
    assert desk.officer.get(desk.office + address).status_code == 200
    # Who asks; the jury, its funders, its criteria; then what each page is about.
    expected = {"": 8, "/repartition": 8, "/classement": 7}[address]
    assert len(statements) == expected


def test_the_ranking_is_shown_with_its_scores(database, desk):
    page = desk.officer.get(f"{desk.office}/classement")
    text, drawn = words(page), page.text.split('class="dots__drawing"')[1:]
    assert [one.partition("</svg>")[0].count("<circle") for one in drawn] == [1, 2], (
        "a dot for each score"
    )
    first, second = desk.panel.applications[1], desk.panel.applications[0]
    assert text.index(first.title) < text.index(second.title)
    assert "90,0" in text
    assert "62,0" in text
    assert "Provisoire" in text


def test_a_prize_is_named_on_its_ranking(database, desk, as_person):
    with database.transaction() as session:
        stage = session.get_one(Stage, desk.panel.jury.stage_id)
        citizens = a_jury(session, stage, position=2, prize_fr="Prix du public")
    page = desk.officer.get(f"/instruction/jurys/{citizens.id}/classement")
    assert "Prix du public" in words(page)
    assert "Rien à classer" in words(page)


def test_the_ranking_as_a_file(desk):
    answer = desk.officer.get(f"{desk.office}/classement.csv")
    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    lines = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))
    figures = [(one["rang"], one["moyenne"], one["ecart_type"], one["notes"]) for one in lines]
    assert figures == [("1", "90.000", "0.000", "1"), ("2", "62.000", "0.000", "2")]


def test_no_spreadsheet_runs_a_title(database, desk):
    with database.transaction() as session:
        session.merge(desk.panel.applications[0]).title = '=HYPERLINK("http://example.org")'
    text = desk.officer.get(f"{desk.office}/classement.csv").get_data(as_text=True)
    assert "'=HYPERLINK" in text


def test_closing_freezes_what_the_page_shows(database, desk):
    answer = desk.officer.post(f"{desk.office}/cloture")
    assert answer.location == f"{desk.office}/classement"
    text = words(desk.officer.get(f"{desk.office}/classement"))
    assert "Provisoire" not in text
    assert "Sceau des données" in text
    assert len(rows(database, select(RankingLine))) == 2
    assert desk.officer.post(f"{desk.office}/cloture").status_code == 303
    assert desk.officer.post(f"{desk.office}/tout-le-monde").status_code == 409
    assert desk.juror.post(desk.sheet, data={"version": "0"}).status_code == 409


def test_closing_below_the_quorum_is_refused_with_a_sentence(database, desk):
    with database.transaction() as session:
        session.merge(desk.panel.jury).quorum = 2
    answer = desk.officer.post(f"{desk.office}/cloture")
    assert answer.status_code == 409
    assert "Notes définitives nécessaires pour chaque dossier : 2" in words(answer)


def test_an_auditor_reads_and_writes_nothing(database, desk, as_person):
    with database.transaction() as session:
        lead = session.scalars(
            select(Funder).join(CallFunder, CallFunder.funder_id == Funder.id)
        ).first()
        auditor = a_funder_member(session, lead, FunderRole.AUDITOR)
    browser = as_person(auditor)
    page = browser.get(desk.office)
    assert page.status_code == 200
    assert "<button" not in page.get_data(as_text=True).split("<main")[1]
    for address in ("/invitations", "/tout-le-monde", "/repartition", "/cloture"):
        assert browser.post(desk.office + address).status_code == 404, address


# Those who sit.


def test_a_juror_sees_the_ranking_once_the_jury_is_closed(desk):
    assert desk.juror.get(f"{desk.queue}/classement").status_code == 404
    desk.officer.post(f"{desk.office}/cloture")
    page = desk.juror.get(f"{desk.queue}/classement")
    assert page.status_code == 200
    assert desk.panel.applications[0].title in words(page)
    assert desk.juror.post(f"{desk.queue}/classement/cloture").status_code == 404


def test_a_juror_does_not_close_the_jury(database, desk):
    assert desk.juror.post(f"{desk.queue}/classement/cloture").status_code == 404
    assert rows(database, select(RankingLine)) == []


def test_a_chair_finishes_first_then_sees_and_closes(database, desk, as_person):
    with database.transaction() as session:
        person = a_person(session)
        seat = a_seat(session, desk.panel.jury, person=person, role=SeatRole.CHAIR)
        an_assignment(session, seat, desk.panel.applications[0])
    chair = as_person(person)
    title = desk.panel.applications[1].title
    assert title not in words(chair.get(f"{desk.queue}/classement"))
    with database.transaction() as session:
        a_review(session, seat, desk.panel.applications[0], 1, 1)
    assert title in words(chair.get(f"{desk.queue}/classement"))
    assert chair.post(f"{desk.queue}/classement/cloture").status_code == 303
    assert len(rows(database, select(RankingLine))) == 2
