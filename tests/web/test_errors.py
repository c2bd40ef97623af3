"""Every refusal and every failure has its page, in both languages, database or not."""

from __future__ import annotations

import pytest
from conftest import settings_below
from sqlalchemy import create_engine
from werkzeug.exceptions import HTTPException, default_exceptions

from grants.app import create_app
from grants.db import Database
from grants.kernel.errors import Forbidden, Refused, Unknown
from grants.web.security import HEADERS

NOBODY_LISTENS = "postgresql+psycopg://x@127.0.0.1:1/x"
SECRET = "mot de passe de la base"
RAISED = {
    403: Forbidden(),
    404: Unknown(),
    409: Refused("call.not_open"),
    429: Refused("sign_in.too_many_attempts"),
    500: RuntimeError(SECRET),
}
TITLES = {
    "fr": {
        400: "Cette demande n’a pas pu être comprise",
        403: "Vous ne pouvez pas faire cela",
        404: "Cette page n’existe pas",
        409: "Ce n’est pas possible maintenant",
        413: "Ce fichier est trop lourd",
        422: "Le formulaire est à corriger",
        429: "Trop d’essais",
        500: "Une panne est survenue chez nous",
        503: "Le service est momentanément indisponible",
    },
    "en": {
        400: "This request could not be understood",
        403: "You may not do this",
        404: "This page does not exist",
        409: "This cannot be done now",
        413: "This file is too large",
        422: "Something in the form has to be corrected",
        429: "Too many attempts",
        500: "Something broke on our side",
        503: "The service is not available for the moment",
    },
}


@pytest.fixture(scope="module")
def broken(tmp_path_factory):
    """A site whose database does not answer, and a page of it that fails as it is told."""
    settings = settings_below(tmp_path_factory.mktemp("broken"))
    app = create_app(settings, Database(create_engine(NOBODY_LISTENS)))

    def fail(code: int, language: str, path: str = "/accessibilite"):
        def view():
            raise RAISED.get(code) or default_exceptions.get(code, HTTPException)()

        app.view_functions["public.pages.accessibility"] = view
        return app.test_client().get(f"{path}?lang={language}")

    return fail


@pytest.mark.parametrize("language", TITLES)
@pytest.mark.parametrize("code", TITLES["fr"])
def test_each_has_its_page(broken, code, language):
    answer = broken(code, language)
    assert answer.status_code == code
    page = answer.text
    assert f'<html lang="{language}">' in page
    assert f'<h1 class="heading__title">{TITLES[language][code]}</h1>' in page
    assert 'class="masthead"' in page, "in the same house"
    assert '<a class="btn btn-primary" href="/">' in page, "a way out"
    assert SECRET not in page
    assert set(HEADERS) <= set(answer.headers.keys())


@pytest.mark.parametrize(("language", "words"), [("fr", "Rien de ce qui"), ("en", "Nothing that")])
def test_a_database_that_is_away_is_told_and_when_to_come_back(broken, language, words):
    answer = broken(500, language, path="/appels")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert words in answer.text
    assert "127.0.0.1" not in answer.text
