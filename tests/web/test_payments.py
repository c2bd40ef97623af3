"""Claims, certification and orders, page by page; and an IBAN that only finance can see."""

from __future__ import annotations

import io
import logging
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from build.clock import NOW
from build.decisions import a_scene, an_award, standing
from build.payments import (
    IBAN,
    ONCE,
    a_claim,
    an_approved_order,
    an_award_to_pay,
    an_order,
)
from build.people import a_funder, a_funder_member, acting_as
from grants.decisions.models import Decision, Instrument
from grants.kernel.access import FunderRole
from grants.ledger.operations import Section
from grants.outbox.models import Message
from grants.payments.models import Claim, ClaimFile, ClaimState, OrderState, PaymentOrder
from grants.payments.services import certify

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
PRINTED = "FR76 3000 6000 0112 3456 7890 189"


@pytest.fixture
def award(session):
    return an_award_to_pay(session)


@pytest.fixture
def finance(award, as_person):
    return as_person(award.scene.people[FunderRole.FINANCE])


@pytest.fixture
def approver(award, as_person):
    return as_person(award.scene.people[FunderRole.APPROVER])


@pytest.fixture
def officer(award, as_person):
    return as_person(award.scene.people[FunderRole.OFFICER])


@pytest.fixture
def applicant(award, as_person):
    return as_person(award.scene.author)


def claims_url(award) -> str:
    return f"/dossiers/{award.scene.applications[0].id}/versements"


def claim_url(award, nth: int = 0) -> str:
    return f"{claims_url(award)}/{award.instalments[nth].id}"


def typed(**changes) -> dict[str, object]:
    return {"holder": "Coopérative n° 1", "iban": PRINTED.lower()} | changes


def rib(name: str = "rib.pdf", content: bytes = PDF) -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), name


def test_from_the_claim_to_the_paid_euro(session, award, applicant, officer, finance, approver):  # noqa: PLR0917
    page = applicant.get(claims_url(award)).text
    assert "Acompte" in page
    assert claim_url(award, 0) in page
    assert claim_url(award, 1) not in page, "the balance waits"
    assert applicant.get(claim_url(award)).status_code == 200
    sent = applicant.post(claim_url(award), data=typed(documents=[rib()]))
    assert sent.status_code == 303, sent.text
    claim = session.scalars(select(Claim)).one()
    assert (claim.iban_last4, claim.bic) == ("0189", "AGRIFRPPXXX")
    assert "Coopérative" in officer.get("/instruction/versements").text
    assert officer.post(f"/instruction/versements/{claim.id}/certifier").status_code == 303
    assert "Acompte" in finance.get("/finances/mandats").text
    prepared = finance.post("/finances/mandats/preparer", data={"line": [str(claim.id)]})
    assert prepared.status_code == 303, prepared.text
    order_id = session.scalars(select(PaymentOrder.id)).one()
    assert finance.get(f"/finances/mandats/{order_id}").status_code == 200
    signed = approver.post("/finances/mandats/signer", data={"line": [str(order_id)]})
    assert signed.status_code == 303, signed.text
    paying = {"line": [str(order_id)], "paid_on": "01/10/2018", "reference": "Bordereau 12"}
    for _ in range(2):
        paid = finance.post("/finances/mandats/payer", data=paying)
        assert paid.status_code == 303, paid.text
    assert standing(session, award.scene.envelope_id) == {
        "available": 5_000_000,
        "committed": 200_000,
        "paid": 800_000,
    }
    assert claim_url(award, 1) in applicant.get(claims_url(award)).text


@pytest.mark.parametrize(
    ("changes", "status", "box"),
    [
        ({"iban": ""}, 422, "iban"),
        ({"iban": "FR76 3000 6000 0112 3456 7890 188"}, 409, "iban"),
        ({"holder": ""}, 422, "holder"),
        ({"holder": "x" * 121}, 422, "holder"),
        ({"documents": [(io.BytesIO(b""), "vide.pdf")]}, 409, "documents"),
        ({"documents": [(io.BytesIO(b"MZ"), "virus.exe")]}, 409, "documents"),
    ],
)
def test_a_wrong_claim_is_said_beside_its_box_and_keeps_nothing(  # noqa: PLR0917
    session, award, applicant, changes, status, box
):
    answer = applicant.post(claim_url(award), data=typed(**changes))
    assert answer.status_code == status, answer.text
    assert f'href="#{box}"' in answer.text
    for model in (Claim, ClaimFile):
        assert session.scalar(select(func.count()).select_from(model)) == 0


