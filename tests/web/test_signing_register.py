"""The register of who signs for the authority, on its screen, and what an agreement says of it."""

from __future__ import annotations

import io

import pikepdf
import pytest
from sqlalchemy import select

from build.clock import NOW
from build.decisions import a_deliberation, a_scene, an_award
from build.people import a_funder_member, acting_as
from build.signing import documented, presiding, signed_by
from config import ROOT
from grants.agreements import queries, services
from grants.agreements.models import AgreementSignature, Side, SigningCode
from grants.agreements.signing import OneTimeCode
from grants.councils.models import SigningDelegation
from grants.decisions.models import Decision
from grants.decisions.services import acknowledge
from grants.kernel.access import FunderRole
from grants.notices.giving import Site
from grants.notices.services.agreements import write_proof
from workers.rendering import Pages

CODES = OneTimeCode("s" * 32)
REGISTER = "/instruction/assemblee/signatures"
TYPED = {
    "function": "le vice-président",
    "given_for": "la présidente",
    "number": "ARR2018-3",
    "act_on": "03/09/2018",
    "executory_on": "06/09/2018",
    "ceiling": "24 000",
}
CAPACITY = "Pour la présidente et par délégation, le vice-président"
ACT = "(arrêté n° ARR2018-3 du 3 septembre 2018)"


@pytest.fixture
def scene(session):
    return a_scene(session, applications=1)


@pytest.fixture
def signed(session, scene):
    """An agreement that its beneficiary signed: the agreement's id, the act's."""
    voted = a_deliberation(session, scene, an_award(scene, amount=2_400_000), announced=True)
    reader = acting_as(session, scene.author)
    acknowledge(session, scene.applications[0].id, voted.id, actor=reader, now=NOW)
    award = session.scalars(select(Decision.id).where(Decision.deliberation_id == voted.id)).one()
    by = {"actor": scene.officer, "now": NOW}
    made = services.draft(session, award, text="Article 1.", **by)
    session.refresh(made, ["acts"])
    act_id = made.acts[0].id
    services.send(session, act_id, **by)
    documented(session, act_id)
    signed_by(session, act_id, Side.BENEFICIARY, reader, CODES)
    return made.id, act_id


def test_a_delegation_is_recorded_signed_under_and_taken_back(session, scene, signed, as_person):
    agreement_id, act_id = signed
    page, act = (
        f"/instruction/conventions/{agreement_id}",
        f"/instruction/conventions/actes/{act_id}",
    )
    officer, deputy = scene.people[FunderRole.OFFICER], scene.people[FunderRole.ELECTED]
    browser = as_person(officer)
    assert "Personne n’est inscrit" in browser.get(page).text
    refused = browser.post(f"{act}/code")
    assert (refused.status_code, "Inscrivez la présidence" in refused.text) == (409, True)
    president = presiding(session, scene.funder.id)
    assert president.name in browser.get(page).text
    assert president.name in browser.post(f"{act}/code").text
    typed = {**TYPED, "funder": str(scene.funder.id), "person": str(deputy.id)}
    late = browser.post(REGISTER, data={**typed, "executory_on": "02/10/2018"})
    assert (late.status_code, "ARR2018-3" in late.text) == (409, True)
    assert browser.post(REGISTER, data=typed).status_code == 303
    shown = browser.get(REGISTER).text
    assert CAPACITY in shown
    assert ACT in shown
    theirs = as_person(deputy)
    assert CAPACITY in theirs.get(page).text
    assert theirs.post(f"{act}/code").status_code == 303
    asked = session.scalars(select(SigningCode).where(SigningCode.person_id == deputy.id)).one()
    answer = theirs.post(f"{act}/signature", data={"code": CODES.code(asked.id)})
    assert answer.status_code == 303
    kept = session.scalars(
        select(AgreementSignature).where(AgreementSignature.side == Side.AUTHORITY)
    ).one()
    assert (kept.name, kept.capacity) == (deputy.name, f"{CAPACITY} {ACT}")
    row = session.scalars(select(SigningDelegation)).one()
    end = {"until": "01/10/2018", "number": "ARR2018-9"}
    used = as_person(officer).post(f"{REGISTER}/{row.id}/fin", data=end)
    assert (used.status_code, "postérieur" in used.text) == (409, True)
    end["until"] = "02/10/2018"
    assert as_person(officer).post(f"{REGISTER}/{row.id}/fin", data=end).status_code == 303
    assert "ARR2018-9" in as_person(officer).get(REGISTER).text


def test_an_officer_who_holds_no_delegation_cannot_record_their_own(session, scene, as_person):
    presiding(session, scene.funder.id)
    officer = scene.people[FunderRole.OFFICER]
    browser = as_person(officer)
    shown = browser.get(REGISTER).text
    assert str(officer.id) not in shown
    typed = {**TYPED, "funder": str(scene.funder.id), "person": str(officer.id)}
    assert browser.post(REGISTER, data=typed).status_code == 422
    colleague = a_funder_member(session, scene.funder, FunderRole.OFFICER)
    assert as_person(colleague).post(REGISTER, data=typed).status_code == 303


def test_the_agreement_and_its_proof_print_who_signs_in_what_capacity(
    session, scene, signed, file_store
):
    _, act_id = signed
    signed_by(session, act_id, Side.AUTHORITY, scene.officer, CODES)
    printed = []

    def typeset(html: str) -> bytes:
        printed.append(html)
        made = io.BytesIO()
        with pikepdf.new() as pdf:
            pdf.save(made)
        return made.getvalue()

    site = Site(base_url="http://localhost", secret_key="s" * 32)
    given = {"renderer": Pages(ROOT), "typeset": typeset, "store": file_store, "now": NOW}
    write_proof(session, act_id, site=site, **given)
    facts = queries.agreement(session, signed[0], viewer=scene.officer)
    might = services.may_sign(session, facts, facts.acts[0], NOW.date())
    words = {"agreement": facts, "act": facts.acts[0], "version": facts.acts[0].latest}
    other = {"application": scene.applications[0], "funder": scene.funder, "might": might}
    printed.append(Pages(ROOT).letter("agreement", "fr", {**words, **other}))
    for html in printed:
        assert "Pour la présidente et par délégation, la directrice de l’économie" in html
        assert "ARR2014-031 du 2 mai 2014" in html
