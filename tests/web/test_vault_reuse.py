"""« Prendre dans mes documents »: the vault beside the questions of a draft."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from build.applications import an_application
from build.calls import a_call, a_form
from build.clock import NOW
from build.people import a_person, an_organisation
from build.vault import a_kept_document
from grants.applications.models import ApplicationFile, ApplicationState
from grants.calls.form import FieldType


def words(answer) -> str:
    main = answer.get_data(as_text=True).partition("<main")[2]
    text = html.unescape(re.sub(r"<[^>]+>", " ", main))
    return re.sub(r"[\s\u202f\u00a0]+", " ", text)


@pytest.fixture
def home(session, as_person):
    """An organisation, its representative's browser, and its address."""
    person = a_person(session, name="Rémi Vidal")
    organisation = an_organisation(session, representative=person)
    return organisation, as_person(person), f"/compte/structures/{organisation.id}"


@pytest.fixture
def draft(home, session):
    """A draft of the organisation, the field of documents, and the address of its section."""
    organisation, _, _ = home
    application = an_application(
        session,
        a_call(session, document=a_form(files_required=True)),
        organisation=organisation,
        author=a_person(session),
        state=ApplicationState.DRAFT,
        with_files=False,
    )
    session.refresh(application, ["revision"])
    form = application.revision.form
    section, key = next(
        (one.key, field.key)
        for one in form.sections
        for field in one.fields
        if field.type is FieldType.FILE
    )
    return application, key, f"/dossiers/{application.id}/rubriques/{section}"


def test_a_document_of_the_vault_is_taken_into_a_draft(home, session, file_store, draft):
    organisation, browser, _ = home
    _, key, url = draft
    document = a_kept_document(session, file_store, organisation.id, by=a_person(session))
    page = browser.get(url)
    assert "Prendre dans mes documents" in words(page)
    take = {"take": f"{key}:{document.id}"}
    assert browser.post(url, data=take).status_code == 303
    attached = session.scalars(select(ApplicationFile)).one()
    assert attached.stored_file_id == document.stored_file_id
    assert "Prendre dans mes documents" not in words(browser.get(url))


def test_a_document_that_is_over_is_not_offered_and_a_stale_button_is_explained(
    home, session, file_store, draft
):
    organisation, browser, _ = home
    _, key, url = draft
    end = NOW.date() - timedelta(days=1)
    document = a_kept_document(
        session, file_store, organisation.id, by=a_person(session), valid_until=end
    )
    assert "Prendre dans mes documents" not in words(browser.get(url))
    answer = browser.post(url, data={"take": f"{key}:{document.id}"})
    assert answer.status_code == 409
    assert "remplacez-le d’abord" in words(answer)
