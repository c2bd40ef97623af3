"""Tries that never count, versions, late access, the next edition: in the browser's words."""

from __future__ import annotations

import re

import pytest
from flask import url_for
from sqlalchemy import func, select

from build.applications import an_application
from build.calls import a_call, a_form, an_officer_of
from build.clock import NOW
from build.juries import a_seat
from build.people import a_funder, a_funder_member, a_person, acting_as, an_organisation
from build.reading import told_by
from grants.applications import queries
from grants.applications.models import Application, ApplicationState
from grants.calls import workbench
from grants.calls.form import document_hash
from grants.calls.models import Call, CallFunder, CallState, FormRevision, Jury
from grants.calls.services import revising
from grants.kernel.access import Actor, FunderRole
from grants.kernel.identity import new_id
from grants.outbox.models import Message
from grants.people.models import Funder

SECRET = "Zébulon le projet d’essai"


@pytest.fixture
def lead(session):
    return a_funder(session, name="Agglomération de Valbrune")


@pytest.fixture
def person(session, lead):
    return a_funder_member(session, lead)


@pytest.fixture
def officer(person, as_person):
    return as_person(person)


@pytest.fixture
def call(session, lead):
    return a_call(session, funders=[lead])


def at(call, page: str) -> str:
    return f"/instruction/appels/{call.id}/atelier{page}"


def a_try(session, call, officer) -> str:
    """The address of a try whose title is SECRET."""
    begun = officer.post(at(call, "/essai"), data={"legal_form": "9220"})
    assert begun.status_code == 303, begun.text
    page = begun.location
    shown = officer.get(page)
    assert shown.status_code == 200
    assert "demo--trial" in shown.text
    section = officer.get(f"{page}/rubriques/project").text
    assert "demo--trial" in section
    names = dict.fromkeys(re.findall(r'name="([a-z_]*title)"', section))
    typed = {next(iter(names)): SECRET, next(iter(names)).replace("title", "summary"): "En bref."}
    assert officer.post(f"{page}/rubriques/project", data=typed).status_code in {303, 422}
    session.expire_all()
    trial = session.scalars(select(Application).where(Application.is_test)).one()
    assert trial.title == SECRET
    return page


def test_a_draft_call_is_tried_on_the_pages_of_applicants(session, lead, officer):
    draft = a_call(session, funders=[lead], state=CallState.DRAFT)
    before = session.scalar(select(func.count()).select_from(Message))
    page = a_try(session, draft, officer)
    trial = session.scalars(select(Application).where(Application.is_test)).one()
    trial.answers = {**trial.answers, "summary": "En bref.", "requested": 500_000}
    trial.as_typed = {}
    session.flush()
    sent = officer.post(
        f"{page}/depot",
        data={"signatory": "Moi", "certify": "y", "certified": "y", "committed": "y"},
    )
    assert sent.status_code == 303, sent.text[:3000]
    assert sent.location == page
    session.refresh(trial)
    assert (trial.state, trial.number, trial.submitted_at) == (ApplicationState.DRAFT, None, None)
    assert officer.post(f"{page}/retrait").status_code in {409, 422}
    assert session.scalar(select(func.count()).select_from(Message)) == before


def every_page(app, **things):
    """Each address that one may GET knowing only a call, its jury and its funder."""
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if (
                "GET" in rule.methods
                and rule.arguments <= things.keys()
                and rule.endpoint != "static"
            ):
                yield (
                    rule.endpoint,
                    url_for(rule.endpoint, **{k: things[k] for k in rule.arguments}),
                )


@pytest.fixture
def browsers(session, call, officer, client, as_person):
    """One of everybody who reads about the call's applications."""
    lead = session.scalars(
        select(Funder).join(CallFunder).where(CallFunder.call_id == call.id)
    ).one()
    jury = session.scalars(select(Jury).where(Jury.call_id == call.id)).first()
    juror = a_person(session)
    a_seat(session, jury, person=juror)
    found = {"public": client, "officer": officer, "juror": as_person(juror)}
    for role in (FunderRole.FINANCE, FunderRole.ELECTED, FunderRole.AUDITOR):
        found[role.value] = as_person(a_funder_member(session, lead, role))
    session.flush()
    return found


