"""What anyone reads of calls: few statements, nothing of a draft, every part of the page."""

from __future__ import annotations

from datetime import timedelta

import pytest

from build.calls import a_call, a_call_from_template
from build.clock import NOW
from build.people import a_funder
from grants.calls.models import CallState
from grants.calls.templates import templates


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_calls_takes_three_statements(session, client, statements, rows):
    for _ in range(rows):
        a_call(session)
        a_call(session, opens_at=NOW + timedelta(days=1))
        a_call(session, state=CallState.CLOSED, closes_at=NOW - timedelta(days=1))
    session.flush()
    statements.clear()
    answer = client.get("/appels")
    assert answer.status_code == 200
    assert len(statements) == 3


@pytest.mark.parametrize("rows", [1, 3])
def test_the_front_page_takes_two_statements(session, client, statements, rows):
    for _ in range(rows):
        a_call(session)
    session.flush()
    statements.clear()
    assert client.get("/").status_code == 200
    assert len(statements) == 2


@pytest.mark.parametrize("rows", [1, 3])
def test_a_call_takes_two_statements(session, client, statements, rows):
    call = a_call(session, funders=[a_funder(session) for _ in range(rows)], juries=rows)
    session.flush()
    statements.clear()
    assert client.get(f"/appels/{call.slug}").status_code == 200
    assert len(statements) == 2


def test_calls_are_sorted_by_what_one_can_still_do(session, client):
    titles = {
        "Ferme demain": {"closes_at": NOW + timedelta(days=1)},
        "Ferme plus tard": {"closes_at": NOW + timedelta(days=9)},
        "Toute l’année": {"closes_at": None},
        "Bientôt": {"opens_at": NOW + timedelta(days=1)},
        "Fini": {"closes_at": NOW, "opens_at": NOW - timedelta(days=9)},
        "Brouillon": {"state": CallState.DRAFT},
    }
    for title, columns in titles.items():
        a_call(session, title_fr=title, **columns)
    page = client.get("/appels").text
    places = [page.index(f">{title}<") for title in list(titles)[:-1]]
    assert places == sorted(places)
    assert "Brouillon" not in page


def test_a_draft_does_not_exist_for_the_public(session, client):
    call = a_call(session, state=CallState.DRAFT)
    assert client.get(f"/appels/{call.slug}").status_code == 404
    assert client.get("/appels/nothing").status_code == 404


def test_one_may_apply_only_while_the_call_is_open(session, client, clock):
    call = a_call(session, opens_at=NOW, closes_at=NOW + timedelta(hours=1))
    link = f"/dossiers/nouveau/{call.id}"
    page = f"/appels/{call.slug}"
    assert link in client.get(page).text
    clock.instant = NOW - timedelta(microseconds=1)
    assert link not in client.get(page).text
    clock.instant = call.closes_at - timedelta(microseconds=1)
    assert link in client.get(page).text
    clock.instant = call.closes_at
    closed = client.get(page).text
    assert link not in closed
    assert f"/resultats?appel={call.slug}" in closed


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("key", sorted(templates()))
def test_each_scheme_has_its_page_in_both_languages(session, client, key, language):
    call = a_call_from_template(session, key)
    page = client.get(f"/appels/{call.slug}?lang={language}").text
    text = getattr(call, f"title_{language}")
    assert text in page
    jury = call.current_revision_id  # the page shows the frozen form
    assert jury
    for part in ("presentation", "eligibility", "documents", "judging", "form", "contact"):
        assert f'id="{part}"' in page


def test_the_page_shows_questions_criteria_juries_and_dates(session, client):
    call = a_call_from_template(session, "courts_circuits")
    page = client.get(f"/appels/{call.slug}").text
    for words in (
        "À quel besoin du territoire répond-il\u202f?",
        "250 mots au plus",
        "Prix du jury",
        "Prix du public",
        "Réponse à un besoin du territoire",
        "30\u202f%",
        "Parrainage par des chefs d’entreprise",
        "Lettres de soutien ou de partenariat",
        "facultatif",
        "30 jours",
    ):
        assert words in page, words


def test_a_call_that_closes_at_midnight_closes_the_day_before(session, client):
    call = a_call(session, closes_at=NOW.replace(month=11, day=30, hour=23, minute=0))
    assert "30\u00a0novembre\u00a02018 à minuit" in client.get(f"/appels/{call.slug}").text


def test_results_of_a_call_that_does_not_exist_are_not_found(session, client):
    assert client.get("/resultats").status_code == 200
    assert client.get("/resultats?appel=nothing").status_code == 404
    assert client.get(f"/resultats?appel={a_call(session).slug}").status_code == 200
    draft = a_call(session, state=CallState.DRAFT)
    assert client.get(f"/resultats?appel={draft.slug}").status_code == 404


@pytest.mark.parametrize("page", ["/", "/appels"])
def test_cards_say_the_last_day_as_people_do(session, client, page):
    a_call(session, closes_at=NOW.replace(month=11, day=30, hour=23, minute=0))
    assert "jusqu’au 30\u00a0novembre\u00a02018 à minuit" in client.get(page).text
