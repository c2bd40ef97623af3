"""Sharing out, holding a council, contesting and signing without a mouse; and without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from build.ballots import a_ballot, a_voting_panel
from build.clock import NOW
from build.councils import EVENING, a_council, opened, recuse
from build.decisions import a_deliberation, a_refusal, a_scene, an_award
from build.juries import a_panel, a_seat
from build.mentoring import a_mentor, a_mentoring_stage, a_pair
from build.people import a_person, acting_as
from build.scenarios import a_scenario
from build.sides import SECRET
from build.signing import documented
from grants.agreements import services as agreements
from grants.agreements.models import AgreementAct, AgreementSignature, SigningCode
from grants.agreements.signing import OneTimeCode
from grants.appeals.models import Appeal
from grants.calls.models import RankingRule, Stage
from grants.decisions.models import Decision, Deliberation
from grants.decisions.services import acknowledge
from grants.juries.models import JuryBallotRevision, Seat
from grants.kernel.access import FunderRole
from grants.scenarios.models import ScenarioLine
from journeys.inside import Ears, inside
from journeys.keyboard import Hands

R = FunderRole


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def scripts(request):
    return request.param


@pytest.fixture
def stage(app, chromium, database, clock):
    with inside(app, chromium, database, clock, eyes=Ears()) as stage:
        yield stage


def rows(stage, statement):
    """What the database holds now; no page is being asked for meanwhile."""
    with stage.alone, stage.session() as session:
        return list(session.scalars(statement))


def replace(hands, selector, text):
    """Reach a box and type over what it holds."""
    hands.reach(selector)
    hands._page.keyboard.press("Control+A")
    return hands.type(text)


def test_the_workbench_needs_neither_mouse_nor_scripts(stage, scripts):
    with stage.session() as session:
        scene = a_scene(session, applications=3)
        scenario = a_scenario(session, scene).id
        officer = scene.people[R.OFFICER].id
        first, second = (one.id for one in scene.applications[:2])
    page = f"/instruction/scenarios/{scenario}"
    visitor = stage.enter(stage.visitor(scripts=scripts), officer).goto(page)
    Hands(visitor).walk()
    hands = Hands(visitor.goto(page))
    box = '[form="l-{}"][name="{}"]'.format
    keys = visitor.page.keyboard
    if scripts:
        replace(hands, box(first, "amount"), "99")
        keys.press("Escape")
        assert visitor.page.locator(box(first, "amount")).input_value() == ""
        hands.type("5000")
        hands.reach(box(first, "rate"))
        assert visitor.page.locator(box(first, "rate")).input_value() == "40"
        status = visitor.page.locator("[data-scenario-status]")
        expect(status).to_contain_text("C’est enregistré")
        hands.reach(box(second, "rate"))
        hands.type("20").tab()
        expect(visitor.page.locator(box(second, "amount"))).to_have_value("2500")
        expect(visitor.page.locator(".strip__rest").first).to_contain_text("52")
    else:
        hands.reach(box(first, "amount")).type("5000")
        hands.reach(box(first, "outcome")).type("At")
        hands.enter(f"#l-{first} button")
        hands.reach(box(second, "rate")).type("20")
        hands.reach(box(second, "outcome")).type("At")
        hands.enter(f"#l-{second} button")
    lines = rows(stage, select(ScenarioLine.amount).where(ScenarioLine.amount.is_not(None)))
    assert sorted(lines) == [250_000, 500_000]


def test_a_council_is_held_with_neither_mouse_nor_scripts(stage, scripts):
    with stage.session() as session:
        council = a_council(session)
        opened(session, council, present=4)
        recuse(session, council, 0)
        officer = council.scene.people[R.OFFICER].id
        room = f"/instruction/seances/{council.meeting.id}/salle"
        item, fifth = council.item.id, council.seats[4].id
    visitor = stage.enter(stage.visitor(scripts=scripts), officer).goto(room)
    Hands(visitor).walk()
    hands = Hands(visitor.goto(room))
    replace(hands, 'form[action$="/arrivees"] [name="at"]', "1805")
    hands.reach(f'[name="seats"][value="{fifth}"]').type(" ")
    hands.enter('form[action$="/arrivees"] button')
    hands.enter(f'main a[href$="{item}"]')
    there = visitor.path
    hands.walk()
    hands = Hands(visitor.goto(there))
    hands.reach('[name="number"]').type("DEL2018_9")
    hands.reach('[name="at"]').type("1830")
    hands.reach('[name="way"]').choose("name")
    hands.reach('[name^="v-"]').choose("against")
    hands.enter('form[action$="/vote"] button')
    visitor.says("DEL2018_9")
    (act,) = rows(stage, select(Deliberation))
    assert (act.votes_for, act.votes_against, act.present) == (3, 1, 5)
    assert EVENING.date() == act.voted_on


def test_an_applicant_contests_with_neither_mouse_nor_scripts(stage, scripts):
    with stage.session() as session:
        scene = a_scene(session)
        refusal = a_refusal(scene, 1)
        a_deliberation(session, scene, an_award(scene), refusal, announced=True)
        author, file = scene.authors[1].id, scene.applications[1].id
    applicant = stage.enter(stage.visitor(scripts=scripts), author)
    hands = Hands(applicant.goto(f"/dossiers/{file}/decision"))
    hands.enter("main form.post-button button")
    hands.enter('main a[href*="/recours/"]')
    page = applicant.path
    hands.walk()
    hands = Hands(applicant.goto(page))
    hands.reach('[name="grounds"]').type("Le bail est signé.")
    hands.enter("main form.form button")
    applicant.says("Recours déposé")
    (appeal,) = rows(stage, select(Appeal))
    assert appeal.grounds == "Le bail est signé."


def test_an_agreement_is_signed_with_neither_mouse_nor_scripts(stage, scripts):
    with stage.session() as session:
        scene = a_scene(session)
        act = a_deliberation(session, scene, announced=True)
        file, reader = scene.applications[0].id, acting_as(session, scene.author)
        acknowledge(session, file, act.id, actor=reader, now=NOW)
        award = session.scalars(select(Decision.id)).one()
        by = {"actor": scene.officer, "now": NOW}
        made = agreements.draft(session, award, text="Article 1.", **by)
        of_it = AgreementAct.agreement_id == made.id
        act_id = session.scalars(select(AgreementAct.id).where(of_it)).one()
        agreements.send(session, act_id, **by)
        documented(session, act_id)
        author = scene.author.id
    page = f"/dossiers/{file}/convention"
    applicant = stage.enter(stage.visitor(scripts=scripts), author).goto(page)
    Hands(applicant).walk()
    hands = Hands(applicant.goto(page))
    hands.enter("main form.post-button button")
    (asked,) = rows(stage, select(SigningCode))
    replace(hands, '[name="name"]', "Ana Sel")
    hands.reach('[name="capacity"]').type("présidente")
    hands.reach('[name="code"]').type(OneTimeCode(SECRET).code(asked.id))
    hands.enter('form[action$="/signature"] button[type="submit"]')
    applicant.says("Vous avez signé")
    (signature,) = rows(stage, select(AgreementSignature))
    assert (signature.name, signature.capacity) == ("Ana Sel", "présidente")


def test_a_ballot_is_cast_again_with_neither_mouse_nor_scripts(stage, scripts):
    with stage.session() as session:
        panel = a_voting_panel(session, RankingRule.POINTS, jurors=2, applications=3)
        a_ballot(session, panel.seats[0], dict.fromkeys(panel.applications, 3))
        panel.jury.discussion_opened_at = NOW
        voter = panel.jurors[0].id
        page = f"/jury/{panel.jury.id}/bulletin"
        other = panel.applications[1].id
    juror = stage.enter(stage.visitor(scripts=scripts), voter).goto(page)
    Hands(juror).walk()
    hands = Hands(juror.goto(page))
    replace(hands, f'[type="number"][name$="{other}"]', "2")
    hands.reach('[name="reason"]').type("La présentation m’a convaincue.")
    hands.enter("main form button.btn-primary")
    juror.says("La présentation m’a convaincue.")
    assert len(rows(stage, select(JuryBallotRevision))) == 1


def test_a_mentor_is_told_why_not_with_neither_mouse_nor_scripts(stage, scripts):
    with stage.session() as session:
        panel = a_panel(session, applications=2)
        session.get_one(Stage, panel.jury.stage_id).blind = True
        someone = a_person(session, name="Zoé Ybarnégaray")
        mentoring = a_mentoring_stage(session, panel.call)
        mentor = a_mentor(session, mentoring, name=someone.name, email=someone.email)
        a_pair(session, mentor, panel.applications[0], panel.officer)
        seat = a_seat(session, panel.jury, person=someone, accepted=False)
        session.flush()
        path, who, seat_id = f"/jury/invitations/{seat.id}", someone.id, seat.id
    visitor = stage.enter(stage.visitor(scripts=scripts), who).goto(path)
    Hands(visitor).walk()
    hands = Hands(visitor.goto(path))
    hands.reach('[name="charter"]').type(" ")
    hands.enter("main form button.btn-primary", status=409)
    (held,) = rows(stage, select(Seat.accepted_at).where(Seat.id == seat_id))
    assert held is None
