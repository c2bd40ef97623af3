"""Conditions, accounts, batches, answers and settings, page by page."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import select

from build.clock import NOW
from build.payments import (
    IBAN,
    a_claim,
    a_paid_order,
    an_account,
    an_approved_order,
    an_award_to_pay,
    an_order,
)
from build.people import PASSWORD, PASSWORD_HASH
from build.sides import SECRET
from grants.kernel.access import FunderRole
from grants.kernel.bank import Vault
from grants.payments.models import (
    BankDetails,
    Claim,
    ClaimState,
    Instalment,
    OrderState,
    Out,
    PaymentOrder,
    PaymentReturn,
    PaymentSetting,
    ReturnLine,
    SettingChange,
)
from grants.payments.services import keep_file

OTHER = "FR1420041010050500013M02606"
SHOWN = "FR14 2004 1010 0505 0001 3M02 606"
DAY = f"{NOW:%d/%m/%Y}"
WAITS = select(SettingChange.id).where(SettingChange.state == "pending")
OPENS = {"vault": Vault(SECRET.encode())}
"""The key of the site."""


@pytest.fixture
def award(session):
    return an_award_to_pay(session)


def fresh(session, model, row_id):
    """A row as the site left it."""
    return session.get_one(model, row_id, populate_existing=True)


@pytest.fixture
def browser(award, as_person):
    return {role: as_person(person) for role, person in award.scene.people.items()}


def test_a_plan_names_conditions_and_a_claim_waits_for_them(session, award, browser, as_person):
    officer, url = browser[FunderRole.OFFICER], f"/instruction/versements/aides/{award.decision.id}"
    plan = {
        "parts-0-percent": "100",
        "parts-0-label": "Solde",
        "parts-0-conditions": ["audit"],
        "parts-0-cofunder": "Région",
    }
    assert officer.post(url, data=plan).status_code == 303
    award.instalments = list(session.scalars(select(Instalment)))
    claim = a_claim(session, award)
    applicant = as_person(award.scene.author)
    tasks = applicant.get(f"/dossiers/{claim.application_id}/versements").text
    assert "Attestation du commissaire aux comptes" in tasks
    page = f"/instruction/versements/{claim.id}"
    refused = officer.post(f"{page}/certifier")
    assert refused.status_code == 409
    assert "commissaire aux comptes" in refused.text
    for condition in claim.instalment.conditions:
        proof = {"condition": str(condition.id), "on": DAY, "note": "Pièce lue"}
        assert officer.post(f"{page}/conditions", data={**proof, "note": ""}).status_code == 409
        assert officer.post(f"{page}/conditions", data=proof).status_code == 303
    assert "Pièce lue" in officer.get(page).text
    assert officer.post(f"{page}/certifier").status_code == 303
    assert fresh(session, Claim, claim.id).state is ClaimState.CERTIFIED


def test_an_account_in_another_name_is_asked_about(session, award, browser):
    claim = a_claim(session, award, holder="Boucherie Sanzot")
    officer, page = browser[FunderRole.OFFICER], f"/instruction/versements/{claim.id}"
    assert "Boucherie Sanzot" in officer.get(page).text
    assert officer.post(f"{page}/certifier").status_code == 409
    told = {"holder_reason": "Structure porteuse"}
    assert officer.post(f"{page}/certifier", data=told).status_code == 303


def test_a_change_of_account_is_agreed_to_by_finance(session, award, browser, caplog):
    a_paid_order(session, award, a_claim(session, award, **OPENS))
    claim = a_claim(session, award, 1, account=an_account(OTHER), **OPENS)
    finance, page = browser[FunderRole.FINANCE], f"/finances/coordonnees/{claim.bank_details_id}"
    assert str(claim.bank_details_id) in finance.get("/finances/coordonnees").text
    assert SHOWN not in finance.get(page).text
    assert SHOWN in finance.post(f"{page}/afficher").text
    assert finance.post(page, data={"verdict": "agree"}).status_code == 409
    agreed = finance.post(page, data={"verdict": "agree", "reason": "Trésorière appelée"})
    assert agreed.status_code == 303
    assert fresh(session, BankDetails, claim.bank_details_id).answered_by == award.scene.finance.id
    assert browser[FunderRole.AUDITOR].get(page).status_code == 404
    assert OTHER not in caplog.text


def test_a_batch_is_signed_with_a_password_asked_again(session, award, browser, as_person):
    order = an_order(session, award)
    award.scene.people[FunderRole.APPROVER].password_hash = PASSWORD_HASH
    session.flush()
    approver, page = browser[FunderRole.APPROVER], f"/finances/bordereaux/{order.batch_id}"
    for password in ("", "une autre phrase"):
        wrong = approver.post(f"{page}/signer", data={"password": password})
        assert wrong.status_code == 409
        assert 'href="#password"' in wrong.text
    line = {"line": str(order.id)}
    assert approver.post("/finances/mandats/signer", data=line).status_code == 409
    assert fresh(session, PaymentOrder, order.id).state is OrderState.PREPARED
    assert approver.post(f"{page}/signer", data={"password": PASSWORD}).status_code == 303
    assert fresh(session, PaymentOrder, order.id).state is OrderState.APPROVED


def test_whoever_has_no_password_signs_soon_after_coming_in(award, session, browser, clock):
    order = an_order(session, award)
    clock.forward(minutes=11)
    line = {"line": str(order.id)}
    late = browser[FunderRole.APPROVER].post("/finances/mandats/signer", data=line)
    assert late.status_code == 409
    clock.forward(minutes=-2)
    soon = browser[FunderRole.APPROVER].post("/finances/mandats/signer", data=line)
    assert soon.status_code == 303


def test_files_leave_by_a_post_and_no_number_stays_behind(session, award, browser, caplog):
    order = an_approved_order(session, award, a_claim(session, award, **OPENS))
    page = f"/finances/bordereaux/{order.batch_id}"
    finance = browser[FunderRole.FINANCE]
    assert order.number in finance.get(page).text
    asked = finance.post(f"{page}/fichiers/mandats")
    assert asked.status_code == 303
    assert "Fichier d’un bordereau de mandats" in finance.get(asked.location).text
    made = {"vault": OPENS["vault"], "actor": award.scene.finance, "now": NOW}
    kept = keep_file(session, order.batch_id, Out.MANDATES, **made)
    assert kept.sha256 in finance.get(page).text
    taken = finance.post(f"/finances/bordereaux/fichiers/{kept.id}/telecharger")
    assert (taken.status_code, taken.headers["Cache-Control"]) == (200, "no-store")
    assert taken.headers["Content-Disposition"] == f'attachment; filename="{kept.name}"'
    assert IBAN in taken.text
    assert finance.get(f"/finances/bordereaux/fichiers/{kept.id}/telecharger").status_code == 404
    auditor = browser[FunderRole.AUDITOR]
    assert kept.sha256 not in auditor.get(page).text
    assert auditor.post(f"/finances/bordereaux/fichiers/{kept.id}/telecharger").status_code == 404
    assert finance.get(f"{page}/fichiers/mandats").status_code == 404
    assert finance.post(f"{page}/fichiers/pes").status_code == 409
    assert finance.post(f"{page}/fichiers/autre").status_code == 404
    assert IBAN not in caplog.text
    settings = f"/finances/reglages/{award.scene.funder.id}"
    codes = {"pes_post": "063001", "pes_community": "100", "pes_budget": "00"}
    assert finance.post(settings, data={**codes, "pes_post": "63"}).status_code == 422
    assert finance.post(settings, data={**codes, "second_from": "10000"}).status_code == 303
    refused = finance.post(f"{page}/fichiers/pes")
    assert refused.status_code == 409
    assert "n’a pas de numéro SIRET" in refused.text
    # The threshold waits for another person; codes held at once.
    waiting, approver = finance.get(settings).text, browser[FunderRole.APPROVER]
    assert "aucun montant, puis 10 000,00 €" in " ".join(waiting.split())
    assert f"{settings}/changement/confirmer" not in waiting
    seen = {"change": str(session.scalars(select(SettingChange.id)).one())}
    assert finance.post(f"{settings}/changement/confirmer", data=seen).status_code == 409
    assert f"{settings}/changement/confirmer" in approver.get(settings).text
    for wrong in ({}, {"change": "x"}, {"change": str(award.decision.id)}):
        assert approver.post(f"{settings}/changement/confirmer", data=wrong).status_code == 409
    assert "changement/" not in auditor.get(settings).text
    assert approver.post(f"{settings}/changement/confirmer", data=seen).status_code == 303
    kept = session.scalars(select(PaymentSetting)).one()
    assert (kept.second_from, kept.pes_post) == (1_000_000, "063001")
    assert finance.post(settings, data={**codes, "second_from": ""}).status_code == 303
    again = {"change": str(session.scalars(WAITS).one())}
    assert finance.post(f"{settings}/changement/retirer", data=again).status_code == 303
    assert fresh(session, PaymentSetting, kept.id).second_from == 1_000_000


def test_the_statement_goes_with_the_second_payment(session, award, browser):
    first = a_paid_order(session, award)
    second = an_order(session, award, a_claim(session, award, 1))
    finance, page = browser[FunderRole.FINANCE], f"/finances/mandats/{second.id}"
    assert f"{page}/decompte" in finance.get(page).text
    assert first.number in finance.get(f"{page}/decompte").text
    rows = finance.get(f"{page}/decompte.csv").text.splitlines()
    assert [one.split(";")[4:6] for one in rows[1:]] == [
        ["8000,00", "8000,00"],
        ["2000,00", "10000,00"],
    ]


def test_an_answer_is_taken_in_and_a_leftover_settled(session, award, browser):
    order = an_approved_order(session, award)
    finance = browser[FunderRole.FINANCE]

    def send(content: str, **changes):
        file = (io.BytesIO(content.encode()), "retour.csv")
        given = {"funder": str(award.scene.funder.id), "kind": "csv", "file": file}
        return finance.post("/finances/retours", data={**given, **changes})

    head = "mandat;etat;date;montant\n"
    assert send("a;b\n").status_code == 409
    assert send(head, kind="lettre").status_code == 422
    sent = send(f"{head}{order.number};Payé;{DAY};8000\nFRAIS;Payé;{DAY};2,50\n")
    assert sent.status_code == 303
    taken = session.scalars(select(PaymentReturn)).one()
    assert fresh(session, PaymentOrder, order.id).state is OrderState.PAID
    page = finance.get(f"/finances/retours/{taken.id}").text
    assert "FRAIS" in page
    left = session.scalars(select(ReturnLine).where(ReturnLine.reference == "FRAIS")).one()
    line = f"/finances/retours/lignes/{left.id}"
    assert finance.get(line).status_code == 200
    assert finance.post(f"{line}/rapprocher", data={"number": "2018-0044"}).status_code == 409
    assert finance.post(f"{line}/ecarter", data={"reason": "Frais"}).status_code == 303
    assert "Tout concorde" in finance.get("/finances/retours").text


def test_a_leftover_proposes_its_order_and_a_person_says_so(session, award, browser):
    order = an_approved_order(session, award)
    finance, head = browser[FunderRole.FINANCE], "mandat;etat;date;montant;libelle\n"
    file = (io.BytesIO(f"{head};Payé;{DAY};8000;VIR IMPRIMERIE\n".encode()), "retour.csv")
    given = {"funder": str(award.scene.funder.id), "kind": "csv", "file": file}
    assert finance.post("/finances/retours", data=given).status_code == 303
    left = session.scalars(select(ReturnLine)).one()
    for path in (f"/finances/retours/{left.return_id}", "/finances/retours/restes"):
        page = finance.get(path).text
        assert f"Peut-être {order.number}" in page
        assert "VIR IMPRIMERIE" in page
    line = f"/finances/retours/lignes/{left.id}"
    page = finance.get(line).text
    assert f'value="{order.number}"' in page
    assert "même montant" in page
    assert finance.post(f"{line}/rapprocher", data={"number": order.number}).status_code == 303
    assert fresh(session, PaymentOrder, order.id).state is OrderState.PAID
    assert "C’est ce mandat" not in finance.get(line).text


def test_the_sixty_days_wait_for_an_answer_page_by_page(session, award, browser, as_person):
    claim = a_claim(session, award)
    officer, author = browser[FunderRole.OFFICER], as_person(award.scene.author)
    page = f"/instruction/versements/{claim.id}"
    asked = {"reason": "Il manque le RIB.", "on": DAY}
    assert officer.post(f"{page}/suspendre", data={**asked, "reason": ""}).status_code == 409
    assert officer.post(f"{page}/suspendre", data=asked).status_code == 303
    for path in (page, "/instruction/versements"):
        assert "Soixante jours suspendus depuis le" in officer.get(path).text
    assert officer.post(f"{page}/certifier").status_code == 409
    mine = f"/dossiers/{claim.application_id}/versements"
    assert "Il manque le RIB." in author.get(mine).text
    theirs = f"{mine}/demandes/{claim.id}"
    assert "Il manque le RIB." in author.get(theirs).text
    assert author.post(theirs, data={"message": ""}).status_code == 409
    assert author.post(theirs, data={"message": "Le voici."}).status_code == 303
    assert author.get(theirs).status_code == 303
    shown = officer.get(page).text
    assert "Le voici." in shown
    assert "0 jour sur 60 depuis le" in shown
    assert officer.post(f"{page}/suspendre", data=asked).status_code == 303
    assert officer.post(f"{page}/reprendre", data={"on": "demain"}).status_code == 422
    assert officer.post(f"{page}/reprendre", data={"on": DAY}).status_code == 303
    assert fresh(session, Claim, claim.id).due_on is not None
