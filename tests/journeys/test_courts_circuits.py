"""Courts-circuits: three funders, a selection, two final juries, two prizes, one of them paid."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from playwright.sync_api import expect

from grants.demo.answers import Answers
from grants.demo.cast import COURTS_CIRCUITS, Player
from grants.kernel.access import FunderRole
from journeys import applying, judging, officiating, paying
from journeys.houses import a_house
from journeys.officiating import CALLS, Proposal
from journeys.visitor import WRONG

pytestmark = pytest.mark.slow
SLUG, SCHEME = "courts-circuits-2018", "courts_circuits"
LEAD, SECOND, THIRD = COURTS_CIRCUITS[:3]
JUROR, OTHERS = Player("Zélie Marchadier"), judging.JURORS[:3]
VOTED_ON = date(2018, 12, 14)
TOO_MUCH, PRIZE = "12 000", "5 000"
"""The envelope holds 10 000 €."""


def test_courts_circuits_from_the_call_to_the_prizes(stage):
    stage.move_to(datetime(2018, 10, 1, 8, tzinfo=UTC))
    houses = three_funders(stage)
    officer = houses[0].visitor(stage, FunderRole.OFFICER)
    call_id = publish(officer, houses)

    applicant = stage.visitor()
    applying.sign_up(stage, applicant, LEAD, slug=SLUG)
    applying.add_structure(applicant, LEAD, rank=300)
    drafts = {LEAD.organisation: applying.begin(applicant)}
    fill_with_care(applicant, drafts[LEAD.organisation])
    number = applying.submit(applicant, drafts[LEAD.organisation])
    drafts |= applying.others_apply(
        stage, [SECOND, THIRD], slug=SLUG, scheme=SCHEME, first_rank=301
    )

    stage.move_to(datetime(2018, 10, 8, 8, tzinfo=UTC))
    houses[0].back(stage, officer, FunderRole.OFFICER)
    stage.enter(applicant, stage.person(LEAD.person.email))
    officiating.ask_complement(officer, call_id, number, about="besoin", due=date(2018, 10, 20))
    officiating.answer_complement(
        applicant, drafts[LEAD.organisation], question="besoin", answer="Le calendrier suit."
    )
    officiating.admit_all(officer, call_id)
    select_two(stage, officer, call_id)
    winners = hear_both_juries(stage, houses[0], officer, call_id)
    stage.move_to(datetime(2018, 12, 14, 17, tzinfo=UTC))
    houses[0].back(stage, officer, FunderRole.OFFICER)
    decide(officer, call_id, winners, drafts)
    be_paid(stage, houses[0], winners[0], drafts)
    see_the_results(stage, winners)


def three_funders(stage):
    ill = a_house(stage, "ill", "Agglomération de l’Ill", envelope="Prix de l’Ill", voted=1_000_000)
    city = a_house(
        stage, "ville", "Ville-sur-Ill", envelope="Prix de la ville", voted=300_000, staff=ill
    )
    mef = a_house(
        stage, "emploi", "Maison de l’emploi", envelope="Prix de l’emploi", voted=1, staff=ill
    )
    return ill, city, mef


def publish(officer, houses):
    keys = ("m2a", "mulhouse", "mef")
    pairs = list(zip(keys, houses, strict=True))
    return officiating.publish(
        officer,
        "Courts-circuits",
        edition="2018",
        slug=SLUG,
        opens=date(2018, 10, 1),
        closes=date(2018, 10, 7),
        choices={f"funder_{key}": house.name for key, house in pairs}
        | {f"envelope_{key}": house.envelope for key, house in pairs},
    )


def fill_with_care(applicant, draft):
    """The first page by hand: saved by itself, wrong answers told; the others as they come."""
    answers = Answers(LEAD, SCHEME, date(2018, 10, 1))
    first, *rest = answers.sections
    applicant.goto(draft).follow("Continuer mon dossier")
    status = applicant.page.locator("[data-autosave-status]")
    applicant.fill({"q_titre": LEAD.title})
    applicant.page.locator("[name=q_titre]").blur()
    expect(status).to_contain_text("enregistré à")
    applicant.page.reload()
    expect(applicant.page.locator("[name=q_titre]")).to_have_value(LEAD.title)
    applying.fill_section(applicant, answers, first)
    applicant.fill({"q_demarrage": "le 31 février"})
    applicant.press("Enregistrer et continuer", status=422)
    officiating.summary_leads_to(applicant, "q_demarrage")
    expect(applicant.page.locator("[name=q_demarrage]")).to_have_value("le 31 février")
    applicant.fill({"q_demarrage": "01/02/2019"}).press("Enregistrer et continuer")
    applicant.goto(f"{draft}/verification").says("réponses à corriger avant le dépôt")
    applying.fill_in(applicant, draft, answers, rest)


def select_two(stage, officer, call_id):
    """The selection jury: a newcomer steps back from one file; two go on."""
    jury_id = judging.juries_of(stage, call_id)["selection"]
    judging.invite(officer, jury_id, JUROR)
    juror = stage.visitor()
    judging.take_seat(stage, juror, JUROR)
    judging.seat_others(stage, jury_id, OTHERS)
    judging.share_out(officer, jury_id)
    judging.step_back(juror, jury_id, THIRD.title)
    judging.score(juror, jury_id, LEAD.title, ["9", "8", "10", "7"])
    judging.score(juror, jury_id, SECOND.title, ["7", "6", "8", "5"])
    officer.goto(f"/instruction/jurys/{jury_id}/classement").press("Clore le jury", status=409)
    officer.says("Le jury ne peut pas être clos")
    judging.others_score(stage, jury_id, OTHERS)
    assert sorted(judging.close(officer, jury_id)) == sorted(
        [LEAD.title, SECOND.title, THIRD.title]
    )
    assert THIRD.title not in juror.goto(f"/jury/{jury_id}/classement").text()
    officer.goto(f"{CALLS}/{call_id}/dossiers")
    officer.tick("0001", "0002").press("Présélectionner").says("Finaliste")
    officer.tick("0003").press("Ne pas présélectionner")


def hear_both_juries(stage, house, officer, call_id):
    """Weeks later each final jury ranks the two; the titles of its first, in turn."""
    stage.move_to(datetime(2018, 11, 26, 9, tzinfo=UTC))
    house.back(stage, officer, FunderRole.OFFICER)
    juries = judging.juries_of(stage, call_id)
    for key in ("chefs_entreprise", "citoyens"):
        judging.seat_others(stage, juries[key], OTHERS)
        judging.share_out(officer, juries[key])
        judging.others_score(stage, juries[key], OTHERS)
    by_jury = judging.close(officer, juries["chefs_entreprise"])
    officer.says("Prix du jury")
    chair = stage.enter(stage.visitor(), stage.person(OTHERS[0].email))
    chair.goto("/jury").follow("Jury des citoyens").follow("Classement").press("Clore le jury")
    by_public = judging.ranked(officer.goto(f"/instruction/jurys/{juries['citoyens']}/classement"))
    officer.says("Prix du public")
    assert sorted(by_jury) == sorted(by_public) == sorted([LEAD.title, SECOND.title])
    return by_jury[0], by_public[0]


def decide(officer, call_id, winners, drafts):
    """The agglomeration gives the jury's prize and refuses one; the city gives the public's."""
    ids = {one.title: UUID(drafts[one.organisation][-36:]) for one in (LEAD, SECOND, THIRD)}
    table = f"{CALLS}/{call_id}/decision"
    refusal = Proposal("refusal", reason="Le budget reste à consolider.")
    prize = Proposal("award", "prize", TOO_MUCH, label="Prix du jury")
    officiating.propose(officer, table, {ids[winners[0]]: prize, ids[THIRD.title]: refusal})
    assert officiating.figures(officer)["Dépassement de"] == "2 000,00 €"
    vote = officiating.vote_of("DEL-I-1", "Courts-circuits : prix du jury", VOTED_ON)
    officiating.enter_vote(officer, vote | {"votes_for": 80}, status=WRONG)
    officiating.summary_leads_to(officer, "votes_for")
    officer.fill({"votes_for": 86}).press("Enregistrer la délibération", status=409)
    officer.says("L’enveloppe « Prix de l’Ill » ne suffit pas", "il manque 2 000,00 €")
    prize = Proposal("award", "prize", PRIZE, label="Prix du jury")
    officiating.propose(officer, table, {ids[winners[0]]: prize})
    officiating.enter_vote(officer, vote).says("Adoptée à l’unanimité")
    officiating.announce(officer, executory_on=VOTED_ON, plans=1)

    officer.goto(table).follow("Ville-sur-Ill")
    prize = Proposal("award", "prize", "3 000", label="Prix du public")
    officiating.propose(officer, officer.path, {ids[winners[1]]: prize})
    vote = officiating.vote_of("DEL-V-1", "Courts-circuits : prix du public", VOTED_ON)
    officiating.enter_vote(officer, vote)
    officiating.announce(officer, executory_on=VOTED_ON, plans=1)
    officer.goto("/instruction/deliberations").says("DEL-I-1", "DEL-V-1")


def be_paid(stage, house, title, drafts):
    """The jury's winner reads the decision, claims with an IBAN, and is paid."""
    stage.move_to(datetime(2018, 12, 18, 9, tzinfo=UTC))
    winner = next(one for one in (LEAD, SECOND) if one.title == title)
    draft = drafts[winner.organisation]
    applicant = stage.enter(stage.visitor(), stage.person(winner.person.email))
    applicant.goto("/dossiers")
    paying.take_note(applicant, draft, "5 000,00 €", "Prix du jury")
    paying.read_letter(stage, applicant, draft)
    paying.claim(applicant, draft, holder=winner.organisation)
    officer = house.visitor(stage, FunderRole.OFFICER)
    paying.certify(officer, winner.title)
    finance = paying.pay(stage, house, on=date(2018, 12, 18))
    paying.reveal(finance)
    paying.picture(finance, house, paid="5 000,00 €", available="5 000,00 €")
    applicant.goto(f"{draft}/versements").says("Payé")


def see_the_results(stage, winners):
    """Everybody reads both prizes, whom they went to and by which vote; nobody reads a refusal."""
    passer_by = stage.visitor()
    passer_by.goto("/appels").goto(f"/appels/{SLUG}").follow("Voir les résultats")
    passer_by.says(*winners, "Prix du jury", "Prix du public", "5 000,00 €", "3 000,00 €")
    assert THIRD.title not in passer_by.text()
    passer_by.goto("/?lang=en")
    passer_by.page.goto("/?lang=fr")
