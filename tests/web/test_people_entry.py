"""The pages of entry: one answer for everybody, links that serve once, nothing typed lost."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from build.clock import NOW
from build.people import (
    PASSWORD,
    a_funder,
    a_funder_member,
    a_link,
    a_person,
    an_organisation,
)
from grants.kernel.access import FunderRole
from grants.people import links, services
from grants.people.models import OneTimeLink, Person, Purpose, SignIn

SECRET = "s" * 32
NEW_PASSWORD = "dix tuiles rouges"


def address(link: OneTimeLink) -> str:
    return links.address_of("", SECRET, link.id, link.purpose)


def text(answer) -> str:
    """The words of the page, without its tags, spaces made one."""
    main = answer.get_data(as_text=True).partition("<main")[2]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main)).replace("&#39;", "’")


def is_signed_in(client) -> bool:
    return client.get("/compte").status_code == 200


def test_a_stranger_is_brought_back_after_signing_in(client, session):
    person = a_person(session, with_password=True)
    asked = client.get("/compte/structures?page=2")
    assert (asked.status_code, asked.location) == (
        303,
        "/compte/entrer?next=/compte/structures?page%3D2",
    )
    form = {"email": person.email, "password": PASSWORD, "next": "/compte/structures?page=2"}
    entered = client.post("/compte/entrer", data=form)
    assert (entered.status_code, entered.location) == (303, "/compte/structures?page=2")
    assert is_signed_in(client)


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://voleur.example/",
        "//voleur.example",
        "/\\voleur.example",
        "\\\\voleur.example",
        "javascript:alert(1)",
        "/\tvoleur",
        "/ok\nSet-Cookie: x=1",
        "voleur",
    ],
)
def test_nobody_is_sent_to_another_site(client, session, elsewhere):
    person = a_person(session, with_password=True)
    form = {"email": person.email, "password": PASSWORD, "next": elsewhere}
    assert client.post("/compte/entrer", data=form).location == "/compte/arrivee"


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(client, session):
    person = a_person(session, with_password=True)
    answer = client.post("/compte/entrer", data={"email": person.email, "password": PASSWORD})
    (cookie,) = [one for one in answer.headers.getlist("Set-Cookie") if "entree" in one]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie


def test_a_wrong_password_and_an_unknown_address_get_the_same_page(client, session):
    known = a_person(session, with_password=True)
    answers = [
        client.post("/compte/entrer", data={"email": email, "password": "pas le bon du tout"})
        for email in (known.email, "inconnu@example.org")
    ]
    pages = [text(answer) for answer in answers]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert pages[0] == pages[1]
    assert "Cette adresse et ce mot de passe ne vont pas ensemble." in pages[0]


def test_what_was_typed_stays_except_the_password(client, session):
    answer = client.post(
        "/compte/entrer",
        data={"email": "inconnu@example.org", "password": "un secret bien gardé", "next": "/x"},
    )
    page = answer.get_data(as_text=True)
    assert 'value="inconnu@example.org"' in page
    assert 'value="/x"' in page
    assert "un secret bien gardé" not in page


def test_failures_are_counted_although_the_request_is_undone(client, session):
    person = a_person(session, with_password=True)
    wrong = {"email": person.email, "password": "pas le bon du tout"}
    statuses = [client.post("/compte/entrer", data=wrong).status_code for _ in range(11)]
    assert statuses == [422] * 10 + [429]
    right = client.post("/compte/entrer", data={**wrong, "password": PASSWORD})
    assert right.status_code == 429
    assert "Trop de mots de passe erronés" in text(right)


def test_an_empty_form_says_what_is_missing(client):
    answer = client.post("/compte/entrer", data={})
    page = text(answer)
    assert answer.status_code == 422
    assert "Indiquez une adresse électronique." in page
    assert 'href="#email"' in answer.get_data(as_text=True)


def test_a_link_is_asked_for_and_brings_back(client, session):
    person = a_person(session)
    form = {"email": person.email, "way": "link", "next": "/compte/connexions"}
    asked = client.post("/compte/entrer", data=form)
    assert (asked.status_code, asked.location) == (303, "/compte/courriel-envoye/link")
    link = session.scalars(select(OneTimeLink)).one()

    shown = client.get(address(link))
    assert shown.status_code == 200
    assert session.scalar(select(SignIn.id)) is None  # a GET spends nothing
    entered = client.post(address(link))
    assert (entered.status_code, entered.location) == (303, "/compte/connexions")
    assert is_signed_in(client)


@pytest.mark.parametrize(
    ("url", "extra"),
    [
        ("/compte/entrer", {"way": "link"}),
        ("/compte/creer", {"name": "Camille Besson"}),
        ("/compte/mot-de-passe-oublie", {}),
    ],
)
def test_asking_for_a_mail_tells_nothing_of_who_has_an_account(client, session, url, extra):
    known = a_person(session)
    answers = [
        client.post(url, data={"email": email, **extra}, follow_redirects=True)
        for email in (known.email, "inconnu@example.org")
    ]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert text(answers[0]) == text(answers[1])


def test_signing_up_leads_to_an_open_account(client, session):
    wanted = "/compte/structures/nouvelle"
    form = {"name": "Camille Besson", "email": "Camille@Example.org", "next": wanted}
    assert client.post("/compte/creer", data=form).location == "/compte/courriel-envoye/account"
    link = session.scalars(select(OneTimeLink)).one()
    assert "camille@example.org" in text(client.get(address(link)))

    entered = client.post(address(link), data={"name": "Camille Besson", "password": PASSWORD})
    assert (entered.status_code, entered.location) == (303, wanted)
    assert is_signed_in(client)


def test_a_guessable_password_is_explained_and_the_link_stays_good(client, session):
    services.sign_up(session, name="Camille Besson", email="c@example.org", locale="fr", now=NOW)
    link = session.scalars(select(OneTimeLink)).one()
    refused = client.post(
        address(link), data={"name": "Camille Besson", "password": "camillebesson12"}
    )
    assert refused.status_code == 422
    assert "trop facile à deviner" in text(refused)
    accepted = client.post(address(link), data={"name": "Camille Besson", "password": PASSWORD})
    assert accepted.status_code == 303


@pytest.mark.parametrize(
    ("purpose", "form"),
    [
        (Purpose.CONFIRM, {"name": "Camille", "password": NEW_PASSWORD}),
        (Purpose.SIGN_IN, {}),
        (Purpose.RESET, {"password": NEW_PASSWORD}),
        (Purpose.INVITATION, {"name": "Camille", "password": NEW_PASSWORD}),
    ],
)
def test_a_link_played_twice_late_or_forged_is_refused_with_a_sentence(
    app, session, clock, purpose, form
):
    person = a_person(session, confirmed=purpose in {Purpose.SIGN_IN, Purpose.RESET})
    link, late = (a_link(session, purpose, person, minutes=15) for _ in range(2))
    client = app.test_client()
    assert client.post(address(link), data=form).status_code == 303
    again = app.test_client().post(address(link), data=form)
    assert (again.status_code, "déjà servi" in text(again)) == (409, True)
    assert app.test_client().get(address(link)).status_code == 409

    forged = links.PATHS[purpose] + links.token_for("x" * 32, late.id)
    assert app.test_client().post(forged, data=form).status_code == 409
    clock.forward(minutes=15)
    if purpose not in {Purpose.RESET, Purpose.CONFIRM}:  # the others were spent with the first
        answer = app.test_client().post(address(late), data=form)
        assert (answer.status_code, "trop ancien" in text(answer)) == (409, True)


def test_every_link_leads_where_mails_say(app):
    served = {rule.rule for rule in app.url_map.iter_rules()}
    assert {f"{path}<token>" for path in links.PATHS.values()} <= served


def test_a_reset_signs_the_other_browsers_out(client, as_person, session):
    person = a_person(session, with_password=True)
    elsewhere = as_person(person)
    link = a_link(session, Purpose.RESET, person)
    assert client.post(address(link), data={"password": NEW_PASSWORD}).status_code == 303
    assert is_signed_in(client)
    assert not is_signed_in(elsewhere)


def test_signing_out_ends_the_sign_in_itself_not_only_the_cookie(as_person, app, session):
    person = a_person(session)
    browser = as_person(person)
    token = browser.get_cookie("laureat-entree").value
    assert browser.post("/compte/sortir").status_code == 303
    thief = app.test_client()
    thief.set_cookie("laureat-entree", token)
    assert not is_signed_in(thief)
    assert browser.post("/compte/sortir").status_code == 303


def test_a_sign_in_is_over_after_twelve_hours(as_person, session, clock):
    browser = as_person(a_person(session))
    assert is_signed_in(browser)
    clock.forward(hours=12)
    assert browser.get("/compte").status_code == 303


@pytest.mark.parametrize(
    ("role", "endpoint"),
    [
        (FunderRole.OFFICER, "officer.calls.index"),
        (FunderRole.FINANCE, "finance.envelopes.index"),
        (FunderRole.ADMINISTRATOR, "admin.people.index"),
        (None, "applicant.applications.index"),
    ],
)
def test_everybody_arrives_where_their_work_is(app, as_person, session, role, endpoint):
    if endpoint not in app.view_functions:
        pytest.skip(f"{endpoint} does not exist yet")
    person = a_person(session)
    if role:
        a_funder_member(session, a_funder(session), role, person=person)
    with app.test_request_context():
        expected = app.url_for(endpoint, _external=False)
    assert as_person(person).get("/compte/arrivee").location == expected


def test_a_person_lists_and_ends_their_sign_ins(as_person, session):
    person = a_person(session)
    here, there = as_person(person), as_person(person)
    foreign_browser = as_person(a_person(session))
    page = here.get("/compte/connexions").get_data(as_text=True)
    (url,) = re.findall(r"/compte/connexions/[0-9a-f-]{36}/fermer", page)
    assert foreign_browser.post(url).status_code == 404
    assert here.post(url).status_code == 303
    assert (is_signed_in(here), is_signed_in(there)) == (True, False)


def test_every_other_browser_is_signed_out_at_once(as_person, session):
    person = a_person(session)
    here, *others = (as_person(person) for _ in range(3))
    assert here.post("/compte/connexions/fermer-les-autres").status_code == 303
    assert [is_signed_in(one) for one in (here, *others)] == [True, False, False]


@pytest.mark.parametrize(("rows", "expected"), [(1, 2), (3, 2)])
def test_the_list_of_sign_ins_costs_two_statements(as_person, session, statements, rows, expected):
    person = a_person(session)
    browsers = [as_person(person) for _ in range(rows)]
    statements.clear()
    page = browsers[0].get("/compte/connexions").get_data(as_text=True)
    assert page.count("<tr>") == rows + 1
    assert len(statements) == expected


def test_a_profile_is_kept_and_its_language_followed(as_person, session):
    person = a_person(session, name="Camille Besson")
    browser = as_person(person)
    refused = browser.post("/compte", data={"name": " ", "phone": "06", "locale": "fr"})
    assert refused.status_code == 422
    assert 'value="06"' in refused.get_data(as_text=True)
    kept = browser.post("/compte", data={"name": "Camille B.", "phone": "06", "locale": "en"})
    assert kept.status_code == 303
    session.expire_all()
    assert (person.name, person.phone, person.locale) == ("Camille B.", "06", "en")
    assert "Last used" in browser.get("/compte/connexions").get_data(as_text=True)


def test_a_password_changes_with_the_current_one(as_person, session):
    person = a_person(session, with_password=True)
    browser, elsewhere = as_person(person), as_person(person)
    form = {"current": "pas le bon", "password": NEW_PASSWORD}
    assert browser.post("/compte/mot-de-passe", data={"password": NEW_PASSWORD}).status_code == 422
    assert browser.post("/compte/mot-de-passe", data=form).status_code == 409
    assert browser.post("/compte/mot-de-passe", data={**form, "current": PASSWORD}).location == (
        "/compte"
    )
    assert (is_signed_in(browser), is_signed_in(elsewhere)) == (True, False)


def test_the_pages_exist_in_french_and_in_english(client):
    pages = [
        client.get(f"/compte/entrer?lang={code}").get_data(as_text=True) for code in ("fr", "en")
    ]
    assert "Recevoir un lien par courriel" in pages[0]
    assert "Receive a link by e-mail" in pages[1]


def test_an_invited_stranger_opens_an_account_and_has_the_role(client, session):
    organisation = an_organisation(session, name="Les Jardins de la Brune")
    link = a_link(
        session,
        Purpose.INVITATION,
        email="lou@example.org",
        payload={"organisation": str(organisation.id), "roles": ["editor"]},
    )
    assert "Les Jardins de la Brune" in text(client.get(address(link)))
    answer = client.post(address(link), data={"name": "Lou", "password": PASSWORD})
    assert answer.status_code == 303
    assert client.get(f"/compte/structures/{organisation.id}").status_code == 200


def test_an_invited_person_who_has_an_account_signs_in_and_accepts(client, as_person, session):
    organisation = an_organisation(session)
    invited, other = a_person(session), a_person(session)
    payload = {"organisation": str(organisation.id), "roles": ["treasurer"]}
    link = a_link(session, Purpose.INVITATION, invited, payload=payload)
    here = address(link)
    assert f"/compte/entrer?next={here}" in client.get(here).get_data(as_text=True)
    # Whoever found the link neither takes the account over nor takes the invitation up.
    stolen = client.post(here, data={"name": "X", "password": PASSWORD})
    assert (stolen.status_code, invited.password_hash) == (409, None)
    assert as_person(other).post(f"{here}/accepter").status_code == 409
    browser = as_person(invited)
    assert browser.post(f"{here}/accepter").status_code == 303
    assert browser.get(f"/compte/structures/{organisation.id}").status_code == 200


def test_an_invitation_from_above_leads_where_it_says(as_person, session):
    person = a_person(session)
    link = a_link(session, Purpose.INVITATION, person, payload={"next": "/jury/invitations/1"})
    answer = as_person(person).post(f"{address(link)}/accepter")
    assert answer.location == "/jury/invitations/1"


def test_no_page_of_entry_names_a_person_in_its_address(client, session):
    answer = client.post("/compte/creer", data={"name": "Lou", "email": "lou@example.org"})
    assert "lou" not in answer.location
    assert session.scalars(select(Person.email)).all() == ["lou@example.org"]


def test_a_link_of_thirty_days_outlives_the_month_it_promises(client, session, clock):
    organisation = an_organisation(session)
    payload = {"organisation": str(organisation.id), "roles": ["editor"]}
    link = services.invite(session, "lou@example.org", payload=payload, now=NOW)
    clock.forward(days=30, seconds=-1)
    assert client.get(address(link)).status_code == 200
    clock.forward(seconds=1)
    assert client.get(address(link)).status_code == 409
    assert link.expires_at == NOW + timedelta(days=30)
