"""A jury’s meeting on its pages, without scripts: the chair’s, a member’s and a recused one’s."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from build.juries import a_recusal
from build.reading import words
from build.sittings import Meeting, a_meeting
from grants.sittings.models import Attendance, Motion, Sitting, SittingItem

CHAIR, MEMBER, RECUSED = range(3)


class Screens:
    """A meeting with the browsers of its chair, two members and its officer."""

    def __init__(self, meeting: Meeting, database, as_person) -> None:
        self.meeting, self.database = meeting, database
        self.chair, self.member, self.recused = map(as_person, meeting.panel.jurors)
        self.officer = as_person(meeting.panel.officer)
        self.path = f"/seances/{meeting.sitting.id}"

    def here(self) -> str:
        """The line at hand, or nothing."""
        with self.database.reading() as session:
            found = session.scalar(select(SittingItem.id).where(SittingItem.is_current))
        return str(found or "")

    def on(self, browser, way="on"):
        """Press next."""
        sent = {"way": way, "since": self.here()}
        return browser.post(f"{self.path}/suite", data=sent)

    def all(self, model):
        """Every row."""
        with self.database.reading() as session:
            return session.scalars(select(model)).all()


@pytest.fixture
def screens(database, as_person):
    with database.transaction() as session:
        meeting = a_meeting(session, quorum=2)
        a_recusal(session, meeting.panel.jurors[RECUSED], meeting.panel.applications[0])
        for row in session:
            session.refresh(row)
    return Screens(meeting, database, as_person)


def test_a_meeting_is_called_ordered_and_opened(database, as_person):
    with database.transaction() as session:
        meeting = a_meeting(session, opened=False)
    browser = as_person(meeting.panel.officer)
    tab = f"/instruction/jurys/{meeting.panel.jury.id}/seance"
    sent = {"meets_on": "30/11/2018", "meets_time": "14:30", "place": "", "order": "number"}
    answer = browser.post(tab, data=sent)
    assert answer.status_code == 422
    assert "Dites où le jury se réunit." in words(answer)
    answer = browser.post(tab, data=sent | {"place": "Mairie", "convened_by": "Ada Besson"})
    assert answer.status_code == 303
    agenda = browser.get(answer.location)
    first, second = (one.title for one in meeting.panel.applications)
    text = words(agenda)
    assert text.index(first) < text.index(second)
    with database.reading() as session:
        sitting = session.scalars(select(Sitting).where(Sitting.place == "Mairie")).one()
        lines = select(SittingItem.id).where(SittingItem.sitting_id == sitting.id)
        last = session.scalars(lines.order_by(SittingItem.position.desc())).first()
    path = f"/seances/{sitting.id}"
    browser.post(f"{path}/ordre-du-jour", data={"act": f"up:{last}"})
    text = words(browser.get(f"{path}/ordre-du-jour"))
    assert text.index(second) < text.index(first)
    assert browser.post(f"{path}/ouverture").status_code == 303
    assert browser.post(f"/seances/{meeting.sitting.id}/ouverture").status_code == 409


def test_every_screen_shows_the_same_application_but_the_recused_one(screens):
    title = screens.meeting.panel.applications[0].title
    number = screens.meeting.panel.applications[0].number
    assert screens.on(screens.chair).status_code == 303
    member, officer = (one.get(screens.path) for one in (screens.member, screens.officer))
    assert title in words(member)
    assert title in words(officer)
    assert "Dossier suivant" not in words(member)
    assert "votre note" in words(member)
    for part in ("", "/ecran"):
        out = words(screens.recused.get(screens.path + part))
        assert "Vous n’avez pas à suivre ce point" in out
        assert title not in out
        assert number not in out
    assert number not in words(screens.recused.get(f"{screens.path}/ordre-du-jour"))
    name = screens.meeting.panel.jurors[RECUSED].name
    assert f"Doivent quitter la salle pour ce point {name}" in words(
        screens.chair.get(screens.path)
    )
    assert "Doivent quitter la salle" not in words(screens.member.get(screens.path))
    # The next one is everyone's.
    screens.on(screens.chair)
    assert screens.meeting.panel.applications[1].title in words(screens.recused.get(screens.path))


def test_next_pressed_twice_goes_on_once(screens):
    since = {"way": "on", "since": screens.here()}
    for _ in range(2):
        assert screens.chair.post(f"{screens.path}/suite", data=since).status_code == 303
    begun = [one for one in screens.all(SittingItem) if one.began_at]
    assert len(begun) == 1
    screens.on(screens.officer)
    screens.on(screens.officer, "back")
    assert screens.here() == str(begun[0].id)


def test_a_member_does_not_lead(screens):
    for path in ("suite", "cloture", "chronometre", "motions", "notes"):
        sent = {"text": "Retenir.", "scope": "item", "note": "Rien."}
        assert screens.member.post(f"{screens.path}/{path}", data=sent).status_code == 404, path
    page = words(screens.member.get(screens.path))
    assert "Dossier suivant" not in page
    assert "Clore la séance" not in page


def test_the_pulse_costs_two_statements_and_says_304(screens, statements):
    screens.on(screens.chair)
    first = screens.member.get(f"{screens.path}/pouls")
    del statements[:]
    etag = {"If-None-Match": first.headers["ETag"]}
    again = screens.member.get(f"{screens.path}/pouls", headers=etag)
    assert (again.status_code, again.get_data()) == (304, b"")
    assert len(statements) <= 2
    screens.on(screens.chair)
    changed = screens.member.get(f"{screens.path}/pouls", headers=etag)
    assert changed.status_code == 200
    assert changed.json["stamp"] in screens.member.get(f"{screens.path}/ecran").text


def test_a_vote_from_its_text_to_its_figures(screens):
    screens.on(screens.chair)
    refused = screens.chair.post(f"{screens.path}/motions", data={"text": "", "scope": "item"})
    assert refused.status_code == 422
    sent = {"text": "Retenir ce dossier.", "scope": "item"}
    assert screens.chair.post(f"{screens.path}/motions", data=sent).status_code == 303
    [motion] = screens.all(Motion)
    assert (motion.present, motion.quorum) == (2, 2)
    assert "Retenir ce dossier." in words(screens.member.get(screens.path))
    assert "Retenir ce dossier." not in words(screens.recused.get(screens.path))
    poll = f"{screens.path}/motions/{motion.id}"
    seats = screens.meeting.panel.seats
    for browser, nth, choice, status in (
        (screens.chair, CHAIR, "for", 303),
        (screens.member, MEMBER, "abstain", 303),
        (screens.member, MEMBER, "against", 409),
        (screens.recused, RECUSED, "for", 404),
        (screens.chair, MEMBER, "for", 409),
    ):
        data = {"seat": seats[nth].id, "choice": choice}
        assert browser.post(f"{poll}/vote", data=data).status_code == status
    assert screens.member.get(f"{screens.path}/pouls").json["voted"] == 2
    assert screens.recused.get(f"{screens.path}/pouls").json["voted"] is None
    for _ in range(2):
        assert screens.chair.post(f"{poll}/cloture").status_code == 303
    page = words(screens.member.get(screens.path))
    assert "Pour 1, contre 0, abstentions 1" in page
    assert "Adoptée" in page


def test_without_a_quorum_what_was_typed_stays(screens):
    screens.on(screens.chair)
    gone = {"seat": screens.meeting.panel.seats[MEMBER].id, "mode": "absent"}
    assert screens.member.post(f"{screens.path}/presence", data=gone).status_code == 303
    sent = {"text": "Retenir ce dossier.", "scope": "item"}
    answer = screens.chair.post(f"{screens.path}/motions", data=sent)
    assert answer.status_code == 409
    assert "Le quorum de 2 n’est pas atteint" in words(answer)
    assert "Retenir ce dossier." in answer.text


def test_members_come_and_go_by_themselves_and_for_nobody_else(screens):
    seats = screens.meeting.panel.seats
    for mode in ("absent", "remote", "remote"):
        sent = {"seat": seats[MEMBER].id, "mode": mode}
        assert screens.member.post(f"{screens.path}/presence", data=sent).status_code == 303
    other = {"seat": seats[CHAIR].id, "mode": "absent"}
    assert screens.member.post(f"{screens.path}/presence", data=other).status_code == 404
    mine = [one for one in screens.all(Attendance) if one.seat_id == seats[MEMBER].id]
    assert sorted(one.mode.value for one in mine) == ["present", "remote"]


def test_the_timer_is_the_servers(screens, clock):
    screens.on(screens.chair)
    screens.chair.post(f"{screens.path}/chronometre", data={"act": "start"})
    clock.forward(seconds=125)
    assert 'data-timer="125" data-runs>2:05<' in screens.member.get(screens.path).text
    screens.chair.post(f"{screens.path}/chronometre", data={"act": "stop"})
    clock.forward(seconds=60)
    assert 'data-timer="125">2:05<' in screens.member.get(screens.path).text
    screens.on(screens.chair)
    assert 'data-timer="0">0:00<' in screens.member.get(screens.path).text
