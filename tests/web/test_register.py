"""The public register of companies, played on loopback with its own protocol."""

from __future__ import annotations

import copy
import json
import re
import time
from dataclasses import replace
from datetime import timedelta

import pytest
import yaml
from sqlalchemy import select

from build.clock import NOW
from build.people import a_person, an_organisation
from build.register import RESULT, SIRET, a_register
from config import ROOT
from grants.app import create_app
from grants.people import services as people
from grants.people.models import RegisterAnswer
from grants.people.register import Register, Unavailable

SPECIFICATION = ROOT.parent / "shared/reference/data/api-recherche-entreprises-openapi.yml"
"""The register's own description of itself; without it, answers hold what is read of them."""


def example_of(schema, everything):
    """A value of a schema: its example, or something of its type."""
    if "$ref" in schema:
        return example_of(everything[schema["$ref"].strip().rpartition("/")[2]], everything)
    if "oneOf" in schema:
        return example_of(schema["oneOf"][0], everything)
    kind = schema.get("type")
    if kind == "object":
        fields = schema.get("properties", {})
        return {key: example_of(one, everything) for key, one in fields.items()}
    if kind == "array" and "example" not in schema:
        return [example_of(schema["items"], everything)]
    texts = {"date": "1991-01-01", "date-time": "2023-09-21T03:34:50"}
    plain = {"boolean": False, "integer": 1}
    text = None if schema.get("nullable") else texts.get(schema.get("format"), "texte")
    return copy.deepcopy(schema.get("example", plain.get(kind, text)))


@pytest.fixture(scope="module")
def payload():
    """One answer of /search about a made-up association, in every one of its fields."""
    answer = described() if SPECIFICATION.exists() else {"results": [{}], "total_results": 1}
    (result,) = answer["results"]
    for key, value in copy.deepcopy(RESULT).items():
        result[key] = {**result.get(key, {}), **value} if isinstance(value, dict) else value
    result["dirigeants"] = [{"nom": "SECRET", "prenoms": "Prénom"}]
    return answer


def described():
    """An answer as the register describes it."""
    document = yaml.safe_load(SPECIFICATION.read_text())
    assert "/search" in document["paths"]
    schemas = document["components"]["schemas"]
    return example_of(schemas["payload"], schemas)


@pytest.fixture
def register(payload):
    """The register, answering `payload` until told otherwise."""
    with a_register(payload) as played:
        yield played


@pytest.fixture
def browsing(test_settings, register, database, clock):
    """A browser of somebody on a site that asks this register."""

    def browse(person, *, seconds=10.0):  # a busy machine is not a register that is away
        settings = replace(test_settings, register_url=register.url, register_seconds=seconds)
        app = create_app(settings, database, clock)
        with database.transaction() as session:
            token = people.start_sign_in(session, person.id, user_agent="pytest", now=clock.now())
        browser = app.test_client()
        browser.set_cookie("laureat-entree", token)
        return browser

    return browse


def words(answer) -> str:
    main = answer.get_data(as_text=True).partition("<main")[2]
    return re.sub(r"[\s\u202f\u00a0]+", " ", re.sub(r"<[^>]+>", " ", main))


def test_the_client_reads_the_registers_own_answer(register):
    entry = Register(register.url, seconds=10).ask(SIRET)
    assert (entry.siret, entry.name) == (SIRET, "LES JARDINS DE LA BRUNE")
    assert (entry.legal_form, entry.rna, entry.is_social) == ("9220", "W632001234", True)
    assert (entry.street, entry.city) == ("12 rue des Lilas", "Clermont-Ferrand")
    assert (entry.postcode, entry.commune_code) == ("63000", "63113")
    assert (entry.registered_on, entry.employees) == ("2016-10-14", "11")
    (asked,) = register.asked
    assert (asked["q"], asked["per_page"]) == (SIRET, "1")
    assert "Laureat" in asked["agent"]
    assert "SECRET" not in repr(entry)  # directors are neither read nor kept


def test_another_establishment_is_read_from_its_one_line(register, payload):
    answer = copy.deepcopy(payload)
    (result,) = answer["results"]
    result["siege"]["siret"] = "73282932000017"
    place = {"siret": SIRET, "adresse": "3 AV DE LA GARE 63300 THIERS", "code_postal": "63300"}
    place |= {"commune": "63430", "libelle_commune": "THIERS", "etat_administratif": "F"}
    result["matching_etablissements"] = [place]
    register.body = json.dumps(answer).encode()
    entry = Register(register.url, seconds=10).ask(SIRET)
    assert (entry.street, entry.city, entry.is_closed) == ("3 avenue de la Gare", "Thiers", True)


