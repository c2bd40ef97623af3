"""An officer makes a call from a scheme, publishes it, follows it, closes it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from build.calls import a_call
from build.clock import NOW
from build.ledger import a_book, an_envelope
from build.people import a_funder, a_funder_member
from grants.calls.models import Call, CallState
from grants.kernel.access import FunderRole
from grants.kernel.money import Unit


@pytest.fixture
def lead(session):
    return a_funder(session, name="Agglomération de Valbrune")


@pytest.fixture
def officer(session, lead, as_person):
    return as_person(a_funder_member(session, lead))


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_my_calls_takes_a_constant_number_of_statements(
    session, lead, officer, statements, rows
):
    for _ in range(rows):
        a_call(session, funders=[lead])
    a_call(session)
    session.flush()
    statements.clear()
    page = officer.get("/instruction/appels")
    assert page.status_code == 200
    assert page.text.count("Initiatives du canal") == rows
    assert len(statements) == 4  # who asks, the count, the rows, whether they may make one


@pytest.mark.parametrize("rows", [1, 3])
def test_one_call_takes_a_constant_number_of_statements(session, lead, officer, statements, rows):
    funders = [lead, *(a_funder(session) for _ in range(rows))]
    call = a_call(session, funders=funders, juries=rows)
    session.flush()
    statements.clear()
    assert officer.get(f"/instruction/appels/{call.id}").status_code == 200
    assert len(statements) == 8


def test_my_calls_are_searched_sorted_and_filtered(session, lead, officer):
    a_call(session, funders=[lead], title_fr="Alpha 100 %", closes_at=NOW + timedelta(days=9))
    a_call(session, funders=[lead], title_fr="Beta", state=CallState.DRAFT)
    for query, shown, hidden in (
        ("q=100+%25", "Alpha", "Beta"),
        ("q=_", "empty__text", "Alpha"),
        ("state=draft", "Beta", "Alpha"),
    ):
        page = officer.get(f"/instruction/appels?{query}").text
        assert shown in page
        assert hidden not in page
    page = officer.get("/instruction/appels?sort=-title").text
    assert page.index("Beta") < page.index("Alpha")
    assert officer.get("/instruction/appels?sort=nonsense&state=nonsense").status_code == 200


def typed(lead, partner=None, **more):
    return {
        "edition": "2018",
        "slug": "courts-circuits-2018",
        "opens_at": "01/10/2018",
        "closes_at": "30/11/2018",
        "funder_m2a": str(lead.id),
        "funder_mulhouse": str(partner.id) if partner else "",
        "funder_mef": "",
        "envelope_m2a": "",
        "envelope_mulhouse": "",
        "envelope_mef": "",
        **more,
    }


def test_a_call_is_made_from_a_scheme_then_published_and_closed(session, lead, officer):
    partner = a_funder(session)
    assert "Courts-circuits" in officer.get("/instruction/appels/nouveau").text
    assert officer.get("/instruction/appels/nouveau/courts_circuits").status_code == 200
    made = officer.post("/instruction/appels/nouveau/courts_circuits", data=typed(lead, partner))
    assert made.status_code == 303, made.text
    call = session.scalar(select(Call).where(Call.slug == "courts-circuits-2018"))
    assert made.location.endswith(str(call.id))
    assert call.title_fr == "Courts-circuits 2018"
    assert call.closes_at.isoformat() == "2018-11-30T23:00:00+00:00"
    assert officer.get("/appels/courts-circuits-2018").status_code == 404
    page = f"/instruction/appels/{call.id}"
    assert f"{page}/publier" in officer.get(page).text
    assert officer.post(f"{page}/publier").status_code == 303
    assert officer.get("/appels/courts-circuits-2018").status_code == 200
    assert officer.post(f"{page}/publier").status_code == 409
    assert officer.post(f"{page}/fermer").status_code == 303
    session.refresh(call)
    assert call.state is CallState.CLOSED


def test_what_was_typed_wrong_is_told_and_the_rest_is_kept(lead, officer):
    data = typed(lead, slug="Deux mots", opens_at="31/02/2018")
    answer = officer.post("/instruction/appels/nouveau/courts_circuits", data=data)
    assert answer.status_code == 422
    assert 'value="Deux mots"' in answer.text
    assert 'value="31/02/2018"' in answer.text


def test_a_refusal_of_the_domain_is_told_beside_its_field(session, lead, officer):
    a_call(session, slug="courts-circuits-2018")
    answer = officer.post("/instruction/appels/nouveau/courts_circuits", data=typed(lead))
    assert answer.status_code == 409
    assert 'href="#slug"' in answer.text


def test_envelopes_of_the_call_s_unit_are_offered_and_checked(session, lead, officer):
    other = a_funder(session, name="Ville de Valbrune")
    envelopes = {
        funder: an_envelope(session, a_book(session, funder), label="Prix de test").id
        for funder in (lead, other)
    }
    surface = an_envelope(session, a_book(session, lead), unit=Unit.SQUARE_METRE).id
    page = officer.get("/instruction/appels/nouveau/courts_circuits").text
    assert str(envelopes[lead]) in page
    assert str(surface) not in page
    data = typed(lead, envelope_m2a=str(envelopes[other]))
    answer = officer.post("/instruction/appels/nouveau/courts_circuits", data=data)
    assert answer.status_code == 409
    data = typed(lead, envelope_m2a=str(envelopes[lead]))
    answer = officer.post("/instruction/appels/nouveau/courts_circuits", data=data)
    assert answer.status_code == 303
    assert "Prix de test" in officer.get(answer.location).text


def test_a_partner_follows_but_does_not_publish(session, lead, as_person):
    partner = a_funder(session)
    browser = as_person(a_funder_member(session, partner))
    call = a_call(session, funders=[lead, partner], state=CallState.DRAFT)
    page = f"/instruction/appels/{call.id}"
    shown = browser.get(page)
    assert shown.status_code == 200
    assert "publier" not in shown.text
    assert "cloture" not in shown.text
    assert browser.post(f"{page}/publier").status_code == 403
    assert browser.post(f"{page}/cloture", data={"closes_at": "31/12/2018"}).status_code == 403


@pytest.mark.parametrize("role", [FunderRole.AUDITOR, FunderRole.ELECTED])
def test_who_only_reads_makes_nothing(session, lead, as_person, role):
    browser = as_person(a_funder_member(session, lead, role))
    call = a_call(session, funders=[lead], state=CallState.DRAFT)
    page = f"/instruction/appels/{call.id}"
    assert browser.get(page).status_code == 200
    assert "publier" not in browser.get(page).text
    assert browser.post(f"{page}/publier").status_code == 404


def test_another_authority_s_call_does_not_exist(session, officer):
    call = a_call(session)
    for verb in ("publier", "fermer", "rouvrir", "archiver"):
        assert officer.post(f"/instruction/appels/{call.id}/{verb}").status_code in {403, 404}
    draft = a_call(session, state=CallState.DRAFT)
    assert officer.get(f"/instruction/appels/{draft.id}").status_code == 404
    assert officer.get(f"/instruction/appels/{call.id}").status_code == 404
    assert officer.post(f"/instruction/appels/{draft.id}/publier").status_code == 404


def test_the_closing_moves_and_says_so(session, lead, officer):
    call = a_call(session, funders=[lead])
    page = f"/instruction/appels/{call.id}/cloture"
    moved = officer.post(page, data={"closes_at": "31/12/2018", "closes_time": "12:00"})
    assert moved.status_code == 303
    session.refresh(call)
    assert call.closes_at.isoformat() == "2018-12-31T11:00:00+00:00"
    assert officer.post(page, data={"closes_at": "01/01/2018"}).status_code == 409
    assert officer.post(page, data={"closes_at": ""}).status_code == 422
    skipped = {"closes_at": "31/03/2019", "closes_time": "02:30"}
    assert officer.post(page, data=skipped).status_code == 422
