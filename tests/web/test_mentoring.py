"""A mentoring from the list to the hours: the service, the mentor, the applicant, the recused."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from build.calls import a_call
from build.clock import NOW
from build.juries import a_recusal, a_seat, an_application_in_review, an_assignment
from build.ledger import a_book, an_envelope
from build.mentoring import a_mentor, a_mentoring_stage, a_pair, given
from build.people import a_funder, a_funder_member, a_member, a_person, an_organisation
from build.reading import words
from grants.applications.models import ApplicationState
from grants.calls.models import Jury, Stage
from grants.juries.models import Assignment, Recusal
from grants.kernel.access import FunderRole
from grants.kernel.money import Unit
from grants.mentoring.models import HoursGiven, Mentor, Pair
from grants.notices.giving import Site
from grants.notices.telling import TELLINGS
from grants.outbox.models import Message
from grants.people.models import OneTimeLink, Person

SITE = Site(base_url="https://laureat.example", secret_key="s" * 32)
LINE = {"held_on": "28/09/2018", "minutes": "90", "done": "Relu le budget."}
TYPED = {"name": "Odile Haussmark", "email": "Odile@Example.org ", "phone": "", "hours": "12"}


class Scene:
    """A stage with two mentors and two projects; browsers for everybody."""

    def __init__(self, session, as_person) -> None:
        funder = a_funder(session)
        hours = an_envelope(session, a_book(session, funder), unit=Unit.HOUR, voted=3)
        call = a_call(session, funders=[funder], envelopes=[hours], themes=["food", "digital"])
        self.stage = a_mentoring_stage(session, call)
        self.first, self.second = (an_application_in_review(session, call) for _ in range(2))
        mentor = a_person(session, name="Pascal Zwillinger")
        self.pascal = a_mentor(
            session, self.stage, email=mentor.email, name=mentor.name, skills=["digital"]
        )
        self.quitterie = a_mentor(session, self.stage, name="Quitterie Lerch")
        people = {role: a_funder_member(session, funder, role) for role in FunderRole}
        self.people = {**people, "mentor": mentor}
        self.people["author"] = session.get_one(Person, self.first.author_id)
        self.browsers = {name: as_person(person) for name, person in self.people.items()}
        self.home = f"/instruction/etapes/{self.stage.id}/parrainage"
        self.file = f"{self.home}/dossiers/{self.first.id}"
        self.page = f"/dossiers/{self.first.id}/parrainage"

    def __getattr__(self, name):
        key = FunderRole.OFFICER if name == "officer" else name
        return self.__dict__["browsers"][key]


@pytest.fixture
def scene(database, as_person):
    with database.transaction() as session:
        return Scene(session, as_person)


@pytest.fixture
def paired(database, scene):
    """The same, the first project helped by Pascal."""
    with database.transaction() as session:
        officer = session.merge(scene.people[FunderRole.OFFICER])
        scene.pair = a_pair(session, session.merge(scene.pascal), scene.first, officer)
    return scene


def rows(database, model):
    """All of them, in the order in which one request after the other wrote them."""
    with database.transaction() as session:
        born = model.serial if model is Message else model.id
        return list(session.scalars(select(model).order_by(born)))


def test_an_officer_keeps_the_list(database, scene):
    new = f"{scene.home}/parrains/nouveau"
    assert scene.officer.post(new, data={**TYPED, "hours": "0"}).status_code == 422
    assert scene.officer.post(new, data={**TYPED, "skills": ["magic"]}).status_code == 422
    wanted = {**TYPED, "skills": ["digital", "food"]}
    assert scene.officer.post(new, data=wanted).location == scene.home
    again = scene.officer.post(new, data=wanted)
    assert again.status_code == 409
    assert "déjà sur la liste" in words(again)
    odile = next(one for one in rows(database, Mentor) if one.name == "Odile Haussmark")
    assert (odile.email, odile.skills, odile.hours) == (
        "odile@example.org",
        ["food", "digital"],
        12,
    )
    text = words(scene.officer.get(scene.home))
    assert "Odile Haussmark" in text
    assert "Numérique" in text
    page = f"{scene.home}/parrains/{odile.id}"
    assert scene.officer.post(page, data={**wanted, "hours": "20"}).location == scene.home
    assert scene.officer.post(f"{page}/retrait").location == scene.home
    assert len(rows(database, Mentor)) == 2


def test_a_person_decides_between_suggestions_and_both_are_told(database, scene):
    text = scene.officer.get(scene.file).get_data(as_text=True)
    assert text.index("Pascal Zwillinger") < text.index("Quitterie Lerch")
    assert "Numérique. Projets accompagnés" in words(scene.officer.get(scene.file))
    assert not re.search("<input[^>]* checked", text), "a person decides"
    assert scene.officer.post(scene.file, data={"mentor": ""}).status_code == 422
    for chosen in (scene.quitterie, scene.quitterie, scene.pascal):
        made = scene.officer.post(scene.file, data={"mentor": str(chosen.id)})
        assert made.location == scene.home
    pairs = rows(database, Pair)
    assert [(one.mentor_id, one.ended_at is None) for one in pairs] == [
        (scene.quitterie.id, False),
        (scene.pascal.id, True),
    ]
    told = [one.kind for one in rows(database, Message) if one.kind.startswith("mentoring.")]
    both = ["mentoring.paired", "mentoring.mentor_told"]
    assert told == [*both, "mentoring.ended", *both]
    links = [one.email for one in rows(database, OneTimeLink)]
    assert links == [scene.quitterie.email, scene.pascal.email]
    assert "Pascal Zwillinger" in words(scene.officer.get(scene.home))


def mails(database):
    """Whom each message about a pair is told to, and where the mail leads."""
    with database.transaction() as session:
        kinds = [one for one in TELLINGS if one.startswith("mentoring.")]
        found = select(Message).where(Message.kind.in_(kinds)).order_by(Message.serial)
        notices = [TELLINGS[one.kind].notice(session, one, SITE) for one in session.scalars(found)]
        return [
            ([one.address for one in notice.recipients], notice.facts["url"]) for notice in notices
        ]


def test_a_newcomer_comes_in_by_a_link_and_nobody_is_told_of_what_ended(database, scene):
    author = scene.people["author"].email
    for mentor in (scene.quitterie, scene.pascal):
        scene.officer.post(scene.file, data={"mentor": str(mentor.id)})
        *_, (to_applicant, page), (to_mentor, way_in) = mails(database)
        assert author in to_applicant
        assert page.endswith(scene.page)
        assert to_mentor == [mentor.email]
        way = "/compte/invitation/" if mentor is scene.quitterie else "/parrainages/"
        assert way in way_in
    assert [whom for whom, _url in mails(database)][:2] == [[], []]
    with database.transaction() as session:
        a_recusal(session, session.merge(scene.people["mentor"]), session.merge(scene.first))
    assert mails(database)[-1][0] == []


def test_nobody_helps_their_own_project_nor_one_that_is_out(database, scene):
    with database.transaction() as session:
        own = a_mentor(session, scene.stage, email=scene.people["author"].email)
    refused = scene.officer.post(scene.file, data={"mentor": str(own.id)})
    assert refused.status_code == 409
    assert "porte ce dossier" in words(refused)
    with database.transaction() as session:
        session.merge(scene.first).state = ApplicationState.ELIMINATED
    assert scene.officer.post(scene.file, data={"mentor": str(own.id)}).status_code == 404


def test_both_see_how_to_reach_each_other_and_write_hours_down(database, paired):
    desk = f"/parrainages/{paired.pair.id}"
    assert paired.mentor.get("/compte/arrivee").location == "/parrainages"
    assert paired.author.get("/compte/arrivee").location == "/dossiers"
    assert paired.first.title in words(paired.mentor.get("/parrainages"))
    assert paired.people["author"].email in words(paired.mentor.get(desk))
    assert paired.pascal.email in words(paired.author.get(paired.page))
    tomorrow = {**LINE, "held_on": (NOW + timedelta(days=1)).strftime("%d/%m/%Y")}
    assert paired.mentor.post(f"{desk}/heures", data=tomorrow).status_code == 409
    assert paired.mentor.post(f"{desk}/heures", data={**LINE, "done": " "}).status_code == 422
    assert paired.mentor.post(f"{desk}/heures", data=LINE).location == desk
    theirs = f"{paired.page}/{paired.pair.id}/heures"
    twice = paired.author.post(theirs, data=LINE)
    assert twice.status_code == 409
    assert "déjà noté" in words(twice)
    assert paired.author.post(theirs, data={**LINE, "minutes": "45"}).location == paired.page
    for browser, page in ((paired.mentor, desk), (paired.author, paired.page)):
        assert "2 h 15 en tout" in words(browser.get(page))
    by_mentor, by_applicant = sorted(rows(database, HoursGiven), key=lambda one: -one.minutes)
    assert paired.author.post(f"{theirs}/{by_mentor.id}/retrait").status_code == 404
    assert paired.mentor.post(f"{desk}/heures/{by_applicant.id}/retrait").status_code == 404
    assert paired.author.post(f"{theirs}/{by_applicant.id}/retrait").status_code == 303
    assert [one.minutes for one in rows(database, HoursGiven)] == [90]


def test_the_service_reads_hours_by_pair_and_in_all_beside_the_envelope(database, paired):
    with database.transaction() as session:
        mentor = paired.people["mentor"]
        given(session, paired.pair, 90, mentor)
        officer = paired.people[FunderRole.OFFICER]
        other = a_pair(session, paired.quitterie, paired.second, officer)
        given(session, other, 60, mentor)
    text = words(paired.officer.get(paired.home))
    assert "1 h 30" in text
    assert "3 h votées, 2 h 30 données" in text
    assert "Il reste 30 min" in text
    with database.transaction() as session:
        given(session, other, 45, mentor, by_mentor=False)
    text = words(paired.officer.get(paired.home))
    assert "15 min de plus que ce qui a été voté" in text
    assert paired.first.title not in words(paired.officer.get(f"{paired.home}?show=unpaired"))


def test_an_ended_mentoring_keeps_its_hours_and_takes_no_more(paired):
    desk = f"/parrainages/{paired.pair.id}"
    assert paired.mentor.post(f"{desk}/heures", data=LINE).status_code == 303
    assert paired.officer.post(f"{paired.file}/fin").location == paired.file
    assert paired.mentor.post(f"{desk}/heures", data={**LINE, "minutes": "5"}).status_code == 409
    assert "1 h 30" in words(paired.officer.get(paired.file))
    removed = paired.officer.post(f"{paired.home}/parrains/{paired.pascal.id}/retrait")
    assert removed.status_code == 409
    page = f"{paired.home}/parrains/{paired.pascal.id}"
    moved = paired.officer.post(page, data={**TYPED, "email": "autre@example.org"})
    assert moved.status_code == 409


def test_a_mentoring_ends_though_its_project_left_the_running(database, paired):
    with database.transaction() as session:
        session.merge(paired.first).state = ApplicationState.ELIMINATED
    assert 'name="mentor"' not in paired.officer.get(paired.file).text
    for _ in range(2):
        assert paired.officer.post(f"{paired.file}/fin").location == paired.file
    page = paired.officer.get(paired.file)
    assert (page.status_code, "/fin" in page.text) == (200, False)
    assert "Heures données par Pascal Zwillinger" in words(page)
    again = paired.officer.post(paired.file, data={"mentor": str(paired.quitterie.id)})
    assert again.status_code == 409


def test_whoever_is_recused_finds_no_pair_no_hours_and_no_name(database, paired):
    with database.transaction() as session:
        given(session, paired.pair, 90, paired.people["mentor"])
        for name in ("mentor", FunderRole.OFFICER):
            a_recusal(session, session.merge(paired.people[name]), session.merge(paired.first))
    desk = f"/parrainages/{paired.pair.id}"
    assert paired.first.title not in words(paired.mentor.get("/parrainages"))
    assert paired.mentor.get(desk).status_code == 404
    assert paired.mentor.post(f"{desk}/heures", data=LINE).status_code == 404
    assert paired.officer.get(paired.file).status_code == 404
    assert paired.officer.post(paired.file, data={"mentor": "x"}).status_code == 404
    text = words(paired.officer.get(paired.home))
    assert paired.first.title not in text
    assert "1 h 30" not in text
    assert "1 h 30" in words(paired.browsers[FunderRole.ELECTED].get(paired.home))


def test_only_a_stage_of_mentoring_has_mentors(database, scene):
    with database.transaction() as session:
        other = session.scalars(
            select(Stage.id).where(Stage.call_id == scene.stage.call_id, Stage.id != scene.stage.id)
        ).first()
    assert scene.officer.get(f"/instruction/etapes/{other}/parrainage").status_code == 404
    assert scene.author.get(scene.page).status_code == 404


def test_nobody_who_must_not_know_of_a_project_becomes_its_mentor(database, scene):
    """A recusal; and a seat on a blind jury of the call, though only for as long as it is open."""
    given = {"mentor": str(scene.pascal.id)}
    with database.transaction() as session:
        jury = session.scalars(select(Jury).where(Jury.call_id == scene.stage.call_id)).first()
        session.get_one(Stage, jury.stage_id).blind = True
        a_seat(session, jury, person=session.merge(scene.people["mentor"]))
    assert scene.officer.post(scene.file, data=given).status_code == 409
    with database.transaction() as session:
        session.get_one(Stage, jury.stage_id).blind = False
        a_recusal(session, session.merge(scene.people["mentor"]), scene.second)
    second = scene.file.replace(str(scene.first.id), str(scene.second.id))
    refused = scene.officer.post(second, data=given)
    assert refused.status_code == 409
    assert "ferme ce dossier à Pascal Zwillinger" in words(refused)
    assert scene.officer.post(scene.file, data=given).status_code == 303


def test_a_mentor_sits_blind_only_by_stepping_back_from_the_projects_they_help(database, paired):
    """They know whose it is: neither read nor helped from then on, and the register says so."""
    with database.transaction() as session:
        jury = session.scalars(select(Jury).where(Jury.call_id == paired.stage.call_id)).first()
        stage = session.get_one(Stage, jury.stage_id)
        seat = a_seat(session, jury, person=session.merge(paired.people["mentor"]), accepted=False)
        for one in (paired.first, paired.second):
            an_assignment(session, seat, one)
    address = f"/jury/invitations/{seat.id}"
    assert "Je me déporte" not in words(paired.mentor.get(address))  # it reads with names
    with database.transaction() as session:
        session.get_one(Stage, stage.id).blind = True
    page = words(paired.mentor.get(address))
    assert "Je me déporte" in page
    assert "1 projet de cet appel" in page
    refused = paired.mentor.post(f"{address}/accepter", data={"charter": "y"})
    assert refused.status_code == 409
    assert "déclinez" in words(refused)
    assert rows(database, Recusal) == []
    given = {"charter": "y", "steps_back": "y"}
    assert paired.mentor.post(f"{address}/accepter", data=given).status_code == 303
    (recusal,) = rows(database, Recusal)
    assert (recusal.application_id, recusal.jury_id) == (paired.first.id, jury.id)
    read = {one.application_id: one.withdrawn_at is None for one in rows(database, Assignment)}
    assert read == {paired.first.id: False, paired.second.id: True}
    assert paired.mentor.get(f"/parrainages/{paired.pair.id}").status_code == 404


def test_whoever_helps_finds_their_projects_in_the_menu_whatever_else_they_are(database, paired):
    with database.transaction() as session:
        a_member(session, an_organisation(session), person=session.merge(paired.people["mentor"]))
        officer = session.merge(paired.people[FunderRole.OFFICER])
        also = a_mentor(session, paired.stage, email=officer.email)
        a_pair(session, also, paired.second, officer)
    for browser in (paired.mentor, paired.officer):
        menu = browser.get("/appels").text.partition("</header>")[0]
        assert '<a href="/parrainages">' in menu
        assert '<a href="/parrainages" aria-current="true">' in browser.get("/parrainages").text
    assert '"/parrainages"' not in paired.author.get("/appels").text
    with database.transaction() as session:
        a_recusal(session, session.merge(paired.people["mentor"]), session.merge(paired.first))
    assert '"/parrainages"' not in paired.mentor.get("/appels").text