def test_a_name_is_looked_for_and_nothing_is_kept(browsing, register, payload, session):
    closed, broken = copy.deepcopy(payload["results"][0]), {"siren": "356000000"}
    closed |= {"nom_raison_sociale": "LES JARDINS DU LAC", "etat_administratif": "C"}
    register.body = json.dumps({"results": [*payload["results"], broken, closed]}).encode()
    browser = browsing(a_person(session))
    number = "/compte/structures/annuaire?next=/dossiers"
    assert 'action="/compte/structures/annuaire/recherche"' in browser.get(number).text
    assert register.asked == []
    found = browser.get(
        "/compte/structures/annuaire/recherche?nom=+jardins+&code_postal=63000&next=/dossiers"
    )
    asked = register.asked[0]
    assert (asked["q"], asked["code_postal"], asked["per_page"]) == ("jardins", "63000", "10")
    said = words(found)
    assert "2 structures trouvées" in said  # what cannot be read is left out
    assert "LES JARDINS DE LA BRUNE" in said
    assert "Association déclarée" in said
    assert "732 829 320 00074" in said
    assert "LES JARDINS DU LAC A cessé son activité" in said
    assert "SECRET" not in found.text
    english = browser.get("/compte/structures/annuaire/recherche?nom=jardins&lang=en")
    assert "Registered association" in words(english)
    assert session.scalars(select(RegisterAnswer)).all() == []
    assert f'name="number" value="{SIRET}"' in found.text
    assert 'action="/compte/structures/annuaire?next=/dossiers"' in found.text


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("", 200, "Nom de la structure"),
        ("nom=ab", 422, "Écrivez au moins trois lettres"),
        ("nom=jardins&code_postal=63", 422, "code postal"),
    ],
)
def test_a_name_too_short_or_a_wrong_postcode_is_not_asked(
    *, browsing, register, session, query, status, said
):
    answer = browsing(a_person(session)).get(f"/compte/structures/annuaire/recherche?{query}")
    assert answer.status_code == status
    assert said in words(answer)
    assert register.asked == []


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (200, b'{"results": []}', "L’annuaire ne trouve aucune structure de ce nom"),
        (503, b"", "L’annuaire ne répond pas"),
        (200, b'{"results": 3}', "L’annuaire ne répond pas"),
        (200, b"[]", "L’annuaire ne répond pas"),
    ],
)
def test_a_search_without_result_leads_on_by_hand(
    *, browsing, register, session, status, body, said
):
    register.status, register.body = status, body
    answer = browsing(a_person(session)).get("/compte/structures/annuaire/recherche?nom=jardins")
    assert answer.status_code == 200
    assert said in words(answer)
    assert 'href="/compte/structures/nouvelle"' in answer.text


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (429, b"", "busy"),
        (500, b"{}", "unreachable"),
        (302, b"", "unreachable"),
        (400, b'{"erreur": "trop court"}', "unreachable"),
        (200, b"<html>", "unreadable"),
        (200, b"[]", "unreadable"),
        (200, b'{"results": [{}]}', "unreadable"),
        (200, b'{"results": [null]}', "unreadable"),
        (200, b'{"results": [{"siege": {"siret": 3}}]}', "unreadable"),
        (200, b"\xff\xfe", "unreadable"),
        (200, b"[" * 100_000, "unreadable"),
        (200, b" " * (2 * 1024 * 1024 + 1), "unreadable"),
    ],
)
def test_every_failure_of_the_register_has_a_word(register, status, body, code):
    register.status, register.body = status, body
    with pytest.raises(Unavailable) as caught:
        Register(register.url, seconds=10).ask(SIRET)
    assert caught.value.code == code


def test_a_register_that_answers_drop_by_drop_is_left(register):
    register.drops = 0.05
    started = time.monotonic()
    with pytest.raises(Unavailable, match="late"):
        Register(register.url, seconds=0.3).ask(SIRET)
    assert time.monotonic() - started < len(register.body) * register.drops / 2


def test_a_register_that_is_away_is_told_at_once():
    with pytest.raises(Unavailable, match="unreachable"):
        Register("http://127.0.0.1:9", seconds=1).ask(SIRET)


