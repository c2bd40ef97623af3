"""The pages of administration: each administrator at home, the operator everywhere."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from build.people import (
    a_funder,
    a_funder_member,
    a_link,
    a_person,
    an_operator,
)
from grants.kernel.access import FunderRole
from grants.people.models import Funder, FunderMember, OneTimeLink, Purpose

R = FunderRole
FUNDER = {"name": "Ville de Valbrune", "key": "valbrune", "kind": "commune", "locale": "fr"}


def words(answer) -> str:
    main = answer.get_data(as_text=True).partition("<main")[2]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


def names(answer) -> list[str]:
    page = answer.get_data(as_text=True)
    return re.findall(r'<a href="/administration/personnes/[0-9a-f-]{36}">([^<]+)</a>', page)


@pytest.fixture
def home(session):
    return a_funder(session, name="Métropole de Valbrune")


@pytest.fixture
def administrator(session, home):
    return a_funder_member(session, home, R.ADMINISTRATOR, name="Alix Admin")


def test_an_administrator_sees_those_who_work_at_home(as_person, session, home, administrator):
    a_funder_member(session, home, name="Basile Bureau")
    a_funder_member(session, a_funder(session), name="Chloé Dehors")
    a_person(session, name="Dan Candidat")
    page = as_person(administrator).get("/administration/personnes")
    assert names(page) == ["Alix Admin", "Basile Bureau"]
    everybody = as_person(an_operator(session)).get("/administration/personnes")
    assert names(everybody) == [
        "Alix Admin", "Basile Bureau", "Chloé Dehors", "Dan Candidat", "Noé Opérateur",
    ]  # fmt: skip


def test_roles_held_elsewhere_are_not_shown(as_person, session, home, administrator):
    person = a_funder_member(session, home, name="Basile Bureau")
    a_funder_member(session, a_funder(session, name="Ailleurs"), R.FINANCE, person=person)
    browser = as_person(administrator)
    for url in ("/administration/personnes", f"/administration/personnes/{person.id}"):
        assert "Ailleurs" not in words(browser.get(url))


def test_people_are_searched_filtered_and_sorted_in_sql(as_person, session, home, administrator):
    a_funder_member(session, home, R.FINANCE, name="Zoé 100% Compta", email="a@example.org")
    a_funder_member(session, home, R.OFFICER, name="Basile Bureau", email="z@example.org")
    browser = as_person(administrator)
    ask = "/administration/personnes?"
    assert names(browser.get(f"{ask}q=BUREAU")) == ["Basile Bureau"]
    assert names(browser.get(f"{ask}q=z@example")) == ["Basile Bureau"]
    assert names(browser.get(f"{ask}q=100%25")) == ["Zoé 100% Compta"]
    assert names(browser.get(f"{ask}q=1%25C")) == []
    assert names(browser.get(f"{ask}role=finance")) == ["Zoé 100% Compta"]
    assert names(browser.get(f"{ask}sort=-name"))[0] == "Zoé 100% Compta"
    assert names(browser.get(f"{ask}sort=email"))[0] == "Zoé 100% Compta"
    assert len(names(browser.get(f"{ask}sort=password_hash&role=king&page=x"))) == 3


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_people_costs_five_statements(
    *, as_person, session, home, administrator, statements, rows
):
    for _ in range(rows - 1):
        a_funder_member(session, home, *FunderRole)
    browser = as_person(administrator)
    statements.clear()
    assert len(names(browser.get("/administration/personnes"))) == rows
    assert len(statements) == 5


def test_fifty_people_make_a_page(as_person, session, home, administrator):
    for _ in range(50):
        a_funder_member(session, home)
    browser = as_person(administrator)
    assert len(names(browser.get("/administration/personnes"))) == 50
    assert len(names(browser.get("/administration/personnes?page=2"))) == 1


@pytest.mark.parametrize(
    ("role", "reads", "writes"),
    [
        (R.ADMINISTRATOR, 200, 422),
        (R.AUDITOR, 200, 404),
        (R.OFFICER, 404, 404),
        (R.FINANCE, 404, 404),
        (R.APPROVER, 404, 404),
        (R.ELECTED, 404, 404),
    ],
)
def test_who_reads_and_writes_people(*, as_person, session, home, role, reads, writes):
    browser = as_person(a_funder_member(session, home, role))
    assert browser.get("/administration/personnes").status_code == reads
    assert browser.post("/administration/personnes/inviter", data={}).status_code == writes


def test_a_stranger_signs_in_first_and_an_applicant_finds_nothing(client, as_person, session):
    assert client.get("/administration/personnes").status_code == 303
    browser = as_person(a_person(session))
    assert browser.get("/administration/personnes").status_code == 404


def test_a_role_is_given_and_taken_away(as_person, session, home, administrator):
    person = a_funder_member(session, home)
    browser = as_person(administrator)
    url = f"/administration/personnes/{person.id}"
    form = {"funder": str(home.id), "role": "finance"}
    assert browser.post(f"{url}/roles", data=form).location == url
    assert browser.post(f"{url}/roles/{home.id}/officer/retirer").status_code == 303
    held = select(FunderMember.role).where(FunderMember.person_id == person.id)
    assert session.scalars(held).all() == [R.FINANCE]
    assert browser.post(f"{url}/roles/{home.id}/officer/retirer").status_code == 404
    assert browser.post(f"{url}/roles/{home.id}/king/retirer").status_code == 404


def test_nothing_is_given_or_taken_abroad(as_person, session, home, administrator):
    abroad = a_funder(session)
    foreigner = a_funder_member(session, abroad)
    person = a_funder_member(session, home)
    browser = as_person(administrator)
    people, funders = "/administration/personnes", "/administration/financeurs"
    form = {"funder": str(abroad.id), "role": "finance"}
    assert browser.post(f"{people}/{person.id}/roles", data=form).status_code == 422
    answers = [
        browser.get(f"{people}/{foreigner.id}"),
        browser.post(f"{people}/{foreigner.id}/roles", data={**form, "funder": str(home.id)}),
        browser.post(f"{people}/{foreigner.id}/roles/{abroad.id}/officer/retirer"),
        browser.get(f"{funders}/{abroad.id}"),
        browser.get(f"{funders}/{abroad.id}/modifier"),
        browser.post(f"{funders}/{abroad.id}/modifier", data=FUNDER),
    ]
    assert [answer.status_code for answer in answers] == [404] * 6
    assert (
        session.scalar(select(FunderMember.role).where(FunderMember.person_id == foreigner.id))
        is R.OFFICER
    )


def test_an_officer_is_invited_by_mail(as_person, session, home, administrator):
    browser = as_person(administrator)
    form = {
        "name": "Lou Agent",
        "email": "lou@example.org",
        "funder": str(home.id),
        "roles": ["officer", "finance"],
    }
    answer = browser.post("/administration/personnes/inviter", data=form)
    assert answer.location == f"/administration/financeurs/{home.id}"
    link = session.scalars(select(OneTimeLink)).one()
    assert link.payload["roles"] == ["finance", "officer"]
    assert "Lou Agent" in words(browser.get(answer.location))
    withdraw = f"/administration/financeurs/{home.id}/invitations/{link.id}/annuler"
    assert browser.post(withdraw).status_code == 303
    assert "Lou Agent" not in words(browser.get(answer.location))


def test_an_unfinished_invitation_is_kept_as_typed(as_person, administrator):
    browser = as_person(administrator)
    form = {"name": "Lou Agent", "email": "lou", "roles": ["officer"]}
    answer = browser.post("/administration/personnes/inviter", data=form)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'value="Lou Agent"' in page
    assert 'value="lou"' in page
    assert re.search(r'<input[^>]* checked[^>]* value="officer"', page)


def test_the_operator_adds_funders_and_an_administrator_does_not(as_person, session, administrator):
    url = "/administration/financeurs/nouveau"
    refused = as_person(administrator)
    assert (refused.get(url).status_code, refused.post(url, data=FUNDER).status_code) == (403, 403)
    browser = as_person(an_operator(session))
    answer = browser.post(url, data=FUNDER)
    funder = session.scalars(select(Funder).where(Funder.key == "valbrune")).one()
    assert answer.location == f"/administration/financeurs/{funder.id}"
    again = browser.post(url, data={**FUNDER, "name": "Une autre"})
    assert again.status_code == 409
    assert "porte déjà cet identifiant" in words(again)
    assert 'value="Une autre"' in again.get_data(as_text=True)
    wrong = browser.post(url, data={**FUNDER, "key": "Pas Un Mot", "siret": "123"})
    assert wrong.status_code == 422


def test_a_funder_changes_what_it_says_of_itself(as_person, session, home, administrator):
    browser = as_person(administrator)
    url = f"/administration/financeurs/{home.id}"
    assert 'value="Métropole de Valbrune"' in browser.get(f"{url}/modifier").get_data(as_text=True)
    form = {**FUNDER, "name": "Valbrune Métropole", "siret": "732 829 320 00074"}
    assert browser.post(f"{url}/modifier", data=form).location == url
    page = words(browser.get(url))
    assert "Valbrune Métropole" in page
    assert "732 829 320 00074" in page


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_funders_costs_three_statements(as_person, session, statements, rows):
    for _ in range(rows):
        a_funder(session)
    browser = as_person(an_operator(session))
    statements.clear()
    page = browser.get("/administration/financeurs").get_data(as_text=True)
    assert page.count("<code>") == rows
    assert len(statements) == 3


@pytest.mark.parametrize("rows", [1, 3])
def test_a_funder_costs_four_statements(
    *, as_person, session, home, administrator, statements, rows
):
    for _ in range(rows - 1):
        a_funder_member(session, home)
        payload = {"funder": str(home.id), "roles": ["officer"], "name": "Lou"}
        a_link(session, Purpose.INVITATION, payload=payload)
    browser = as_person(administrator)
    statements.clear()
    assert len(names(browser.get(f"/administration/financeurs/{home.id}"))) == rows
    assert len(statements) == 4


def test_the_operator_closes_and_opens_accounts(as_person, session, home, administrator):
    operator = an_operator(session)
    browser, theirs = as_person(operator), as_person(administrator)
    url = f"/administration/personnes/{administrator.id}"
    assert theirs.post(f"{url}/fermer").status_code == 403
    assert browser.post(f"{url}/fermer").status_code == 303
    assert theirs.get("/compte").status_code == 303
    assert "Fermé" in words(browser.get(url))
    assert browser.post(f"{url}/rouvrir").status_code == 303
    own = browser.post(f"/administration/personnes/{operator.id}/fermer")
    assert (own.status_code, "propre compte" in words(own)) == (409, True)
