"""Courts-circuits: three funders, a call, a complement, a selection, two finalists.

What follows (hearings, public vote, meeting, prizes) is test_courts_circuits_public.py.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from playwright.sync_api import expect

from grants.demo.answers import Answers
from grants.demo.cast import COURTS_CIRCUITS, Player
from grants.kernel.access import FunderRole
from journeys import applying, judging, officiating
from journeys.finalists import three_funders
from journeys.officiating import CALLS

pytestmark = pytest.mark.slow
SLUG, SCHEME = "courts-circuits-2018", "courts_circuits"
LEAD, SECOND, THIRD = COURTS_CIRCUITS[:3]
JUROR, OTHERS = Player("Zélie Marchadier"), judging.JURORS[:3]


def test_courts_circuits_from_the_call_to_the_finalists(stage):
    stage.move_to(datetime(2018, 10, 1, 8, tzinfo=UTC))
    houses = three_funders(stage, "Ill")
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
    applicant.goto(drafts[LEAD.organisation]).says("En cours d’examen")
    assert THIRD.title not in applicant.goto(f"/appels/{SLUG}").text()
    applicant.goto("/?lang=en")
    applicant.page.goto("/?lang=fr")


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