def test_a_try_is_in_no_list_no_count_no_export(app, session, call, browsers):
    a_try(session, call, browsers["officer"])
    jury = session.scalars(select(Jury).where(Jury.call_id == call.id)).first()
    lead_id = session.scalar(select(CallFunder.funder_id).where(CallFunder.call_id == call.id))
    things = {"call_id": call.id, "jury_id": jury.id, "slug": call.slug, "funder_id": lead_id}
    shown = dict.fromkeys(browsers, 0)
    for endpoint, page in every_page(app, **things):
        for name, browser in browsers.items():
            answer = browser.get(page)
            shown[name] += answer.status_code == 200
            assert "Zébulon".encode() not in told_by(answer), (name, endpoint)
    assert min(shown.values()) >= 10, shown
    officer = Actor(id=new_id(), funders={lead_id: frozenset({FunderRole.OFFICER})})
    assert sum(queries.counts_by_state(session, call.id, officer).values()) == 0


def test_a_try_has_no_page_but_its_author_s(app, session, call, browsers):
    a_try(session, call, browsers["officer"])
    trial = session.scalars(select(Application).where(Application.is_test)).one()
    for endpoint, page in every_page(app, application_id=trial.id):
        for name, browser in browsers.items():
            if "application_id" in page or str(trial.id) in page:
                mine = endpoint.startswith("applicant.") and name == "officer"
                assert mine or browser.get(page).status_code in {303, 404}, (name, page)


def test_a_try_is_a_draft_for_postgresql_too(session, call, officer):
    a_try(session, call, officer)
    trial = session.scalars(select(Application).where(Application.is_test)).one()
    trial.state = ApplicationState.SUBMITTED
    with pytest.raises(Exception, match="a_test_stays_a_draft"), session.begin_nested():
        session.flush()
    session.expire_all()


def test_tries_follow_the_form_and_are_emptied(session, lead, officer):
    draft = a_call(session, funders=[lead], state=CallState.DRAFT)
    real = an_application(session, a_call(session, funders=[lead]))
    a_try(session, draft, officer)
    revision = workbench.newest_revision(session, draft.id)
    document = a_form()
    del document["sections"][0]["fields"][2]
    revision.document, revision.document_hash = document, document_hash(document)
    session.flush()
    again = officer.post(at(draft, "/essai"), data={"legal_form": ""})
    assert again.status_code == 303
    session.expire_all()
    trial = session.scalars(select(Application).where(Application.is_test)).one()
    assert trial.title == SECRET
    assert session.get_one(FormRevision, trial.revision_id).document_hash == document_hash(document)
    assert session.scalar(select(func.count()).where(FormRevision.number < 0)) == 1
    assert officer.post(at(draft, "/essai/vider")).status_code == 303
    assert session.scalar(select(func.count()).where(Application.is_test)) == 0
    assert session.scalar(select(func.count()).where(FormRevision.number < 0)) == 0
    assert session.get(Application, real.id) is not None


def test_the_public_page_is_seen_before_the_public_sees_it(session, lead, officer, client):
    draft = a_call(session, funders=[lead], state=CallState.DRAFT)
    shown = officer.get(at(draft, "/apercu"))
    assert shown.status_code == 200, shown.text[:1500]
    assert "demo--trial" in shown.text
    assert draft.title_fr in shown.text
    assert client.get(f"/appels/{draft.slug}").status_code == 404
    assert client.get(at(draft, "/apercu")).status_code == 303


def test_the_differences_are_read_before_a_version_is_published(session, lead, call, officer):
    assert officer.get(at(call, "/versions")).status_code == 200
    revising.begin(session, call.id, actor=an_officer_of(lead), now=NOW)
    revision = workbench.newest_revision(session, call.id)
    document = a_form()
    document["sections"][0]["fields"][0]["label_fr"] = "Titre du projet"
    del document["sections"][0]["fields"][2]
    revision.document, revision.document_hash = document, document_hash(document)
    session.flush()
    page = officer.get(at(call, "/versions")).text
    assert "Titre du projet" in page
    assert "Adresse de contact" in page
    stale = officer.post(at(call, "/versions/publier"), data={"seen": "0"})
    assert stale.status_code == 409
    seen = {"seen": document_hash(document)}
    assert officer.post(at(call, "/versions/publier"), data=seen).status_code == 303
    session.expire_all()
    assert session.get_one(Call, call.id).current_revision_id == revision.id
    assert officer.post(at(call, "/versions/publier"), data=seen).status_code == 409


