"""The service composes a jury: lists of people, what each can read, conflicts to answer."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import select

from build.juries import Desk, a_hint, a_panel, a_seat
from build.people import a_funder_member, a_member
from build.reading import words
from grants.calls.models import CallFunder
from grants.juries.models import Answer, ConflictHint, HintKind, Recusal, Seat
from grants.kernel.access import FunderRole
from grants.outbox.models import Message
from grants.people.models import Funder, Organisation


@pytest.fixture
def desk(database, as_person):
    with database.transaction() as session:
        panel = a_panel(session, jurors=1, applications=1)
        organisation = session.get_one(Organisation, panel.applications[0].organisation_id)
        a_member(session, organisation, name="Nolwenn Tanguy")
    return Desk(panel, as_person(panel.jurors[0]), as_person(panel.officer))


def rows(database, statement):
    with database.transaction() as session:
        return session.scalars(statement).all()


def test_a_list_is_shown_line_by_line_before_anyone_is_written_to(database, desk):
    address = f"{desk.office}/membres/liste"
    assert desk.officer.get(address).status_code == 200
    seated = desk.panel.seats[0].email
    text = f"Zoé Roy;zoe@example.org;experts;;9\nTANGUY Nolwenn;n@gmail.com\nDéjà;{seated}"
    shown = desk.officer.post(address, data={"listed": text, "check": "1"})
    page = words(shown).replace("\u202f", " ")
    assert shown.status_code == 200
    for said in ("Recevra une invitation", "Pas de second courriel", "9 dossiers au plus"):
        assert said in page
    assert "Porte le même nom que Nolwenn Tanguy" in page
    assert len(rows(database, select(Seat))) == 1
    for sent in range(2):
        answer = desk.officer.post(address, data={"listed": text, "invite": "1"})
        assert (answer.status_code, answer.location) == (303, desk.office)
        told = rows(database, select(Message).where(Message.kind == "juror.invited"))
        assert len(told) == 2, sent


def test_a_list_with_faults_invites_nobody_and_says_each_in_a_sentence(database, desk):
    address = f"{desk.office}/membres/liste"
    content = "Zoé Roy;zoe@example.org\nIdir;idir\nAna;ana@example.org;martiens".encode("cp1252")
    data = {"file": (io.BytesIO(content), "jurés.csv"), "invite": "1"}
    answer = desk.officer.post(address, data=data, content_type="multipart/form-data")
    page = words(answer)
    assert answer.status_code == 422
    assert "2 lignes sont à corriger" in page.replace("\u202f", " ")
    assert "Ce n’est pas une adresse" in page
    assert "Ce collège n’est pas connu" in page
    assert "Zoé Roy;zoe@example.org" in answer.get_data(as_text=True)
    assert len(rows(database, select(Seat))) == 1
    assert desk.officer.post(address, data={"listed": "\n \n"}).status_code == 422


def test_a_name_that_rings_a_bell_is_told_before_the_invitation(database, desk):
    data = {"name": "Nolwenn TANGUY", "email": "n@gmail.com", "role": "juror"}
    asked = desk.officer.post(f"{desk.office}/invitations", data=data)
    assert asked.status_code == 422
    assert "Porte le même nom que Nolwenn Tanguy" in words(asked)
    assert len(rows(database, select(Seat))) == 1
    seen = desk.officer.post(f"{desk.office}/invitations", data={**data, "seen": "1"})
    assert seen.status_code == 303
    [hint] = rows(database, select(ConflictHint))
    assert hint.kind is HintKind.OFFICER
    assert "1 conflit d’intérêts possible" in words(desk.officer.get(desk.office)).replace(
        "\u202f", " "
    )
    assert "conflit possible" not in words(desk.juror.get(desk.queue))


def test_a_suggestion_is_answered_with_a_reason(database, desk):
    with database.transaction() as session:
        panel = desk.panel
        hint = a_hint(session, panel.seats[0], panel.applications[0]).id
    home = f"{desk.office}/conflits"
    assert "Porte le même nom" in words(desk.officer.get(home))
    assert "conflit possible" in words(desk.officer.get(f"{desk.office}/repartition"))
    address = f"{home}/{hint}"
    assert desk.officer.get(address).status_code == 200
    typed = desk.officer.post(address, data={"answer": "confirmed", "reason": ""})
    assert typed.status_code == 422
    answer = desk.officer.post(address, data={"answer": "confirmed", "reason": "Même personne."})
    assert (answer.status_code, answer.location) == (303, home)
    assert [one.answer for one in rows(database, select(ConflictHint))] == [Answer.CONFIRMED]
    [recusal] = rows(database, select(Recusal))
    assert recusal.person_id == panel.jurors[0].id
    assert desk.juror.get(desk.sheet).status_code == 404
    again = {"answer": "dismissed", "reason": "Erreur."}
    assert desk.officer.post(address, data=again).status_code == 409
    assert "Même personne." in words(desk.officer.get(f"{home}?show=answered"))
    assert desk.officer.post(f"{home}/recherche").location == home


def test_conflicts_are_for_officers_who_do_not_sit(database, desk, as_person):
    with database.transaction() as session:
        lead = select(CallFunder.funder_id).where(CallFunder.call_id == desk.panel.call.id)
        funder = session.get_one(Funder, session.scalars(lead).one())
        elected = a_funder_member(session, funder, FunderRole.ELECTED)
        sitting = a_funder_member(session, funder)
        a_seat(session, desk.panel.jury, person=sitting)
    home = f"{desk.office}/conflits"
    for person in (elected, sitting):
        browser = as_person(person)
        assert browser.get(home).status_code == 404
        page = browser.get(desk.office)
        assert (page.status_code, home in page.get_data(as_text=True)) == (200, False)
    assert home in desk.officer.get(desk.office).get_data(as_text=True)


def test_the_service_says_what_a_member_can_read_and_their_college(database, desk):
    address = f"{desk.office}/membres/{desk.panel.seats[0].id}"
    assert desk.officer.get(address).status_code == 200
    data = {"college": "citizens", "skills": ["food"], "load_max": "7"}
    assert desk.officer.post(address, data=data).location == desk.office
    [seat] = rows(database, select(Seat))
    assert (seat.college, seat.skills, seat.load_max) == ("citizens", ["food"], 7)
    assert "Citoyens" in words(desk.officer.get(desk.office))
    assert desk.officer.post(address, data={"college": "martians"}).status_code == 422
    assert desk.officer.get(f"{desk.office}/membres/{desk.panel.jury.id}").status_code == 404
