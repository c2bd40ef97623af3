"""What holds on every route, whoever wrote it."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest
from flask import Blueprint
from sqlalchemy import text

from build import people as build
from grants.app import create_app
from grants.kernel.access import FunderRole
from grants.web.routes import Audience, refuse_undeclared
from grants.web.security import HEADERS

ARGUMENTS = {
    "uuid": uuid4(),
    "default": "inconnu",
    "string": "inconnu",
    "int": 1,
    "path": "inconnu",
}


def addresses(app, *methods: str) -> list[tuple[str, str]]:
    """Every (method, path) of the site, arguments filled with things that do not exist."""
    adapter = app.url_map.bind("localhost")
    found = []
    for rule in app.url_map.iter_rules():
        values = {name: example(rule, name) for name in rule.arguments}
        found += [
            (method, adapter.build(rule.endpoint, values, method=method))
            for method in sorted(rule.methods & set(methods))
        ]
    return found


def example(rule, name: str) -> object:
    converter = type(rule._converters[name]).__name__.removesuffix("Converter").lower()
    return ARGUMENTS.get({"unicode": "string", "integer": "int"}.get(converter, converter), "x")


@pytest.fixture
def everybody(session):
    """A person with every role there is for one funder."""
    person = build.a_person(session, is_operator=True)
    funder = build.a_funder(session)
    for role in FunderRole:
        build.a_funder_member(session, person=person, funder=funder, role=role)
    session.flush()
    return person


def test_a_route_that_declares_nothing_stops_the_start_up(app):
    lost = Blueprint("lost", __name__)
    lost.add_url_rule("/lost", view_func=lambda: "x", endpoint="page")
    app._got_first_request = False
    app.register_blueprint(lost)
    with pytest.raises(RuntimeError, match=r"lost\.page"):
        refuse_undeclared(app)


def test_every_answer_carries_the_security_headers(app, client, everybody, as_person):
    browser = as_person(everybody)
    for _, path in [*addresses(app, "GET"), ("GET", "/nulle-part"), ("GET", "/static/nothing")]:
        for asker in (client, browser):
            answer = asker.get(path)
            missing = [name for name in HEADERS if not answer.headers.get(name)]
            assert missing == [], path
            assert "unsafe" not in answer.headers["Content-Security-Policy"]
            answer.close()


def test_no_address_ends_in_a_failure(app, client, everybody, as_person):
    browser = as_person(everybody)
    for method, path in addresses(app, "GET", "POST"):
        for asker in (client, browser):
            answer = asker.open(path, method=method)
            assert answer.status_code < 500, (method, path)
            answer.close()


def test_every_unsafe_method_demands_the_token(
    test_settings, database, clock, everybody, as_person
):
    app = create_app(replace(test_settings, csrf=True), database, clock)
    browser = app.test_client()
    browser.set_cookie("laureat-entree", as_person(everybody).get_cookie("laureat-entree").value)
    for method, path in addresses(app, "POST", "PUT", "PATCH", "DELETE"):
        for form in ({}, {"csrf_token": "forged"}):
            answer = browser.open(path, method=method, data=form)
            assert answer.status_code == 400, (method, path)


def digest(session) -> dict[str, str]:
    tables = session.scalars(
        text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    ).all()
    whole = "SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {} t"
    return {table: session.scalar(text(whole.format(table))) for table in tables}


def test_no_get_changes_the_database(app, database, everybody, as_person):
    browser = as_person(everybody)
    with database.reading() as session:
        before = digest(session)
    for _, path in addresses(app, "GET"):
        browser.get(path).close()
    with database.reading() as session:
        assert digest(session) == before


def test_a_get_that_writes_is_stopped_by_postgresql(database):
    with database.reading() as session, pytest.raises(Exception, match="read-only"):
        session.execute(text("CREATE TABLE planted (id int)"))


def test_signed_out_people_are_sent_to_sign_in_and_strangers_see_nothing(
    app, client, session, as_person
):
    stranger = as_person(build.a_person(session))
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if view.audience in {Audience.PUBLIC} or "GET" not in rule.methods:
            continue
        path = app.url_map.bind("localhost").build(
            rule.endpoint, {name: example(rule, name) for name in rule.arguments}
        )
        assert client.get(path).status_code == 303, path
        if view.audience in {Audience.OFFICER, Audience.FINANCE, Audience.ADMIN, Audience.JUROR}:
            assert stranger.get(path).status_code == 404, path


@pytest.mark.parametrize(("language", "word"), [("fr", "introuvable"), ("en", "not found")])
def test_a_page_that_does_not_exist_says_so_in_both_languages(client, language, word):
    answer = client.get(f"/nulle-part?lang={language}")
    assert answer.status_code == 404
    assert word in answer.text.lower()
    assert f'lang="{language}"' in answer.text


def test_the_language_is_kept_for_the_next_page(client):
    client.get("/nulle-part?lang=en")
    assert 'lang="en"' in client.get("/nulle-part").text