def test_taking_out_what_was_answered_says_how_many_files_hold_it(session, call, person, officer):
    for answers in ({"contact": "ana@example.org"}, {}):
        an_application(session, call, answers=answers, with_files=False)
    revising.begin(session, call.id, actor=acting_as(session, person), now=NOW)
    for part, told in (
        ("questions/contact", "1 dossier y a une réponse"),
        ("rubriques/documents", ""),
    ):
        version = workbench.newest_revision(session, call.id).document_hash
        sent = {"seen": version}
        answer = officer.post(
            at(call, f"/formulaire/{part}/supprimer"), data=sent, follow_redirects=True
        )
        assert answer.status_code == 200
        assert told in answer.text
        assert ("mise de côté" in answer.text) == bool(told)


def test_an_applicant_finds_what_the_new_form_put_aside(session, as_person):
    author = a_person(session)
    organisation = an_organisation(session, representative=author)
    put_aside = {"label_fr": "Ancienne question", "label_en": "", "text": "Ma réponse d’avant"}
    draft = an_application(
        session, author=author, organisation=organisation, archived={"old": put_aside}
    )
    page = as_person(author).get(f"/dossiers/{draft.id}").text
    assert "Ancienne question" in page
    assert "Ma réponse d’avant" in page


def test_a_late_applicant_is_let_in_by_a_code_shown_once(session, lead, officer, as_person):
    call = a_call(session, funders=[lead], state=CallState.CLOSED)
    typed = {"given_to": "Les Jardins", "reason": "Panne du 30.", "expires_at": "15/10/2018"}
    made = officer.post(at(call, "/acces"), data=typed)
    assert made.status_code == 200
    code = re.search(r"(?<![-\w])[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}(?![-\w])", made.text)[0]
    shown = officer.get(at(call, "/acces")).text
    assert code not in shown
    assert "Les Jardins" in shown
    assert (
        officer.post(at(call, "/acces"), data={**typed, "expires_at": "01/09/2018"}).status_code
        == 409
    )
    assert officer.post(at(call, "/acces"), data={**typed, "reason": ""}).status_code == 422
    author = a_person(session)
    organisation = an_organisation(session, representative=author)
    browser = as_person(author)
    entry = f"/dossiers/acces/{call.id}"
    assert entry in browser.get(f"/appels/{call.slug}").text
    assert browser.get(entry).status_code == 200
    chosen = {"organisation": str(organisation.id)}
    wrong = browser.post(entry, data={**chosen, "code": "AAAA-BBBB-CCCC"})
    assert wrong.status_code == 409
    assert 'value="AAAA-BBBB-CCCC"' in wrong.text
    opened = browser.post(entry, data={**chosen, "code": code})
    assert opened.status_code == 303, opened.text
    assert browser.get(opened.location).status_code == 200
    assert "Panne du 30" not in browser.get(opened.location).text


def test_next_year_s_edition_is_made_from_the_workshop(session, lead, call, officer):
    assert officer.get(at(call, "/suite")).status_code == 200
    taken = officer.post(at(call, "/suite"), data={"slug": call.slug, "by": "year"})
    assert taken.status_code == 409
    made = officer.post(at(call, "/suite"), data={"slug": "canal-2019", "by": "weekdays"})
    assert made.status_code == 303, made.text
    found = session.scalars(select(Call).where(Call.slug == "canal-2019")).one()
    assert found.previous_call_id == call.id
    file = officer.get(at(found, "/export.yaml"))
    assert file.headers["Content-Disposition"] == 'attachment; filename="canal-2019.yaml"'
    assert "slug: canal-2019" in file.text


def test_partners_do_none_of_it(session, lead, as_person):
    partner = a_funder(session)
    call = a_call(session, funders=[lead, partner])
    browser = as_person(a_funder_member(session, partner))
    for page in ("/versions/publier", "/versions/abandonner", "/acces", "/suite"):
        assert browser.post(at(call, page), data={"slug": "x", "by": "year"}).status_code == 403
    assert browser.get(at(call, "/suite")).status_code == 403
    assert browser.post(at(call, "/essai"), data={"legal_form": ""}).status_code == 303