def test_a_claim_sent_twice_is_one(session, award, applicant):
    for _ in range(2):
        assert applicant.post(claim_url(award), data=typed()).status_code == 303
    assert session.scalar(select(func.count()).select_from(Claim)) == 1


def test_shares_ask_for_the_subscription_form_and_no_account(session, as_person):
    scene = a_scene(session, applications=1, section=Section.CAPITAL)
    stake = an_award(scene, instrument=Instrument.EQUITY)
    award = an_award_to_pay(session, stake, scene=scene, parts=ONCE)
    applicant = as_person(scene.author)
    page = applicant.get(claim_url(award)).text
    assert 'name="reference"' in page
    assert 'name="iban"' not in page
    refused = applicant.post(claim_url(award), data={"reference": "Bulletin 14"})
    assert refused.status_code == 409
    sent = applicant.post(
        claim_url(award), data={"reference": "Bulletin 14", "documents": [rib("bulletin.pdf")]}
    )
    assert sent.status_code == 303
    assert session.scalars(select(Claim)).one().iban_cipher is None


def test_an_iban_is_shown_to_finance_alone_after_asking_and_each_look_is_kept(  # noqa: PLR0917
    session, award, applicant, officer, finance, approver, as_person, caplog
):
    caplog.set_level(logging.DEBUG)
    applicant.post(claim_url(award), data=typed())
    claim = session.scalars(select(Claim)).one()
    certify(session, claim.id, actor=award.scene.officer, now=NOW)
    finance.post("/finances/mandats/preparer", data={"line": [str(claim.id)]})
    order_id = session.scalars(select(PaymentOrder.id)).one()
    pages = [
        applicant.get(claims_url(award)),
        officer.get(f"/instruction/versements/{claim.id}"),
        finance.get("/finances/mandats?state=prepared"),
        finance.get(f"/finances/mandats/{order_id}"),
        approver.get(f"/finances/mandats/{order_id}"),
    ]
    for page in pages:
        assert page.status_code == 200
        for secret in (IBAN, PRINTED, IBAN[4:14]):
            assert secret not in page.text
    assert all("0189" in page.text for page in pages)
    reveal = f"/finances/mandats/{order_id}/coordonnees"
    auditor = as_person(award.scene.people[FunderRole.AUDITOR])
    for browser in (applicant, officer, auditor):
        assert browser.post(reveal).status_code == 404
    assert finance.get(reveal).status_code in {404, 405}
    assert PRINTED in finance.post(reveal).text
    looks = session.scalars(select(Message).where(Message.kind == "claim.bank_details_shown"))
    assert [one.actor_id for one in looks] == [award.scene.finance.id]
    assert IBAN not in caplog.text
    assert PRINTED not in caplog.text


def test_whoever_prepared_cannot_sign_and_is_told_so(session, award, as_person):
    person = a_funder_member(session, award.scene.funder, FunderRole.FINANCE, FunderRole.APPROVER)
    both = as_person(person)
    claim = a_claim(session, award)
    certify(session, claim.id, actor=award.scene.officer, now=NOW)
    both.post("/finances/mandats/preparer", data={"line": [str(claim.id)]})
    order = session.scalars(select(PaymentOrder)).one()
    assert "mandats/signer" not in both.get(f"/finances/mandats/{order.id}").text
    answer = both.post("/finances/mandats/signer", data={"line": [str(order.id)]})
    assert answer.status_code == 409
    assert order.number in answer.text
    session.refresh(order)
    assert order.state is OrderState.PREPARED