def test_a_number_fills_the_form_in_with_what_the_person_ticks(browsing, register, session):
    browser = browsing(a_person(session))
    assert "annuaire" in browser.get("/compte/structures/nouvelle").get_data(as_text=True)
    answer = browser.post("/compte/structures/annuaire", data={"number": "732 829 320 00074"})
    assert answer.status_code == 303
    said = words(browser.get(answer.location))
    for told in ("LES JARDINS DE LA BRUNE", "Association déclarée", "12 rue des Lilas"):
        assert told in said
    assert "10 à 19 salariés" in said
    url = f"/compte/structures/nouvelle?annuaire={SIRET}&fields=name&fields=legal_form"
    form = browser.get(url).get_data(as_text=True)
    assert 'value="LES JARDINS DE LA BRUNE"' in form
    assert re.search(r'<option selected value="9220">', form)
    assert 'value="12 rue des Lilas"' not in form  # it was not ticked
    assert len(register.asked) == 1
    assert 'value="12 rue des Lilas"' in browser.get(f"{url}&fields=address").text


def test_the_register_is_asked_once_a_week_for_the_same_number(browsing, register, session, clock):
    browser = browsing(a_person(session))
    for _ in range(2):
        browser.post("/compte/structures/annuaire", data={"number": SIRET})
    assert len(register.asked) == 1
    kept = session.scalars(select(RegisterAnswer)).one()
    kept.asked_at = NOW - timedelta(days=8)
    session.flush()
    browser.post("/compte/structures/annuaire", data={"number": SIRET})
    assert len(register.asked) == 2


def test_an_unknown_number_is_told_and_asked_again_an_hour_later(browsing, register, session):
    register.body = b'{"results": [], "total_results": 0}'
    browser = browsing(a_person(session))
    answer = browser.post(
        "/compte/structures/annuaire", data={"number": SIRET}, follow_redirects=True
    )
    assert "L’annuaire ne connaît pas ce numéro" in words(answer)
    browser.post("/compte/structures/annuaire", data={"number": SIRET})
    assert len(register.asked) == 1
    session.scalars(select(RegisterAnswer)).one().asked_at = NOW - timedelta(hours=2)
    session.flush()
    browser.post("/compte/structures/annuaire", data={"number": SIRET})
    assert len(register.asked) == 2


@pytest.mark.parametrize("drops", [0.0, 0.05])
def test_without_an_answer_the_form_is_filled_in_by_hand(browsing, register, session, drops):
    register.status, register.drops = (200, drops) if drops else (503, 0.0)
    browser = browsing(a_person(session), seconds=0.5)
    answer = browser.post(
        "/compte/structures/annuaire", data={"number": SIRET}, follow_redirects=True
    )
    assert answer.status_code == 200
    assert "L’annuaire ne répond pas" in words(answer)
    assert 'name="street"' in answer.get_data(as_text=True)
    assert session.scalars(select(RegisterAnswer)).all() == []


def test_a_wrong_number_is_not_asked(browsing, register, session):
    browser = browsing(a_person(session))
    answer = browser.post("/compte/structures/annuaire", data={"number": "73282932000079"})
    assert answer.status_code == 422
    assert "Ce n’est pas un numéro SIRET" in words(answer)
    assert register.asked == []


def test_an_organisation_is_compared_and_takes_over_only_what_is_ticked(
    browsing, register, session
):
    person = a_person(session)
    organisation = an_organisation(session, representative=person, name="Jardins", siret=SIRET)
    browser = browsing(person)
    url = f"/compte/structures/{organisation.id}/annuaire"
    assert "LES JARDINS" not in words(browser.get(url))
    assert browser.post(url).location == url
    page = browser.get(url).get_data(as_text=True)
    assert 'value="name"' in page
    assert 'value="legal_form"' not in page  # it is the same already
    assert browser.post(f"{url}/reprendre", data={"fields": ["rna"]}).status_code == 303
    session.refresh(organisation)
    assert (organisation.rna, organisation.name) == ("W632001234", "Jardins")


def test_without_a_register_nothing_of_it_is_shown(as_person, session):
    person = a_person(session)
    organisation = an_organisation(session, representative=person)
    browser = as_person(person)
    assert browser.get("/compte/structures/annuaire").status_code == 404
    for path in ("/compte/structures/nouvelle", f"/compte/structures/{organisation.id}"):
        assert "/annuaire" not in browser.get(path).get_data(as_text=True)
