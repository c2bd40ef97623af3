"""What holds on every route, whoever wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Blueprint
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from build.matrix import Call, Entry, entries, rules
from build.site import digest
from build.world import ROLES
from config import Settings
from grants.app import create_app
from grants.web.routes import Audience, refuse_undeclared
from grants.web.security import HEADERS

MATRIX = entries()
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
EXPECTED_HEADERS = {
    "Content-Security-Policy",
    "Cross-Origin-Opener-Policy",
    "Cross-Origin-Resource-Policy",
    "Permissions-Policy",
    "Referrer-Policy",
    "Strict-Transport-Security",
    "X-Content-Type-Options",
    "X-Frame-Options",
}


def calls(site, *methods: str) -> Iterator[tuple[Entry, str, Call]]:
    """Every route with whoever gets most from it, and what they may ask."""
    for name, rule in rules(site.app):
        entry = MATRIX[name]
        if entry.method in methods:
            role = next((one for one in reversed(ROLES) if entry.expected(one) in {200, 303}), "")
            yield entry, role or "stranger", entry.call(site, rule, site.world.ours)


def test_a_route_that_declares_nothing_stops_the_start_up(test_settings, database):
    app = create_app(test_settings, database)  # its own: all others share theirs
    lost = Blueprint("lost", __name__)
    lost.add_url_rule("/lost", view_func=lambda: "x", endpoint="page")
    app.register_blueprint(lost)
    with pytest.raises(RuntimeError, match=r"lost\.page"):
        refuse_undeclared(app)


def test_every_route_declares_audience_and_rule(site):
    for _name, rule in rules(site.app):
        view = site.app.view_functions[rule.endpoint]
        assert isinstance(view.audience, Audience), rule.endpoint
        assert view.rule.name, rule.endpoint


class TestHeaders:
    """On pages, files, redirects and every refusal."""

    def check(self, answer, where: str, *, is_signed_in: bool) -> None:
        missing = [name for name in EXPECTED_HEADERS if not answer.headers.get(name)]
        assert missing == [], where
        policy = answer.headers["Content-Security-Policy"]
        assert "unsafe" not in policy, where
        assert "default-src 'none'" in policy, where
        if is_signed_in:
            assert answer.headers["Cache-Control"] == "no-store", where

    def test_none_is_forgotten(self):
        assert set(HEADERS) == EXPECTED_HEADERS
        assert not re.search(r"https?:|\*", HEADERS["Content-Security-Policy"])

    def test_every_page_and_file_carries_them(self, site):
        for entry, role, call in calls(site, "GET"):
            for asker in ("nobody", role):
                answer = site.call(asker, "GET", call.path)
                served = entry.endpoint.endswith("static") or answer.mimetype == "application/json"
                self.check(answer, entry.name, is_signed_in=asker != "nobody" and not served)

    @pytest.mark.parametrize(
        ("role", "method", "path", "status"),
        [
            ("officer", "GET", "/nulle-part", 404),
            ("nobody", "GET", "/static/rien.css", 404),
            ("nobody", "DELETE", "/appels", 404),
            ("nobody", "GET", "/dossiers", 303),
            ("operator", "GET", "/administration/enveloppes/annees/nouvelle", 403),
            ("stranger", "POST", "/compte", 422),
        ],
    )
    def test_every_refusal_carries_them(self, site, role, method, path, status):
        answer = site.call(role, method, path)
        assert answer.status_code == status
        self.check(answer, path, is_signed_in=False)

    def test_a_conflict_carries_them(self, site):
        answer = site.call(
            "officer", "POST", f"/instruction/appels/{site.world.ours['call']}/publier"
        )
        assert answer.status_code == 409
        self.check(answer, "409", is_signed_in=True)

    def test_a_request_that_is_too_large_or_without_token_carries_them(self, site):
        form = {"name": "x" * (5 * 1024 * 1024)}
        answer = site.call("stranger", "POST", "/compte", data=form)
        assert answer.status_code == 413
        self.check(answer, "413", is_signed_in=False)
        answer = site.call("stranger", "POST", "/compte", guarded=True)
        assert answer.status_code == 400
        self.check(answer, "400", is_signed_in=False)

    def test_the_cookies_are_out_of_reach(self, site):
        answer = site.call(
            "nobody", "POST", f"/compte/lien/{site.world.ours['token.sign_in']}?lang=en"
        )
        cookies = answer.headers.getlist("Set-Cookie")
        assert len(cookies) >= 2
        for cookie in cookies:
            assert "HttpOnly" in cookie
            assert "SameSite=Lax" in cookie

    def test_behind_tls_the_cookies_are_bound_to_the_host(self, site):
        settings = replace(site.settings, embedded=False, base_url="https://laureat.example")
        assert isinstance(settings, Settings)
        app = create_app(settings, site.database, site.clock)
        browser = app.test_client()
        answer = browser.post(f"/compte/lien/{site.world.ours['token.sign_in']}")
        cookies = answer.headers.getlist("Set-Cookie")
        assert cookies
        for cookie in cookies:
            assert cookie.startswith("__Host-"), cookie
            assert "Secure" in cookie
            assert "Path=/" in cookie
            assert "Domain" not in cookie


ONE_CLICK = "public.alerts.stop"
"""What a mailbox sends by itself (RFC 8058): the token stands in its address."""


class TestTokens:
    """A form that another site sends changes nothing."""

    def test_every_unsafe_method_demands_the_token(self, site):
        page = site.call("stranger", "GET", "/compte", guarded=True)
        anothers = token_in(page.text)
        assert anothers
        with site.database.undone():
            with site.database.transaction() as session:
                before = digest(session, but=frozenset())
            for entry, role, call in calls(site, *UNSAFE):
                if entry.endpoint == ONE_CLICK:
                    continue
                for token in ("", "forged", anothers):
                    sent = {**call.form, "csrf_token": token} if token else dict(call.form)
                    answer = site.call(role, entry.method, call.path, guarded=True, data=sent)
                    assert answer.status_code == 400, (entry.name, token)
            with site.database.transaction() as session:
                assert digest(session, but=frozenset()) == before

    def test_the_page_that_holds_the_form_gives_the_token(self, site):
        browser = site.browser("stranger", guarded=True)
        sent = {"name": "Ana", "locale": "fr", "csrf_token": token_in(browser.get("/compte").text)}
        assert browser.post("/compte", data=sent).status_code == 303


def token_in(page: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    return found[1] if found else ""


class TestReading:
    """Looking changes nothing."""

    def test_no_get_changes_the_database(self, site):
        with site.database.undone():
            with site.database.transaction() as session:
                before = digest(session, but=frozenset())
            for entry, role, call in calls(site, "GET"):
                for asker in {role, "officer", "representative"}:
                    answer = site.call(asker, "GET", call.path)
                    assert answer.status_code < 500, entry.name
            with site.database.transaction() as session:
                assert digest(session, but=frozenset()) == before

    def test_a_get_that_writes_is_stopped_by_postgresql(self, database):
        with database.glancing() as session, pytest.raises(Exception, match="read-only"):
            session.execute(text("CREATE TABLE planted (id int)"))

    def test_after_a_statement_that_failed_the_site_reads_on(self, site):
        with pytest.raises(DBAPIError), site.database.reading() as session:
            session.execute(text("SELECT 1 / 0"))
        with site.database.reading() as session:
            assert session.scalar(text("SELECT 1")) == 1

    def test_the_digest_sees_a_change(self, site):
        with site.database.undone(), site.database.transaction() as session:
            before = digest(session)
            session.execute(text("UPDATE funder SET name = name || ' '"))
            assert digest(session) != before


@pytest.mark.parametrize(("language", "word"), [("fr", "n’existe pas"), ("en", "does not exist")])
def test_a_page_that_does_not_exist_says_so_in_both_languages(client, language, word):
    answer = client.get(f"/nulle-part?lang={language}")
    assert answer.status_code == 404
    assert f'lang="{language}"' in answer.text
    assert word in answer.text


def test_the_language_is_kept_for_the_next_page(client):
    client.get("/nulle-part?lang=en")
    assert 'lang="en"' in client.get("/nulle-part").text
