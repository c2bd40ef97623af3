"""An award withdrawn on the pages: seen in euros first, answered, decided, booked, asked back."""

from __future__ import annotations

import io
import re

import pytest
from sqlalchemy import select

from build.clock import NOW
from build.decisions import a_deliberation, a_scene, recused, standing
from build.payments import a_paid_order, an_award_to_pay
from build.withdrawing import notified
from config import ROOT
from grants.kernel.access import FunderRole
from grants.kernel.errors import Unknown
from grants.notices.giving import Site
from grants.notices.models import Mail
from grants.notices.services import compose
from grants.outbox.models import Message
from grants.withdrawals import queries
from grants.withdrawals.models import Withdrawal
from workers.rendering import Pages

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
BREACH = {
    "reason": "republican_contract", "how": "period", "period_from": "01/01/2018",
    "period_until": "31/12/2018", "breach_on": "19/10/2018", "until": "16/10/2018",
    "grounds": "Refus de vente selon l’origine.",
}  # fmt: skip


def plain(text: str) -> str:
    """A text whose days may be looked for as one types them."""
    return text.replace("\u00a0", " ")


@pytest.fixture
def award(session):
    found = an_award_to_pay(session)
    a_paid_order(session, found)  # 8 000 € of 10 000 €
    return found


def test_an_award_is_withdrawn_step_by_step(session, award, as_person):
    people = award.scene.people
    officer = as_person(people[FunderRole.OFFICER])
    url = f"/instruction/retraits/aides/{award.decision.id}"
    previewed = officer.post(url, data=BREACH)
    # 74 days of 365, of 10 000 €: 2 027,397… €, and the rest of a cent stays.
    assert "2\u202f027,39\u202f€" in previewed.text
    for words in ("2\u202f000,00\u202f€", "27,39\u202f€", "redeviennent disponibles"):
        assert words in previewed.text
    assert session.scalars(select(Withdrawal)).all() == []
    made = officer.post(url, data={**BREACH, "step": "notify"})
    assert made.status_code == 303, made.text
    (row,) = session.scalars(select(Withdrawal)).all()
    assert (row.amount, row.observations_until.isoformat()) == (202_739, "2018-10-16")

    applicant = as_person(award.scene.author)
    mine = f"/dossiers/{award.decision.application_id}/retraits/{row.id}"
    decision = applicant.get(f"/dossiers/{award.decision.application_id}/decision").text
    assert mine in decision
    assert "Refus de vente" in applicant.get(mine).text
    empty = applicant.post(mine, data={"observations": " "})
    assert empty.status_code == 422
    sent = {
        "observations": "C’est une erreur.",
        "hearing_asked": "y",
        "documents": (io.BytesIO(PDF), "preuve.pdf"),
    }
    assert applicant.post(mine, data=sent).status_code == 303
    decided_on_its_page(officer, made.location)
    assert standing(session, award.scene.envelope_id) == {"available": 5_200_000, "paid": 800_000}
    asked_back_on_its_page(session, award, row, as_person)
    assert "T-9" in applicant.get(mine).text


def decided_on_its_page(officer, url):
    """Refused until the beneficiary was heard, who asked for it; then executory."""
    page = officer.get(url).text
    for words in ("C’est une erreur.", "preuve.pdf", "Demande à être entendu"):
        assert words in page
    ruling = {
        "act": "ARR 7", "decided_on": "01/10/2018", "amount": "2 027,39", "motives": "Établi.",
    }  # fmt: skip
    early = officer.post(f"{url}/decision", data=ruling)
    assert early.status_code == 409
    assert "a demandé à être entendu" in early.text
    heard = {"heard_on": "01/10/2018", "note": "Reçus."}
    assert officer.post(f"{url}/audition", data=heard).status_code == 303
    assert officer.post(f"{url}/decision", data=ruling).status_code == 303
    done = officer.post(f"{url}/executoire", data={"executory_on": "01/10/2018"})
    assert done.status_code == 303, done.text


def asked_back_on_its_page(session, award, row, as_person):
    """The number of its titre, then a part that is too much, then the right one."""
    finance = as_person(award.scene.people[FunderRole.FINANCE])
    assert str(row.id) in finance.get("/finances/recouvrements").text
    owed = f"/finances/recouvrements/{row.id}"
    titled = finance.post(f"{owed}/titre", data={"title": "T-9", "claimed_on": "01/10/2018"})
    assert titled.status_code == 303, titled.text
    part = {"amount": "27,40", "received_on": "01/10/2018"}
    beyond = finance.post(f"{owed}/encaissements", data=part)
    assert (beyond.status_code, "27,39" in beyond.text) == (409, True)
    finance.post(f"{owed}/encaissements", data={**part, "amount": "27,39"})
    assert queries.standing(session, award.decision.id).recovered == 2_739
    assert "Soldé" in finance.get(owed).text


