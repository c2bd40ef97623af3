"""Scoring, voting and answering without a mouse; and the same in a browser without scripts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from build.clock import NOW
from build.hearings import DAY, a_hearing_panel, planned
from build.juries import a_panel, a_recusal
from build.polls import SECRET, a_link, a_poll, some_codes
from build.sittings import a_meeting
from grants.applications.models import Application
from grants.juries.hearings import services as hearings
from grants.juries.hearings.models import Hearing, HearingFeedback
from grants.juries.models import Recusal, Review
from grants.polls.links import path
from grants.polls.models import PollBallot
from grants.sittings.models import Motion, SittingItem
from journeys.inside import Ears, inside
from journeys.keyboard import Hands

ON, STEP_BACK = '[name="intent"][value="save_next"]', 'a[href$="/deport"]'
ABSTAIN, FINISH = '[name="intent"][value="abstain"]', '[name="intent"][value="finalise"]'


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def scripts(request):
    return request.param


@pytest.fixture
def stage(app, chromium, database, clock):
    with inside(app, chromium, database, clock, eyes=Ears()) as stage:
        yield stage


def rows(stage, statement):
    """What the database holds now; no page is being asked for meanwhile."""
    with stage.session() as session:
        return list(session.scalars(statement))


def marks(hands, *values):
    """A mark on each criterion, by digits; by arrows where no script reads digits."""
    for nth, value in enumerate(values, 1):
        hands.reach(f'[name="mark_criterion{nth}"]').choose(str(value))


def test_scoring_needs_neither_mouse_nor_scripts(stage, scripts):
    with stage.session() as session:
        panel = a_panel(session, applications=4)
    juror = stage.enter(stage.visitor(scripts=scripts), panel.jurors[0].id)
    juror.goto(f"/jury/{panel.jury.id}")
    hands = Hands(juror).enter('.heading__actions a[href$="/suite"]')
    drafted = juror.path
    hands.walk()
    hands = Hands(juror.goto(drafted))
    marks(hands, 7, 10)
    if scripts:
        with juror.page.expect_navigation():
            juror.page.keyboard.press("s")
        juror.look()
    else:
        hands.enter(ON)
    abstained = juror.path
    assert abstained != drafted
    hands.enter(ABSTAIN)
    hands.enter(STEP_BACK).reach('[name="reason"]').type("Ma sœur y travaille.")
    hands.enter("main button.btn-danger")
    juror.says("Votre déport est enregistré.").goto(f"/jury/{panel.jury.id}")
    hands.enter('.heading__actions a[href$="/suite"]')
    assert juror.path == drafted
    while "/dossiers/" in juror.path:
        marks(hands, 8, 9)
        hands.enter(FINISH)
        juror.says("Votre note est définitive.")
    assert len(rows(stage, select(Recusal))) == 1
    found = {str(one.application_id): one for one in rows(stage, select(Review))}
    states = sorted(one.state.value for one in found.values())
    assert states == ["abstained", "final", "final"]
    assert found[drafted.rpartition("/")[2]].total == 84_000


def test_a_ballot_needs_neither_mouse_nor_scripts(stage, scripts):
    with stage.session() as session:
        poll = a_poll(session)
        code = some_codes(session, poll, 1)[0]
        link = path(SECRET, poll.slug, a_link(session, poll, "ana@example.org").id)
        first = poll.candidates[0].id
    citizen = stage.visitor(scripts=scripts).goto(f"/votes/{poll.slug}")
    box = f'[name="choice"][value="{first}"]'
    hands = Hands(citizen)
    hands.reach(box).type(" ")
    hands.enter('form[action$="/bulletin"] button')
    hands.reach('form[action$="/salle"] [name="code"]').type(code)
    hands.enter('form[action$="/salle"] button')
    citizen.says("Votre bulletin est dans l’urne").goto(link)
    Hands(citizen).reach(box).type(" ")
    Hands(citizen).enter("main form button")
    citizen.says("Votre bulletin est dans l’urne")
    assert len(rows(stage, select(PollBallot))) == 2


def test_a_hearing_is_answered_with_neither_mouse_nor_scripts(stage, scripts):
    with stage.session() as session:
        scene = a_hearing_panel(session, jurors=1, applications=1)
        planned(session, scene, sent=True)
        application = session.get_one(Application, scene.panel.applications[0].id)
        author, file = application.author_id, application.id
    applicant = stage.enter(stage.visitor(scripts=scripts), author).goto(f"/dossiers/{file}")
    hands = Hands(applicant).enter('main a[href$="/audition"]')
    hands.reach('[name="coming"]').choose("confirmed")
    hands.enter('form[action$="/presence"] button')
    applicant.says("Vous venez")
    (hearing,) = rows(stage, select(Hearing))
    assert hearing.answer == "confirmed"


def test_questions_before_a_hearing_are_replied_to_with_neither_mouse_nor_scripts(stage, scripts):
    with stage.session() as session:
        scene = a_hearing_panel(session, jurors=1, applications=1)
        planned(session, scene, sent=True)
        application = session.get_one(Application, scene.panel.applications[0].id)
        author, file = application.author_id, application.id
        by = {"actor": scene.officer, "now": NOW}
        due = DAY - timedelta(days=3)
        hearings.write_feedback(session, scene.jury_id, file, "Quel loyer ?", due_on=due, **by)
        hearings.release_feedback(session, scene.jury_id, file, **by)
    applicant = stage.enter(stage.visitor(scripts=scripts), author).goto(f"/dossiers/{file}")
    Hands(applicant).enter('main a[href$="/audition"]').walk()
    send = 'form[action$="/reponse"] button'
    hands = Hands(applicant.goto(f"/dossiers/{file}/audition"))
    hands.enter(send, status=409)
    hands.reach('[name="reply"]').type("Trois cents euros.")
    hands.enter(send)
    applicant.says("Votre réponse")
    hands.reach('[name="reply"]')
    applicant.page.keyboard.press("Control+End")
    hands.type(" Charges comprises.").enter(send)
    (asked,) = rows(stage, select(HearingFeedback))
    assert asked.reply == "Trois cents euros. Charges comprises."


def test_a_meeting_is_voted_and_led_with_neither_mouse_nor_scripts(stage, scripts):
    with stage.session() as session:
        meeting = a_meeting(session, jurors=3, applications=3)
        a_recusal(session, meeting.panel.jurors[2], meeting.panel.applications[1])
        chair, member = (one.id for one in meeting.panel.jurors[:2])
        room = f"/seances/{meeting.sitting.id}"
    leader = stage.enter(stage.visitor(scripts=scripts), chair).goto(room)
    Hands(leader).walk()
    leader.goto(room)
    hands = move_on(leader, Hands(leader))
    hands.reach('[name="text"]').type("Retenir ce projet.")
    hands.enter('form[action$="/motions"] button')
    hands.enter('[name="choice"][value="for"]')
    leader.page.goto("about:blank")  # nobody asks for anything while another page is opened
    voter = stage.enter(stage.visitor(scripts=scripts), member).goto(room)
    Hands(voter).enter('[name="choice"][value="against"]')
    voter.says("Vous avez voté").page.goto("about:blank")
    leader.goto(room)
    hands = Hands(leader).enter('form[action*="/motions/"][action$="/cloture"] button')
    move_on(leader, hands)
    leader.page.goto("about:blank")
    (motion,) = rows(stage, select(Motion))
    assert (motion.votes_for, motion.votes_against) == (1, 1)
    (here,) = rows(stage, select(SittingItem).where(SittingItem.is_current))
    assert here.position == 2


def move_on(leader, hands):
    """The next application: N, or the button where there is no script."""
    if not leader.scripts:
        return hands.enter("[data-keys] .btn-primary")
    expect(leader.page.locator("[data-keys-hint]")).to_be_visible()
    with leader.page.expect_navigation():
        leader.page.keyboard.press("n")
    leader.look()
    return hands
