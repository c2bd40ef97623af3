"""Members of juries say what they can read and what they have interests in; before all else."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

import pytest
from sqlalchemy import select

from build.clock import NOW
from build.juries import Desk, a_declaration, a_panel, a_seat
from build.people import a_person
from build.reading import words
from grants.juries.models import DeclaredInterest, InterestsDeclaration, Seat
from grants.juries.services import remind_of_lapse
from grants.outbox.models import Message
from grants.people.models import Person

PAGE = "/jury/declaration"
LINE = {
    "interests-0-kind": "mandate",
    "interests-0-body": "Les Amis du Lac",
    "interests-0-number": "W631234567",
    "interests-0-role": "Trésorière",
    "interests-0-since": "01/09/2015",
}


@pytest.fixture
def desk(database, as_person):
    with database.transaction() as session:
        panel = a_panel(session, jurors=1)
        lapsed = a_seat(session, panel.jury, declared=False)
        person = a_person_of(session, lapsed)
        a_declaration(
            session, person, {"body": "Radio Campus"}, at=NOW - timedelta(days=400), nothing=False
        )
    desk = Desk(panel, as_person(person), as_person(panel.officer))
    desk.person = person
    return desk


def a_person_of(session, seat):
    return session.get_one(Person, seat.person_id)


def rows(database, statement):
    with database.transaction() as session:
        return session.scalars(statement).all()


def test_without_a_declaration_in_force_every_page_of_a_juror_leads_to_it(desk):
    nowhere = f"{desk.queue}/dossiers/{desk.panel.jury.id}"
    for address in (desk.queue, desk.sheet, f"{desk.queue}/profil", nowhere):
        answer = desk.juror.get(address)
        assert (answer.status_code, answer.location) == (303, f"{PAGE}?next={quote(address)}")
    assert desk.juror.post(f"{desk.sheet}/note", data={}).status_code in (303, 404, 405)
    mine = words(desk.juror.get("/jury"))
    assert "Votre déclaration d’intérêts est attendue" in mine
    assert "notés" not in mine
    assert "Mes jurys" in mine


def test_a_lapsed_declaration_is_renewed_from_what_it_said(database, desk):
    page = desk.juror.get(PAGE).get_data(as_text=True)
    assert "Radio Campus" in page
    assert "n’est plus en vigueur" in page
    answer = desk.juror.post(PAGE, data={**LINE, "charter": "y"})
    assert answer.status_code == 303
    assert desk.juror.get(desk.queue).status_code == 200
    mine = select(InterestsDeclaration).where(InterestsDeclaration.person_id == desk.person.id)
    last = rows(database, mine.order_by(InterestsDeclaration.lapses_on))[-1]
    assert (last.lapses_on - NOW.date()).days == 365
    line = rows(
        database, select(DeclaredInterest).where(DeclaredInterest.declaration_id == last.id)
    )
    assert [(one.body, one.core, one.rna) for one in line] == [
        ("Les Amis du Lac", "amis du lac", "W631234567")
    ]
    [message] = rows(database, select(Message).where(Message.kind == "interests.declared"))
    assert "Lac" not in str(message.payload)


@pytest.mark.parametrize(
    ("sent", "status", "said"),
    [
        ({**LINE}, 422, "Cochez la case"),
        ({"charter": "y"}, 409, "cochez « Je n’ai rien à déclarer »"),
        ({**LINE, "charter": "y", "nothing": "y"}, 409, "décochez la case"),
        ({**LINE, "charter": "y", "interests-0-body": ""}, 422, "Écrivez le nom"),
        ({**LINE, "charter": "y", "interests-0-number": "123"}, 422, "n’est ni un SIREN"),
        ({**LINE, "charter": "y", "interests-0-until": "01/01/2014"}, 422, "avant de commencer"),
        ({**LINE, "more": "1"}, 200, "Les Amis du Lac"),
    ],
)
def test_a_declaration_that_does_not_hold_together_is_kept_as_typed(
    database, desk, sent, status, said
):
    answer = desk.juror.post(PAGE, data=sent)
    assert answer.status_code == status
    text = words(answer).replace("\u202f", " ").replace("\u00a0", " ")
    page = answer.get_data(as_text=True)
    assert said in text or said in page
    assert ("Trésorière" in page) is ("interests-0-role" in sent)
    assert len(rows(database, select(InterestsDeclaration))) == 2


def test_whoever_sits_nowhere_has_nothing_to_declare(database, desk, as_person):
    with database.transaction() as session:
        stranger = a_person(session)
    assert as_person(stranger).get(PAGE).status_code == 404
    assert as_person(stranger).post(PAGE, data={"nothing": "y", "charter": "y"}).status_code == 404


def test_a_member_says_what_they_can_read(database, desk, as_person):
    juror = as_person(desk.panel.jurors[0])
    address = f"{desk.queue}/profil"
    assert f'href="{address}"' in juror.get(desk.queue).text
    assert juror.get(address).status_code == 200
    data = {"skills": ["food", "nonsense"], "languages": ["de", "lsf"], "load_max": "12"}
    assert juror.post(address, data=data).location == desk.queue
    [seat] = rows(database, select(Seat).where(Seat.person_id == desk.panel.jurors[0].id))
    assert (seat.skills, seat.languages, seat.load_max) == (["food"], ["de", "lsf"], 12)
    assert juror.post(address, data={"load_max": "0"}).status_code == 422


def test_a_declaration_that_ends_soon_is_told_once(database, desk):
    with database.transaction() as session:
        person = a_person_of(session, a_seat(session, desk.panel.jury, declared=False))
        at = NOW - timedelta(days=340)
        a_declaration(session, person, at=at)
        renewed = a_person_of(session, a_seat(session, desk.panel.jury))
        a_declaration(session, renewed, at=at)
        a_declaration(session, a_person(session), at=at)
    with database.transaction() as session:
        assert remind_of_lapse(session, now=NOW) == 1
    with database.transaction() as session:
        assert remind_of_lapse(session, now=NOW) == 0
    [message] = rows(database, select(Message).where(Message.kind == "interests.lapsing"))
    told = rows(
        database,
        select(InterestsDeclaration.person_id).where(InterestsDeclaration.id == message.subject_id),
    )
    assert told == [person.id]


def test_an_officer_who_sits_is_offered_no_conflicts_though_their_declaration_lapsed(
    database, desk
):
    """The declared interests of fellow members are not theirs to read: no link, and no page."""
    office = f"/instruction/jurys/{desk.panel.jury.id}"
    conflicts = f"{office}/conflits"
    assert conflicts in desk.officer.get(office).text
    with database.transaction() as session:
        officer = session.merge(desk.panel.officer)
        a_seat(session, session.merge(desk.panel.jury), person=officer, declared=False)
    page = desk.officer.get(office)
    assert (page.status_code, conflicts in page.text) == (200, False)
    for method in (desk.officer.get, desk.officer.post):
        assert method(f"{conflicts}/{desk.panel.jury.id}").status_code == 404
    assert desk.officer.get(conflicts).status_code == 404
    assert desk.officer.post(f"{conflicts}/recherche").status_code == 404
