"""The organisation behind an application, as its officers read it and look it up on the map."""

from __future__ import annotations

import html
import re

import pytest

from build.applications import an_application
from build.calls import a_call
from build.people import a_funder, a_funder_member, a_member, a_person, an_organisation
from build.vault import an_aid
from grants.applications.models import ApplicationState
from grants.kernel.access import FunderRole, OrganisationRole
from grants.people.models import AidRegime, Known


def words(answer) -> str:
    main = answer.get_data(as_text=True).partition("<main")[2]
    text = html.unescape(re.sub(r"<[^>]+>", " ", main))
    return re.sub(r"[\s\u202f\u00a0]+", " ", text)


@pytest.fixture
def scene(session, as_person):
    """A received application of an organisation, its officer's browser, and the page."""
    funder = a_funder(session)
    officer = a_funder_member(session, funder, name="Lou Agent")
    representative = a_person(session, name="Rémi Vidal")
    organisation = an_organisation(session, representative=representative)
    application = an_application(
        session,
        a_call(session, funders=[funder]),
        organisation=organisation,
        author=representative,
        state=ApplicationState.SUBMITTED,
    )
    url = f"/instruction/dossiers/{application.id}/structure"
    return organisation, as_person(officer), url, as_person(representative), funder


def test_an_officer_looks_a_place_up_and_the_organisation_reads_who_checked(scene, session):
    organisation, officer, url, applicant, _ = scene
    assert "Quartier prioritaire : non renseigné" in words(officer.get(url))
    form = {"siege-answer": "yes", "siege-code": "qn06302i"}
    assert officer.post(f"{url}/quartier/siege", data=form).status_code == 303
    session.refresh(organisation)
    assert organisation.seat_qpv_known is Known.CHECKED
    said = words(officer.get(url))
    assert "QN06302I (vérifié par le financeur le" in said
    assert "Lou Agent" in said
    home = words(applicant.get(f"/compte/structures/{organisation.id}"))
    assert "vérifié par le financeur" in home


@pytest.mark.parametrize(
    ("form", "status", "sentence"),
    [
        ({}, 422, "Dites ce que montre la carte."),
        ({"siege-answer": "yes", "siege-code": "QN1"}, 409, "Un code de quartier prioritaire"),
    ],
)
def test_a_wrong_look_up_is_explained(scene, session, form, status, sentence):
    organisation, officer, url, *_ = scene
    answer = officer.post(f"{url}/quartier/siege", data=form)
    assert answer.status_code == status
    assert sentence in words(answer)
    session.refresh(organisation)
    assert organisation.seat_qpv is None


def test_there_is_no_place_of_action_to_check_when_it_is_the_seat(scene):
    _, officer, url, *_ = scene
    form = {"lieu-answer": "no"}
    assert officer.post(f"{url}/quartier/lieu", data=form).status_code == 404


def test_officers_read_declarations_and_aid_with_the_margin(scene, session):
    organisation, officer, url, applicant, _ = scene
    applicant.post(f"/compte/structures/{organisation.id}/declarations/impots")
    an_aid(session, organisation.id, by=a_person(session), euros=100_000)
    an_aid(session, organisation.id, by=a_person(session), euros=1, regime=AidRegime.NOTIFIED)
    said = words(officer.get(url))
    assert "À jour des impôts Déclaré" in said
    assert "il reste 200 000,00 €" in said
    assert "Régime notifié" in said


def test_an_elected_member_reads_and_does_not_check(scene, session, as_person):
    _, _, url, _, funder = scene
    elected = as_person(a_funder_member(session, funder, FunderRole.ELECTED))
    page = elected.get(url)
    assert page.status_code == 200
    assert "Retenir ce que montre la carte" not in words(page)
    assert elected.post(f"{url}/quartier/siege", data={"siege-answer": "no"}).status_code == 404


def test_another_funders_officer_and_the_applicant_find_nothing(scene, session, as_person):
    organisation, _, url, applicant, _ = scene
    other = as_person(a_funder_member(session, a_funder(session)))
    editor = as_person(a_member(session, organisation, OrganisationRole.EDITOR))
    for browser in (other, applicant, editor):
        assert browser.get(url).status_code == 404
        assert browser.post(f"{url}/quartier/siege", data={}).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_whatever_was_declared(scene, session, statements, rows):
    organisation, officer, url, *_ = scene
    for _ in range(rows):
        an_aid(session, organisation.id, by=a_person(session))
    session.expire_all()
    statements.clear()
    assert officer.get(url).status_code == 200
    assert len(statements) == 7
