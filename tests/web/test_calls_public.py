"""What anyone reads of calls: few statements, nothing of a draft, every part of the page."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from build.calls import a_call, a_call_from_template, a_stage
from build.clock import NOW
from build.decisions import a_deliberation, a_refusal, a_scene, an_award
from build.people import a_funder
from grants.calls.form import FormDocument
from grants.calls.models import Batch, CallKind, CallState
from grants.calls.templates import template, templates


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
    parts = ("presentation", "eligibility", "award", "dates", "documents", "judging", "form")
    for part in (*parts, "contact"):
        assert f'id="{part}"' in page


def test_the_page_shows_criteria_juries_documents_and_dates(session, client):
    call = a_call_from_template(session, "courts_circuits")
    page = client.get(f"/appels/{call.slug}").text
    for words in (
        "Prix du jury",
        "Prix du public",
        "Réponse à un besoin du territoire",
        "30\u202f%",
        "L’offre existe déjà ici",
        "Parrainage par des chefs d’entreprise",
        "Lettres de soutien ou de partenariat",
        "facultatif",
        "30 jours",
    ):
        assert words in page, words


def test_every_question_can_be_read_and_printed_before_beginning(session, client):
    call = a_call_from_template(session, "courts_circuits")
    page = client.get(f"/appels/{call.slug}/questions").text
    for section in call_form(call).sections:
        assert f'id="{section.key}"' in page
        for field in section.fields:
            assert field.label_fr.replace("'", "&#39;") in page, field.key
    assert "250 mots au plus" in page
    assert "Modèle économique" in page, "an option of a question"
    assert "Comptez environ" in page


def call_form(call):
    return FormDocument.parse(template("courts_circuits").form)


def test_dates_stand_on_one_line_of_time_in_their_order(session, client):
    call = a_call(session, opens_at=NOW, closes_at=None, kind=CallKind.ROLLING)
    for label, days, decides in (("Second lot", 60, None), ("Premier lot", 30, date(2018, 12, 3))):
        cut_off = NOW + timedelta(days=days)
        session.add(Batch(call_id=call.id, label_fr=label, cut_off_at=cut_off, decides_on=decides))
    a_stage(session, call, position=2, title_fr="Audition", starts_on=date(2018, 12, 20))
    session.flush()
    page = client.get(f"/appels/{call.slug}").text
    line = page[page.index('id="dates"') :]
    words = (
        "Ouverture des candidatures",
        "Premier lot",
        "décision le 3\u00a0décembre",
        "Second lot",
        "Audition",
        "20\u00a0décembre\u00a02018",
        "Sélection",
        "date à venir",
    )
    places = [line.index(one) for one in words]
    assert places == sorted(places)


@pytest.mark.parametrize("applications", [5, 2])
def test_the_last_edition_tells_its_figures_when_there_were_enough(session, client, applications):
    scene = a_scene(session, applications=applications)
    a_deliberation(
        session,
        scene,
        an_award(scene, amount=1_000_050),
        *[a_refusal(scene, at) for at in range(1, applications)],
        announced=True,
    )
    call = a_call(session, previous_call_id=scene.call.id)
    session.flush()
    page = client.get(f"/appels/{call.slug}").text
    told = "trop petite pour que ses chiffres" not in page
    assert told == (applications == 5)
    assert ("20\u202f%" in page, "10\u202f000\u202f€" in page) == (told, told)


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
