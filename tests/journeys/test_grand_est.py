"""Grand Est's AMI: experts read, ask in writing, hear the teams, then give their opinion."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from grants.demo.cast import COURTS_CIRCUITS, Player
from grants.demo.moves.deciding import Proposal
from grants.kernel.access import FunderRole
from journeys import applying, hearing, judging, paying
from journeys.desk import a_desk, a_vote
from journeys.houses import a_house

pytestmark = pytest.mark.slow
SLUG, SCHEME = "initiatives-territoriales-2018", "ami_initiatives_territoriales"
LEAD, SECOND, THIRD = COURTS_CIRCUITS[6:9]
EXPERT = Player("Solenn Bardoux")
OTHERS = [Player("Tancrède Vigouroux"), Player("Ulysse Kermadec")]
PLAN = {
    "days": "25/10/2018\n26/10/2018",
    "first": "09:00",
    "last": "12:00",
    "length": "40",
    "pause": "10",
    "places": "Salle du Rhin",
    "counts_silent": "y",
    "bring": "Les lettres d’engagement signées.",
}
QUESTION, REPLY = "Qui s’engage, et à quoi ?", "Cinq communes et deux coopératives, par convention."
CAME = {LEAD.title: "heard", SECOND.title: "heard", THIRD.title: "absent"}
VOTED_ON = date(2018, 11, 16)


def test_grand_est_from_the_call_to_the_decision(stage):
    stage.move_to(datetime(2018, 9, 3, 8, tzinfo=UTC))
    house = a_house(
        stage, "confluence", "Région de la Confluence", envelope="Territoires", voted=10_000_000
    )
    with a_desk(stage, house) as desk:
        call_id = desk.publish(
            SCHEME,
            edition="2018",
            slug=SLUG,
            days=(date(2018, 9, 3), date(2018, 9, 30)),
            funder_grand_est=house.name,
            envelope_initiatives=house.envelope,
        )
    every = (LEAD, SECOND, THIRD)
    drafts = applying.others_apply(stage, every, slug=SLUG, scheme=SCHEME, first_rank=330)
    jury_id = judging.juries_of(stage, call_id)["experts"]

    stage.move_to(datetime(2018, 10, 22, 7, tzinfo=UTC))
    judging.seat_others(stage, jury_id, [*OTHERS, EXPERT])
    with a_desk(stage, house) as desk:
        desk.receive(call_id)
        desk.share_out(jury_id)
    officer = house.visitor(stage, FunderRole.OFFICER)
    expert = stage.enter(stage.visitor(), stage.person(EXPERT.email))
    hearings = plan_hearings(officer, expert, jury_id)
    hearing.ask(officer, jury_id, LEAD.title, QUESTION, due=date(2018, 10, 25))
    come_and_reply(stage, drafts[LEAD.organisation])
    read_the_reply(officer, expert, jury_id, hearings)

    stage.move_to(datetime(2018, 10, 26, 15, tzinfo=UTC))
    house.back(stage, officer, FunderRole.OFFICER)
    hearing.note_who_came(officer, jury_id, CAME)
    officer.goto(f"{hearings}?show=absent").says(THIRD.title, "Absent, sans excuse")
    stage.enter(expert, stage.person(EXPERT.email))
    for one in every:
        judging.score(expert, jury_id, one.title, ["9", "8", "9", "7"])
    judging.others_score(stage, jury_id, OTHERS)
    first = judging.close(officer, jury_id)[0]

    stage.move_to(datetime(2018, 11, 16, 17, tzinfo=UTC))
    winner = next(one for one in every if one.title == first)
    decide(stage, house, call_id, winner, drafts)
    be_told(stage, winner, drafts[winner.organisation])


def plan_hearings(officer, expert, jury_id):
    """The quorum needs an expert who comes on one morning alone: all are heard then, convoked."""
    hearings = f"/instruction/jurys/{jury_id}/auditions"
    officer.goto(f"/instruction/jurys/{jury_id}").follow("Auditions")
    officer.follow("Indiquer les jours, les heures et les salles")
    officer.fill({**PLAN, "days": "le 25 octobre"}).press("Enregistrer", status=422)
    officer.fill(PLAN).press("Enregistrer")
    expert.goto(f"/jury/{jury_id}").follow("Mes auditions")
    expert.fill({"halves": ["2018-10-26/am"]}).press("Prévenir le service")
    expert.says("Le service sait quand vous pouvez venir.")
    officer.goto(hearings).follow("Calculer les horaires").says("vendredi 26 octobre 2018")
    placed = officer.page.locator("tbody td:first-child").all_inner_texts()
    assert len(placed) == 3
    assert all(one.startswith("vendredi 26") for one in placed), placed
    officer.press("Enregistrer ces horaires").says("3 auditions sont placées.")
    officer.press("Envoyer les convocations").says("3 aux porteurs, 3 aux membres du jury")
    return hearings


def come_and_reply(stage, draft):
    """The team's mail leads to its hearing: it says that it comes, and replies with a document."""
    applicant = stage.enter(stage.visitor(), stage.person(LEAD.person.email))
    assert stage.mailed(LEAD.person.email, "/audition") == f"{draft}/audition"
    applicant.goto(draft).follow("Voir mon audition")
    applicant.says("vendredi 26 octobre 2018", "Salle du Rhin", PLAN["bring"], QUESTION)
    applicant.press("Dire si je viens", status=422)
    applicant.fill({"coming": "confirmed"}).press("Dire si je viens").says("Vous venez")
    applicant.fill({"reply": REPLY, "file": paying.PDF}).press("Envoyer ma réponse au jury")
    applicant.says("Votre réponse est enregistrée")


def read_the_reply(officer, expert, jury_id, hearings):
    """The service sees who comes; the expert finds question and reply beside the file."""
    officer.goto(f"{hearings}?show=confirmed").says(LEAD.title, "A répondu aux questions")
    assert SECOND.title not in officer.page.locator("tbody").first.inner_text()
    expert.goto(f"/jury/{jury_id}/auditions").says(SECOND.title, "Salle du Rhin")
    expert.follow(LEAD.title).says(QUESTION, REPLY)
    assert expert.download("rib.pdf").path().read_bytes().startswith(b"%PDF-")


def decide(stage, house, call_id, winner, drafts):
    """The first of the experts' ranking gets a first year; the others are refused."""
    refusal = Proposal("refusal", reason="Le collectif est encore à réunir.")
    award = Proposal("award", "grant", "6 000", house.envelope, "Aide de la première année")
    proposals = {
        draft: award if name == winner.organisation else refusal for name, draft in drafts.items()
    }
    with a_desk(stage, house) as desk:
        desk.propose(call_id, proposals)
        desk.vote(call_id, a_vote("DEL-GE-1", "Initiatives territoriales 2018", VOTED_ON))


def be_told(stage, winner, draft):
    """The team reads the decision; everybody reads the result."""
    applicant = stage.enter(stage.visitor(), stage.person(winner.person.email))
    paying.take_note(applicant, draft, "6 000,00 €")
    applicant.goto(f"/resultats?appel={SLUG}").says(winner.title, "Aide de la première année")