def test_an_order_is_turned_down_with_a_reason(session, award, approver):
    order = an_order(session, award)
    url = f"/finances/mandats/{order.id}/rejeter"
    assert approver.post(url, data={"reason": ""}).status_code == 409
    assert approver.post(url, data={"reason": "Compte clos"}).status_code == 303
    session.refresh(order)
    assert (order.state, order.rejection_reason) == (OrderState.REJECTED, "Compte clos")
    assert standing(session, award.scene.envelope_id)["committed"] == 1_000_000


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"line": []}, 422),
        ({"line": ["nonsense"]}, 422),
        ({"paid_on": ""}, 422),
        ({"paid_on": "02/10/2018"}, 409),
        ({"reference": ""}, 409),
        ({"line": [str(uuid4())]}, 404),
    ],
)
def test_a_wrong_payment_marks_nothing(session, award, finance, changes, status):
    order = an_approved_order(session, award)
    usual = {"line": [str(order.id)], "paid_on": "01/10/2018", "reference": "B1"}
    answer = finance.post("/finances/mandats/payer", data=usual | changes)
    assert answer.status_code == status, answer.text
    session.refresh(order)
    assert order.state is OrderState.APPROVED


def test_a_claim_is_sent_back_and_made_again(session, award, applicant, officer):
    claim = a_claim(session, award)
    url = f"/instruction/versements/{claim.id}/refuser"
    assert officer.post(url, data={"reason": ""}).status_code == 409
    assert officer.post(url, data={"reason": "RIB illisible"}).status_code == 303
    page = applicant.get(claims_url(award)).text
    assert "RIB illisible" in page
    assert claim_url(award) in page
    assert applicant.post(claim_url(award), data=typed()).status_code == 303
    states = session.scalars(select(Claim.state).order_by(Claim.state)).all()
    assert states == [ClaimState.REFUSED, ClaimState.SUBMITTED]


def test_the_plan_is_edited_by_officers_and_must_be_whole(session, award, officer):
    url = f"/instruction/versements/aides/{award.decision.id}"
    assert officer.get(url).status_code == 200
    half = {"parts-0-percent": "50", "parts-0-label": "Acompte", "parts-1-percent": "40"}
    assert officer.post(url, data=half).status_code == 409
    assert officer.post(url, data={**half, "parts-1-percent": "beaucoup"}).status_code == 422
    whole = {**half, "parts-1-percent": "50", "parts-1-label": "Solde"}
    assert officer.post(url, data=whole).status_code == 303


def test_strangers_find_nothing(session, award, as_person, applicant):
    claim = a_claim(session, award)
    order = an_order(session, award, claim)
    roles = (FunderRole.OFFICER, FunderRole.FINANCE, FunderRole.APPROVER)
    stranger = as_person(a_funder_member(session, a_funder(session), *roles))
    other = as_person(award.scene.authors[1])
    decision_id = session.scalars(select(Decision.id)).one()
    for url in (
        f"/instruction/versements/{claim.id}",
        f"/instruction/versements/aides/{decision_id}",
        f"/finances/mandats/{order.id}",
        claims_url(award),
        claim_url(award),
    ):
        assert stranger.get(url).status_code == 404, url
        assert other.get(url).status_code == 404, url
    for url in (
        f"/instruction/versements/{claim.id}/certifier",
        f"/finances/mandats/{order.id}/rejeter",
        f"/finances/mandats/{order.id}/coordonnees",
        claim_url(award),
    ):
        assert stranger.post(url, data={"reason": "x"}).status_code == 404, url
    theirs = f"/dossiers/{award.scene.applications[1].id}/versements"
    assert other.get(f"{theirs}/{award.instalments[0].id}").status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_lists_cost_the_same_with_one_line_and_with_three(session, as_person, statements, number):
    scene = a_scene(session, applications=3)
    for nth in range(number):
        award = an_award_to_pay(session, an_award(scene, nth), scene=scene, parts=ONCE)
        award.applicant = acting_as(session, scene.authors[nth])
        a_claim(session, award)
    officer = as_person(scene.people[FunderRole.OFFICER])
    finance = as_person(scene.people[FunderRole.FINANCE])
    statements.clear()
    assert officer.get("/instruction/versements").status_code == 200
    assert len(statements) == 5
    for claim_id in session.scalars(select(Claim.id)).all():
        certify(session, claim_id, actor=scene.officer, now=NOW)
    statements.clear()
    assert finance.get("/finances/mandats?state=to_prepare").status_code == 200
    assert len(statements) == 7
    ids = [str(one) for one in session.scalars(select(Claim.id))]
    finance.post("/finances/mandats/preparer", data={"line": ids})
    statements.clear()
    assert finance.get("/finances/mandats?state=prepared").status_code == 200
    assert len(statements) == 5
