"""The pages of hearings: the officer's, the applicant's, the member's."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from build.clock import NOW
from build.hearings import BRING, DAY, PLAN, a_hearing_panel, planned
from build.juries import a_recusal, a_review
from build.reading import words
from build.sides import PDF
from grants.juries.hearings import services
from grants.juries.hearings.models import Hearing, HearingAvailability, HearingPlan
from grants.kernel.clock import paris_instant
from grants.people.models import Person


class Scene:
    """The panel with browsers for everybody."""

    def __init__(self, hearings, as_person, author) -> None:
        self.hearings, panel = hearings, hearings.panel
        self.officer, self.juror = as_person(panel.officer), as_person(panel.jurors[0])
        self.author = as_person(author)
        self.office = f"/instruction/jurys/{panel.jury.id}/auditions"
        self.file = f"{self.office}/dossiers/{panel.applications[0].id}"
        self.page = f"/dossiers/{panel.applications[0].id}/audition"
        self.desk = f"/jury/{panel.jury.id}/auditions"


def a_scene(database, as_person, *, sent=True, plan=PLAN) -> Scene:
    with database.transaction() as session:
        hearings = a_hearing_panel(session, plan=plan)
        if plan and sent:
            planned(session, hearings, sent=True)
        author = session.get_one(Person, hearings.panel.applications[0].author_id)
    return Scene(hearings, as_person, author)


@pytest.fixture
def scene(database, as_person):
    return a_scene(database, as_person)


def one(database, statement):
    with database.transaction() as session:
        return session.scalars(statement).one()


def test_hours_are_written_seen_kept_and_sent(database, as_person):
    scene = a_scene(database, as_person, plan=None)
    assert "n’a pas encore d’horaires" in words(scene.officer.get(scene.office))
    assert scene.officer.get(f"{scene.office}/apercu").status_code == 409
    typed = {"days": "20/11/2018\n21/11/2018", "first": "09:00", "last": "12:00", "length": "30"}
    typed |= {"pause": "10", "places": "Salle 1", "counts_silent": "y", "bring": BRING}
    wrong = scene.officer.post(f"{scene.office}/contraintes", data={**typed, "days": "le 20"})
    assert wrong.status_code == 422
    assert "le 20" in wrong.get_data(as_text=True)
    short = scene.officer.post(f"{scene.office}/contraintes", data={**typed, "last": "09:20"})
    assert short.status_code == 409
    kept = scene.officer.post(f"{scene.office}/contraintes", data=typed)
    assert (kept.status_code, kept.location) == (303, scene.office)
    assert one(database, select(HearingPlan)).days == ["2018-11-20", "2018-11-21"]
    assert "20/11/2018" in words(scene.officer.get(f"{scene.office}/contraintes"))

    shown = scene.officer.get(f"{scene.office}/apercu").get_data(as_text=True)
    assert "mardi 20\u00a0novembre\u00a02018" in shown
    seen = shown.split('name="seen"')[1].split('value="')[1][:16]
    stale = scene.officer.post(f"{scene.office}/apercu", data={"seen": "0" * 16})
    assert stale.status_code == 409
    assert scene.officer.post(f"{scene.office}/apercu", data={"seen": seen}).status_code == 303
    assert "9 h 00" in words(scene.officer.get(f"{scene.office}?sort=number"))
    assert scene.officer.post(f"{scene.office}/convocations").status_code == 303
    assert scene.officer.post(f"{scene.office}/convocations").status_code == 409


def test_one_hearing_is_moved_swapped_and_called_off_from_its_page(database, scene):
    text = scene.officer.get(scene.file).get_data(as_text=True)
    assert "2 créneaux ne conviennent pas" in words(scene.officer.get(scene.file))
    slot = text.split("<select", 1)[1].split('value="')[-1]
    assert slot
    with database.transaction() as session:
        hearing = session.scalars(
            select(Hearing).where(Hearing.application_id == scene.hearings.ids[0])
        ).one()
        other = session.scalars(
            select(Hearing).where(Hearing.application_id == scene.hearings.ids[1])
        ).one()
    taken = {"slot": key_of(other)}
    refused = scene.officer.post(f"{scene.file}/horaire", data=taken)
    assert refused.status_code == 409
    assert "Une autre audition" in words(refused)
    nothing = scene.officer.post(f"{scene.file}/horaire", data={"slot": ""})
    assert nothing.status_code == 422
    swapped = scene.officer.post(f"{scene.file}/echange", data={"other": str(other.application_id)})
    assert (swapped.status_code, swapped.location) == (303, scene.file)
    again = one(database, select(Hearing.starts_at).where(Hearing.id == hearing.id))
    assert again == other.starts_at
    away = {"on": "20/11/2018", "since": "09:00", "until": "08:00"}
    assert scene.officer.post(f"{scene.file}/impossibilites", data=away).status_code == 409
    away["until"] = "10:00"
    assert scene.officer.post(f"{scene.file}/impossibilites", data=away).status_code == 303
    early = scene.officer.post(f"{scene.file}/presence", data={"attendance": "heard"})
    assert early.status_code == 409
    assert scene.officer.post(f"{scene.file}/annulation").status_code == 303
    assert "Annulée, à annoncer" in words(scene.officer.get(scene.file))


def key_of(hearing):
    from grants.juries.hearings.slots import Slot

    return services.slot_key(Slot(hearing.starts_at, hearing.ends_at, hearing.place))


def test_the_applicant_reads_where_to_come_and_answers(database, scene):
    assert scene.page in scene.author.get(scene.page.removesuffix("/audition")).text
    text = words(scene.author.get(scene.page))
    assert "mardi 20" in text
    assert "Salle du conseil" in text
    assert BRING in text
    address = f"{scene.page}/{scene.hearings.jury_id}/presence"
    assert scene.author.post(address, data={}).status_code == 422
    empty = scene.author.post(address, data={"coming": "unable", "reason": ""})
    assert empty.status_code == 409
    kept = scene.author.post(address, data={"coming": "unable", "reason": "En congé"})
    assert (kept.status_code, kept.location) == (303, scene.page)
    assert "En congé" in words(scene.officer.get(f"{scene.office}?show=unable"))
    assert scene.juror.get(scene.page).status_code == 404


def test_what_is_only_planned_is_not_the_applicants(database, as_person):
    scene = a_scene(database, as_person, sent=False)
    assert scene.author.get(scene.page).status_code == 404
    with database.transaction() as session:
        planned(session, scene.hearings, sent=True)
        by = {"actor": scene.hearings.officer, "now": NOW}
        where = (session, scene.hearings.jury_id, scene.hearings.ids[0])
        key = key_of_nth(session, scene.hearings, 3)
        services.move(*where, key, **by)
    text = words(scene.author.get(scene.page))
    assert "9 h 00" in text
    assert "11 h 00" not in text
    assert "modifie cette audition" in text


def key_of_nth(session, hearings, nth):
    from build.hearings import world

    return services.slot_key(world(session, hearings).board(only_kept=False).slots[nth])


def test_a_member_says_when_they_can_come_and_reads_their_day(database, scene):
    text = words(scene.juror.get(scene.desk))
    assert scene.hearings.panel.applications[0].title in text
    said = scene.juror.post(f"{scene.desk}/disponibilites", data={"halves": ["2018-11-20/am"]})
    assert (said.status_code, said.location) == (303, scene.desk)
    wrong = scene.juror.post(f"{scene.desk}/disponibilites", data={"halves": ["2018-11-29/am"]})
    assert wrong.status_code == 422
    scene.juror.post(f"{scene.desk}/disponibilites", data={})
    seat = scene.hearings.panel.seats[0].id
    kept = select(HearingAvailability.halves).where(HearingAvailability.seat_id == seat)
    assert one(database, kept) == []


def test_a_recused_member_reads_a_taken_time_without_a_name(database, scene):
    panel = scene.hearings.panel
    with database.transaction() as session:
        a_recusal(session, panel.jurors[0], panel.applications[0])
    page = scene.juror.get(scene.desk).get_data(as_text=True)
    assert "Occupé" in page
    assert panel.applications[0].title not in page
    assert str(panel.applications[0].id) not in page
    assert panel.applications[1].title in page


def test_questions_go_to_the_applicant_and_the_reply_to_the_members(database, scene):
    panel = scene.hearings.panel
    with database.transaction() as session:
        review = a_review(
            session, panel.seats[1], panel.applications[0], 5, 5, comment_jury="Et le loyer ?"
        )
    due = (DAY - timedelta(days=2)).strftime("%d/%m/%Y")
    typed = {"text": "Bonjour.", "reviews": [str(review.id)], "due_on": due}
    assert "Et le loyer ?" in words(scene.officer.get(scene.file))
    assert (
        panel.seats[1].name
        not in scene.officer.get(scene.file)
        .get_data(as_text=True)
        .split('id="questions"')[1]
        .split("</section>")[0]
    )
    assert scene.officer.post(f"{scene.file}/questions", data={"text": "a"}).status_code == 422
    assert scene.officer.post(f"{scene.file}/questions", data=typed).status_code == 303
    assert "loyer" not in words(scene.author.get(scene.page))
    assert scene.officer.post(f"{scene.file}/questions/envoi").status_code == 303
    text = words(scene.author.get(scene.page))
    assert "Bonjour." in text
    assert "Et le loyer ?" in text
    assert panel.seats[1].name not in text
    address = f"{scene.page}/{scene.hearings.jury_id}/reponse"
    assert scene.author.post(address, data={"reply": " "}).status_code == 409
    bad = {"reply": "1 200 €", "file": (io.BytesIO(b"MZ"), "a.exe")}
    assert scene.author.post(address, data=bad).status_code == 409
    good = {"reply": "1 200 €", "file": (io.BytesIO(PDF), "bail.pdf")}
    assert scene.author.post(address, data=good).status_code == 303
    theirs = f"{scene.desk}/dossiers/{panel.applications[0].id}/reponse"
    mine = f"{scene.page}/{scene.hearings.jury_id}/document"
    asked = ((scene.author, mine), (scene.juror, theirs), (scene.officer, f"{scene.file}/reponse"))
    for browser, document in asked:
        with browser.get(document) as answer:
            assert answer.data == PDF
    assert scene.author.get(theirs).status_code == 404
    sheet = words(scene.juror.get(f"/jury/{panel.jury.id}/dossiers/{panel.applications[0].id}"))
    assert "1 200 €" in sheet
    assert "Et le loyer ?" in sheet


def test_who_came_is_marked_after_the_hour(database, scene, as_person, clock):
    clock.instant = paris_instant(DAY, 15)
    officer = as_person(scene.hearings.panel.officer)
    typed = {"attendance": "absent", "note": "Sans nouvelles"}
    marked = officer.post(f"{scene.file}/presence", data=typed)
    assert (marked.status_code, marked.location) == (303, scene.file)
    assert "Absent, sans excuse" in words(officer.get(f"{scene.office}?show=absent"))
    assert officer.post(f"{scene.file}/annulation").status_code == 409


@pytest.mark.parametrize("address", ["office", "file", "page", "desk"])
def test_a_page_takes_as_many_statements_whatever_the_number_of_hearings(
    database, as_person, statements, address
):
    counts = []
    for many in (1, 4):
        with database.transaction() as session:
            hearings = a_hearing_panel(session, applications=many, jurors=many)
            planned(session, hearings, sent=True)
            author = session.get_one(Person, hearings.panel.applications[0].author_id)
        scene = Scene(hearings, as_person, author)
        browser = {"page": scene.author, "desk": scene.juror}.get(address, scene.officer)
        statements.clear()
        assert browser.get(getattr(scene, address)).status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1]
    assert counts[0] <= 16
