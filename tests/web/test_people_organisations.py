"""The pages of organisations: everything typed is kept, and foreign ones do not exist."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from build.people import PASSWORD, a_link, a_member, a_person, an_organisation
from grants.kernel.access import OrganisationRole
from grants.people import links
from grants.people.models import OneTimeLink, Organisation, OrganisationMember, Purpose

R = OrganisationRole
FORM = {
    "name": "Les Jardins de la Brune",
    "legal_form": "9220",
    "siret": "732 829 320 00074",
    "street": "12 rue des Lilas",
    "postcode": "63000",
    "city": "Clermont-Ferrand",
    "commune_code": "63113",
    "registered_on": "14/10/2016",
}


def words(answer) -> str:
    main = answer.get_data(as_text=True).partition("<main")[2]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


def test_an_organisation_is_added_and_represented(as_person, session):
    browser = as_person(a_person(session))
    answer = browser.post("/compte/structures/nouvelle", data=FORM)
    organisation = session.scalars(select(Organisation)).one()
    assert (answer.status_code, answer.location) == (303, f"/compte/structures/{organisation.id}")
    assert (organisation.siret, organisation.legal_form) == ("73282932000074", "9220")
    assert f"{organisation.registered_on}" == "2016-10-14"
    page = words(browser.get(answer.location))
    assert "732 829 320 00074" in page
    assert "Représentation" in page


def test_a_cooperative_keeps_its_label_beside_its_code(as_person, session):
    browser = as_person(a_person(session))
    browser.post("/compte/structures/nouvelle", data={**FORM, "legal_form": "5710-scic"})
    organisation = session.scalars(select(Organisation)).one()
    assert (organisation.legal_form, organisation.legal_label) == ("5710", "SCIC en forme de SAS")
    page = browser.get(f"/compte/structures/{organisation.id}/modifier").get_data(as_text=True)
    assert re.search(r'<option selected value="5710-scic">', page)


def test_a_wrong_form_says_so_in_french_and_keeps_everything(as_person, session):
    browser = as_person(a_person(session))
    wrong = {**FORM, "siret": "73282932000079", "postcode": "63", "registered_on": "hier"}
    answer = browser.post("/compte/structures/nouvelle", data=wrong)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Ce n’est pas un numéro SIRET." in page
    assert "Un code postal compte 5 chiffres." in page
    assert 'href="#siret"' in page
    for kept in ("73282932000079", "Les Jardins de la Brune", "12 rue des Lilas", "hier"):
        assert f'value="{kept}"' in page
    assert re.search(r'<option selected value="9220">', page)
    assert session.scalars(select(Organisation)).all() == []


def test_a_number_or_a_tick_is_asked_for(as_person, session):
    browser = as_person(a_person(session))
    answer = browser.post("/compte/structures/nouvelle", data={**FORM, "siret": ""})
    assert answer.status_code == 422
    assert "ou cochez" in words(answer)
    ticked = {**FORM, "siret": "", "being_created": "y"}
    assert browser.post("/compte/structures/nouvelle", data=ticked).status_code == 303


def test_a_new_organisation_brings_back_to_the_page_that_needed_it(as_person, session):
    browser = as_person(a_person(session))
    url = "/compte/structures/nouvelle?next="
    assert browser.post(f"{url}/dossiers/nouveau", data=FORM).location == "/dossiers/nouveau"
    assert browser.post(f"{url}//voleur.example", data=FORM).location.startswith("/compte/")


def test_a_representative_changes_it_and_nobody_else(as_person, session):
    representative = a_person(session)
    organisation = an_organisation(session, representative=representative)
    url = f"/compte/structures/{organisation.id}/modifier"
    editor = as_person(a_member(session, organisation, R.EDITOR))
    assert (editor.get(url).status_code, editor.post(url, data=FORM).status_code) == (403, 403)
    browser = as_person(representative)
    assert browser.get(url).status_code == 200
    assert browser.post(url, data={**FORM, "name": "La Brune"}).status_code == 303
    session.expire_all()
    assert organisation.name == "La Brune"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", ""),
        ("get", "/modifier"),
        ("post", "/modifier"),
        ("get", "/membres"),
        ("get", "/membres/relais"),
        ("post", "/membres/relais"),
        ("post", "/membres/inviter"),
        ("post", "/membres/{person}/retirer"),
        ("post", "/membres/{person}/roles/editor"),
        ("post", "/membres/{person}/roles/editor/retirer"),
        ("post", "/membres/invitations/{link}/annuler"),
    ],
)
def test_a_foreign_organisation_does_not_exist(as_person, session, method, path):
    representative = a_person(session)
    organisation = an_organisation(session, representative=representative)
    payload = {"organisation": str(organisation.id), "roles": ["editor"]}
    link = a_link(session, Purpose.INVITATION, payload=payload)
    url = f"/compte/structures/{organisation.id}{path}".format(
        person=representative.id, link=link.id
    )
    browser = as_person(a_person(session))
    form = {**FORM, "email": "lou@example.org", "role": "editor"}
    answer = browser.get(url) if method == "get" else browser.post(url, data=form)
    assert answer.status_code == 404


def test_members_are_invited_and_taken_out(as_person, session):
    representative = a_person(session)
    organisation = an_organisation(session, representative=representative)
    browser = as_person(representative)
    url = f"/compte/structures/{organisation.id}"
    invitation = {"email": "lou@example.org", "role": "editor"}
    assert browser.post(f"{url}/membres/inviter", data=invitation).status_code == 303
    assert "lou@example.org" in words(browser.get(f"{url}/membres"))

    link = session.scalars(select(OneTimeLink)).one()
    path = links.address_of("", "s" * 32, link.id, link.purpose)
    stranger = browser.application.test_client()
    stranger.post(path, data={"name": "Lou", "password": PASSWORD})
    assert stranger.get(url).status_code == 200

    member = session.scalars(
        select(OrganisationMember).where(OrganisationMember.role == R.EDITOR)
    ).one()
    assert browser.post(f"{url}/membres/{member.person_id}/retirer").status_code == 303
    assert stranger.get(url).status_code == 404


def test_an_invitation_without_address_or_role_is_explained(as_person, session):
    representative = a_person(session)
    organisation = an_organisation(session, representative=representative)
    url = f"/compte/structures/{organisation.id}/membres/inviter"
    answer = as_person(representative).post(url, data={"email": "lou@"})
    page = words(answer)
    assert answer.status_code == 422
    assert "Indiquez une adresse complète" in page
    assert "Choisissez un rôle." in page
    assert 'value="lou@"' in answer.get_data(as_text=True)


def test_the_last_representative_is_told_why_they_stay(as_person, session):
    representative = a_person(session)
    organisation = an_organisation(session, representative=representative)
    url = f"/compte/structures/{organisation.id}/membres/{representative.id}/retirer"
    answer = as_person(representative).post(url)
    assert answer.status_code == 409
    assert "garde toujours au moins une personne qui la représente" in words(answer)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_organisations_costs_three_statements(as_person, session, statements, rows):
    person = a_person(session)
    for _ in range(rows):
        an_organisation(session, representative=person)
    browser = as_person(person)
    statements.clear()
    page = browser.get("/compte/structures").get_data(as_text=True)
    assert page.count("<tr>") == rows + 1
    assert len(statements) == 3


@pytest.mark.parametrize("members", [1, 3])
def test_the_members_cost_five_statements(as_person, session, statements, members):
    person = a_person(session)
    organisation = an_organisation(session, representative=person)
    for _ in range(members - 1):
        a_member(session, organisation, R.EDITOR)
    browser = as_person(person)
    statements.clear()
    page = browser.get(f"/compte/structures/{organisation.id}/membres").get_data(as_text=True)
    assert page.partition("<caption>Ce que chacun")[0].count("<tr>") == members + 1
    assert len(statements) == 5