def test_each_step_is_written_to_whom_it_concerns_and_no_amount_with_it(session, award):
    notified(session, award)
    told = select(Message.id).where(Message.kind == "withdrawal.notified")
    site = Site(base_url="http://localhost", secret_key="s" * 32)
    compose(session, session.scalars(told).one(), renderer=Pages(ROOT), site=site, now=NOW)
    (mail,) = session.scalars(select(Mail)).all()
    assert mail.to_address == award.scene.author.email
    assert "16 octobre 2018" in plain(mail.text)
    assert "10\u202f000" not in mail.text


def test_a_recused_officer_knows_of_no_withdrawal(session, award, as_person):
    row = notified(session, award)
    actor = recused(award.scene.officer, award.scene.applications[0])
    with pytest.raises(Unknown):
        queries.withdrawal(session, row.id, viewer=actor)
    assert session.scalars(queries.withdrawals(viewer=actor)).all() == []


def test_an_act_that_fails_is_said_on_its_page(session, as_person):
    scene = a_scene(session)
    act = a_deliberation(session, scene)
    officer = as_person(scene.people[FunderRole.OFFICER])
    url = f"/instruction/deliberations/{act.id}"
    fallen = {"withdrawn_on": "30/09/2018", "withdrawal_reason": "Déférée, annulée."}
    assert officer.post(f"{url}/retrait", data=fallen).status_code == 303
    page = plain(officer.get(url).text)
    assert "Cet acte a été retiré le 30 septembre 2018" in page
    assert "/executoire" not in page
    assert standing(session, scene.envelope_id) == {"available": 6_000_000}


def test_a_beneficiary_gives_up_what_is_not_paid(session, award, as_person):
    applicant = as_person(award.scene.author)
    base = f"/dossiers/{award.decision.application_id}"
    url = f"{base}/retraits/renoncer/{award.decision.id}"
    assert url in applicant.get(f"{base}/decision").text
    gone = applicant.post(url, data={"grounds": "Notre salarié part.", "keep_paid": "y"})
    assert gone.status_code == 303, gone.text
    officer = as_person(award.scene.people[FunderRole.OFFICER])
    (row,) = session.scalars(select(Withdrawal)).all()
    page = officer.get(f"/instruction/retraits/{row.id}").text
    assert "Notre salarié part." in page
    accepted = officer.post(f"/instruction/retraits/{row.id}/accepter", data={"act": "Lettre"})
    assert accepted.status_code == 303, accepted.text
    session.refresh(row)
    assert (row.cancelled, row.to_claim, row.booked_at) == (200_000, 0, NOW)


def test_an_annulled_act_shows_each_award_before_it_is_signed(session, award, as_person):
    people = award.scene.people
    officer = as_person(people[FunderRole.OFFICER])
    act = f"/instruction/deliberations/{award.decision.deliberation_id}"
    assert f"{act}/annulation" in officer.get(act).text
    shown = officer.get(f"{act}/annulation")
    for words in ("8\u202f000,00\u202f€", "2\u202f000,00\u202f€", award.decision.application.title):
        assert words in shown.text, words
    seen = re.search(r'name="seen"[^>]* value="([^"]+)"', shown.text)[1]
    form = {"by": "TA", "reference": "TA 12", "on": "01/10/2018", "reason": "Sans quorum."}
    assert (
        officer.post(f"{act}/annulation", data={**form, "by": "", "seen": seen}).status_code == 422
    )
    changed = officer.post(f"{act}/annulation", data={**form, "seen": "autre"})
    assert (changed.status_code, "relisez le tableau" in changed.text) == (409, True)
    assert 'value="TA 12"' in changed.text
    for _ in range(2):  # sent twice, done once
        assert officer.post(f"{act}/annulation", data={**form, "seen": seen}).status_code == 303
    (row,) = session.scalars(select(Withdrawal)).all()
    assert f"/instruction/retraits/{row.id}" in officer.get(f"{act}/annulation").text
    assert "Cet acte a été annulé" in officer.get(act).text
    assert as_person(people[FunderRole.FINANCE]).get(f"{act}/annulation").status_code == 404
