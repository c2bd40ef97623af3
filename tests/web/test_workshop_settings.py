"""An officer writes everything of a call besides its form, in the workshop."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from build.calls import a_call, a_call_from_template, a_form
from build.ledger import a_book, an_envelope
from build.people import a_funder, a_funder_member
from grants.calls import workbench
from grants.calls.models import (
    Batch,
    CallEnvelope,
    CallFunder,
    CallKind,
    CallState,
    Stage,
    Track,
)

PAGES = (
    "",
    "/verification",
    "/textes",
    "/public",
    "/contact",
    "/calendrier",
    "/financement",
    "/deroulement",
    "/volets",
    "/sessions",
    "/pieces",
)


@pytest.fixture
def lead(session):
    return a_funder(session, name="Agglomération de Valbrune")


@pytest.fixture
def officer(session, lead, as_person):
    return as_person(a_funder_member(session, lead))


@pytest.fixture
def draft(session, lead):
    return a_call_from_template(session, "courts_circuits", published=False, m2a=lead)


@pytest.fixture
def published(session, lead):
    return a_call(session, funders=[lead])


def at(call, page: str) -> str:
    return f"/instruction/appels/{call.id}/atelier{page}"


@pytest.mark.parametrize("page", PAGES)
def test_every_page_shows_a_draft_and_a_published_call(draft, published, officer, page):
    for call in (draft, published):
        shown = officer.get(at(call, page))
        assert shown.status_code == 200, shown.text[:2000]


def test_the_overview_says_what_is_missing_and_where(session, draft, officer):
    draft.body_fr = " "
    session.flush()
    page = officer.get(at(draft, "")).text
    assert at(draft, "/verification") in page
    page = officer.get(at(draft, "/verification")).text
    assert at(draft, "/textes") in page
    assert officer.post(f"/instruction/appels/{draft.id}/publier").status_code == 409


TEXTS = {
    "title_fr": "Courts-circuits 2019",
    "title_en": "",
    "summary_fr": "Des idées pour le territoire.",
    "body_fr": "Premier paragraphe.\r\n\r\nSecond.",
    "eligibility_fr": "Être une association.",
}


def test_texts_are_written_in_french_and_perhaps_in_english(session, draft, officer):
    saved = officer.post(at(draft, "/textes"), data=TEXTS)
    assert saved.status_code == 303, saved.text
    session.refresh(draft)
    assert draft.body_fr == "Premier paragraphe.\n\nSecond."
    assert draft.title_en == ""
    wrong = officer.post(at(draft, "/textes"), data={**TEXTS, "title_fr": " "})
    assert wrong.status_code == 422
    assert "Des idées pour le territoire." in wrong.text


def test_the_window_and_its_grace_are_written_in_paris_time(session, draft, officer):
    typed = {"opens_at": "05/10/2018", "closes_at": "30/11/2018", "grace": "30"}
    assert officer.post(at(draft, "/calendrier"), data=typed).status_code == 303
    session.refresh(draft)
    assert draft.closes_at.isoformat() == "2018-11-30T23:00:00+00:00"
    assert draft.grace_seconds == 1800
    shown = officer.get(at(draft, "/calendrier")).text
    assert 'value="30/11/2018"' in shown
    backwards = officer.post(at(draft, "/calendrier"), data={**typed, "closes_at": "01/10/2018"})
    assert backwards.status_code == 409
    absent = officer.post(at(draft, "/calendrier"), data={**typed, "grace": "2000"})
    assert absent.status_code == 422


def test_what_people_relied_on_stays_once_published(session, published, officer):
    moved = {"opens_at": "01/09/2018", "closes_at": "30/12/2018", "grace": "5"}
    assert officer.post(at(published, "/calendrier"), data=moved).status_code == 409
    public = {"themes": ["food"], "territories-0-code": "63113", "territories-0-name": "Clermont"}
    refused = officer.post(at(published, "/public"), data={**public, "allows_persons": "y"})
    assert refused.status_code == 409
    free = officer.post(at(published, "/public"), data={"themes": "food", "allows_persons": "y"})
    assert free.status_code == 303
    session.refresh(published)
    assert published.themes == ["food"]
    stage = session.scalar(select(Stage).where(Stage.call_id == published.id))
    page = at(published, f"/etapes/{stage.id}")
    typed = {"title_fr": "Sélection sur dossier", "title_en": "", "entry": "all"}
    kept = officer.post(page, data={**typed, "kind": stage.kind.value, "hide_others": "y"})
    assert kept.status_code == 303, kept.text
    assert officer.post(page, data={**typed, "kind": "mentoring"}).status_code == 409
    cut = {**typed, "kind": stage.kind.value, "hide_others": "y", "entry": "cut", "cut": "3"}
    assert officer.post(page, data=cut).status_code == 409
    assert officer.post(at(published, "/volets/nouveau"), data={"label_fr": "A"}).status_code == 409
    assert officer.post(f"{page}/supprimer").status_code == 409
    assert officer.post(f"{page}/deplacer", data={"direction": "down"}).status_code == 409


def test_a_closed_call_is_written_no_more(session, lead, officer):
    call = a_call(session, funders=[lead], state=CallState.CLOSED)
    assert officer.post(at(call, "/textes"), data=TEXTS).status_code == 409


def test_territories_are_codes_with_names(session, draft, officer):
    typed = {"territories-0-code": "63113", "territories-0-name": "Clermont-Ferrand"}
    second = {"second_check": "y"}
    assert officer.post(at(draft, "/public"), data={**typed, **second}).status_code == 303
    session.refresh(draft)
    assert draft.second_check, "another person confirms each checklist"
    assert draft.territories == [{"code": "63113", "name": "Clermont-Ferrand"}]
    wrong = officer.post(at(draft, "/public"), data={**typed, "territories-0-code": "630"})
    assert wrong.status_code == 422
    more = officer.post(at(draft, "/public"), data={**typed, "intent": "territories:add:0"})
    assert more.status_code == 200
    assert "territories-2-code" in more.text


def test_stages_juries_and_criteria_are_added_moved_and_taken_out(session, draft, officer):
    typed = {"title_fr": "Écoute des citoyens", "kind": "public_vote", "entry": "cut", "cut": "5"}
    added = officer.post(at(draft, "/etapes/nouveau"), data=typed)
    assert added.status_code == 303, added.text
    stages = ordered(session, draft)
    assert [one.key for one in stages] == [
        "selection",
        "parrainage",
        "vote",
        "presentation",
        "ecoute_citoyens",
    ]
    assert stages[-1].cut == 5
    up = officer.post(at(draft, f"/etapes/{stages[-1].id}/deplacer"), data={"direction": "up"})
    assert up.status_code == 303
    assert [one.key for one in ordered(session, draft)][3:] == ["ecoute_citoyens", "presentation"]
    jury = {
        "name_fr": "Comité des usagers",
        "stage_id": str(stages[0].id),
        "quorum": "2",
        "rule": "median",
    }
    assert officer.post(at(draft, "/jurys/nouveau"), data=jury).status_code == 303
    wrong = officer.post(at(draft, "/jurys/nouveau"), data={**jury, "stage_id": str(stages[-1].id)})
    assert wrong.status_code == 422
    session.expire_all()
    made = session.scalar(
        select(type(stages[0]).juries.property.mapper.class_).filter_by(key="comite_usagers")
    )
    assert made.rule == "median"
    criterion = {
        "label_fr": "Utilité",
        "jury_id": str(made.id),
        "weight": "100",
        "scale_max": "10",
        "anchors-0-value": "0",
        "anchors-0-label_fr": "Aucune",
        "anchors-1-value": "10",
        "anchors-1-label_fr": "Grande",
    }
    assert officer.post(at(draft, "/criteres/nouveau"), data=criterion).status_code == 303
    falling = {**criterion, "anchors-1-value": "0"}
    assert officer.post(at(draft, "/criteres/nouveau"), data=falling).status_code == 422
    page = officer.get(at(draft, "/deroulement")).text
    assert "Comité des usagers" in page
    assert "Utilité" in page
    assert officer.post(at(draft, f"/jurys/{made.id}/supprimer")).status_code == 303
    assert officer.post(at(draft, f"/etapes/{stages[0].id}/supprimer")).status_code == 303
    assert len(ordered(session, draft)) == 4


def ordered(session, call):
    session.expire_all()
    return session.scalars(
        select(Stage).where(Stage.call_id == call.id).order_by(Stage.position)
    ).all()


def test_tracks_are_named_and_ordered(session, draft, officer):
    for name in ("Énergie", "Alimentation"):
        saved = officer.post(at(draft, "/volets/nouveau"), data={"label_fr": name})
        assert saved.status_code == 303
    page = officer.get(at(draft, "/volets")).text
    assert page.index("Énergie") < page.index("Alimentation")
    found = officer.get(at(draft, "/verification")).text
    assert found.index("stops") < found.index(at(draft, "/volets")) < found.index("warnings")


def test_a_track_that_a_published_form_names_is_renamed_with_a_new_version(session, lead, officer):
    words = [
        {"key": key, "label_fr": key.title(), "label_en": key.title()} for key in ("eau", "air")
    ]
    document = a_form()
    asked = {"key": "volet", "type": "choice", "role": "track", "label_fr": "Volet",
             "label_en": "Track", "required": True, "limits": {"choices": words}}  # fmt: skip
    document["sections"][0]["fields"].append(asked)
    call = a_call(session, funders=[lead], document=document)
    tracks = [Track(call_id=call.id, position=n, **one) for n, one in enumerate(words, start=1)]
    session.add_all(tracks)
    session.flush()
    here, renamed = at(call, f"/volets/{tracks[0].id}"), {"label_fr": "Rivières", "label_en": ""}
    answer = officer.post(here, data=renamed)
    assert answer.status_code == 409
    assert "nouvelle version" in answer.text
    assert officer.post(at(call, "/formulaire/version")).status_code == 303
    assert officer.post(here, data=renamed).status_code == 303
    session.expire_all()
    newest = workbench.newest_revision(session, call.id).document
    choices = newest["sections"][0]["fields"][-1]["limits"]["choices"]
    assert [one["label_fr"] for one in choices] == ["Rivières", "Air"]


def test_sessions_belong_to_rolling_calls(session, lead, draft, officer):
    typed = {"label_fr": "Session de mars", "cut_off_at": "15/11/2018", "decides_on": "20/12/2018"}
    assert officer.post(at(draft, "/sessions/nouveau"), data=typed).status_code == 409
    rolling = a_call(session, funders=[lead], kind=CallKind.ROLLING, closes_at=None)
    saved = officer.post(at(rolling, "/sessions/nouveau"), data=typed)
    assert saved.status_code == 303, saved.text
    batch = session.scalar(select(Batch).where(Batch.call_id == rolling.id))
    assert batch.cut_off_at.isoformat() == "2018-11-15T23:00:00+00:00"
    twice = officer.post(at(rolling, "/sessions/nouveau"), data=typed)
    assert twice.status_code == 409
    past = {**typed, "cut_off_at": "15/09/2018"}
    assert officer.post(at(rolling, "/sessions/nouveau"), data=past).status_code == 409
    assert officer.post(at(rolling, f"/sessions/{batch.id}/supprimer")).status_code == 303


def test_funders_and_envelopes_are_chosen(session, lead, officer):
    call = a_call(session, funders=[lead], state=CallState.DRAFT)
    other = a_funder(session, name="Ville de Valbrune")
    mine = an_envelope(session, a_book(session, lead), label="Prix").id
    theirs = an_envelope(session, a_book(session, a_funder(session)), label="Autre").id
    added = officer.post(at(call, "/financement/financeurs"), data={"chosen": str(other.id)})
    assert added.status_code == 303, added.text
    parts = session.scalars(select(CallFunder).where(CallFunder.call_id == call.id)).all()
    assert len(parts) == 2
    assert (
        officer.post(at(call, "/financement/enveloppes"), data={"chosen": str(mine)}).status_code
        == 303
    )
    foreign = officer.post(at(call, "/financement/enveloppes"), data={"chosen": str(theirs)})
    assert foreign.status_code == 404
    assert officer.post(at(call, f"/financement/financeurs/{lead.id}/retirer")).status_code == 409
    assert officer.post(at(call, f"/financement/financeurs/{other.id}/retirer")).status_code == 303
    assert officer.post(at(call, f"/financement/enveloppes/{mine}/retirer")).status_code == 303
    assert session.scalar(select(CallEnvelope).where(CallEnvelope.call_id == call.id)) is None


def test_documents_are_asked_of_those_whom_they_bind(session, lead, officer):
    draft = a_call(session, funders=[lead], state=CallState.DRAFT)
    page = officer.get(at(draft, "/pieces")).text
    assert "engagement républicain" in page
    seen = page.split('name="seen" value="')[1].split('"')[0]
    data = {"preset": "engagement_republicain", "seen": seen}
    asked = officer.post(at(draft, "/pieces"), data=data)
    assert asked.status_code == 303, asked.text
    page = officer.get(at(draft, "/pieces")).text
    assert "associations" in page
    assert (
        officer.post(at(draft, "/pieces"), data={"preset": "rien", "seen": seen}).status_code == 404
    )


def test_a_partner_reads_and_does_not_write(session, lead, as_person):
    partner = a_funder(session)
    browser = as_person(a_funder_member(session, partner))
    call = a_call(session, funders=[lead, partner], state=CallState.DRAFT)
    for page in PAGES:
        assert browser.get(at(call, page)).status_code == 200
    for page in ("/textes", "/public", "/contact", "/calendrier", "/volets/nouveau"):
        assert browser.post(at(call, page), data={}).status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_the_overview_takes_a_constant_number_of_statements(
    session, lead, officer, statements, rows
):
    call = a_call(session, funders=[lead, *(a_funder(session) for _ in range(rows))], juries=rows)
    session.flush()
    statements.clear()
    assert officer.get(at(call, "")).status_code == 200
    assert len(statements) == 8
