"""A published form changes by a new revision; drafts follow it and lose nothing."""

from __future__ import annotations

from copy import deepcopy
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from build.applications import an_application
from build.calls import a_call, a_form, an_officer_of
from build.clock import NOW
from build.people import a_funder
from grants.applications.models import ApplicationState
from grants.applications.rebasing import rebased
from grants.applications.services.rebasing import rebase_drafts
from grants.calls import queries, workbench
from grants.calls.form import FormDocument, document_hash
from grants.calls.models import CallState
from grants.calls.revisions import Aspect, differences
from grants.calls.services import revising
from grants.kernel.errors import Forbidden, Refused
from grants.outbox.queries import history

EXTRA = {
    "key": "kind",
    "type": "choice",
    "label_fr": "Type",
    "label_en": "Kind",
    "limits": {
        "choices": [
            {"key": "new", "label_fr": "Nouveau", "label_en": "New"},
            {"key": "old", "label_fr": "Ancien", "label_en": "Old"},
        ]
    },
}


def changed(document):
    """The same form: its e-mail gone, its amount in words, its title reworded, one more."""
    after = deepcopy(document)
    project, money = after["sections"][0]["fields"], after["sections"][1]["fields"]
    project[0]["label_fr"] = "Titre"
    project[1]["limits"] = {"words_max": 40}
    del project[2]
    project.append(EXTRA)
    money[0] = {**money[0], "type": "short_text", "limits": {}}
    money[0].pop("role")
    return after


def test_differences_are_told_by_question():
    before, after = FormDocument.parse(a_form()), FormDocument.parse(changed(a_form()))
    found = differences(before, after)
    assert [one.key for one in found.added] == ["kind"]
    assert [one.key for one in found.removed] == ["contact"]
    assert {one.after.key: set(one.aspects) for one in found.changed} == {
        "title": {Aspect.LABEL},
        "summary": {Aspect.LIMITS},
        "requested": {Aspect.TYPE, Aspect.LIMITS},
    }
    assert not differences(before, before)


def test_answers_are_kept_shown_as_typed_or_put_aside():
    before, after = FormDocument.parse(a_form()), FormDocument.parse(changed(a_form()))
    answers = {"title": "La ressourcerie", "contact": "a@b.example", "requested": 1234550}
    found = rebased(answers, {"summary": "trop long"}, before, after)
    assert found.answers == {"title": "La ressourcerie", "requested": "12345,50"}
    assert found.as_typed == {"summary": "trop long"}
    assert found.archived["contact"]["value"] == "a@b.example"
    assert found.archived["contact"]["label_fr"] == "Adresse de contact"
    assert found.archived["contact"]["text"] == "a@b.example"


def test_what_the_new_type_cannot_read_stays_as_it_was_typed():
    before = a_form()
    after = deepcopy(before)
    after["sections"][0]["fields"][0] = {
        **after["sections"][0]["fields"][0],
        "type": "number",
        "visible_to": ["juror"],
    }
    after["sections"][0]["fields"][0].pop("role")
    found = rebased({"title": "La 2e chance"}, {}, *map(FormDocument.parse, (before, after)))
    assert found.as_typed == {"title": "La 2e chance"}
    assert found.answers == {}


def test_an_option_taken_away_is_put_aside():
    before = a_form()
    before["sections"][0]["fields"].append(EXTRA)
    after = deepcopy(before)
    after["sections"][0]["fields"][-1]["limits"]["choices"][0]["key"] = "newer"
    found = rebased({"kind": "new"}, {}, *map(FormDocument.parse, (before, after)))
    assert found.archived["kind"]["value"] == "new"
    assert rebased({"kind": "old"}, {}, *map(FormDocument.parse, (before, after))).answers


@pytest.fixture
def lead(session):
    return a_funder(session)


@pytest.fixture
def call(session, lead):
    return a_call(session, funders=[lead])


def write(session, call, document) -> str:
    revision = workbench.newest_revision(session, call.id)
    revision.document, revision.document_hash = document, document_hash(document)
    session.flush()
    return revision.document_hash


def test_a_revision_is_begun_once_and_changes_nothing_yet(session, lead, call):
    officer = an_officer_of(lead)
    first = revising.begin(session, call.id, actor=officer, now=NOW)
    again = revising.begin(session, call.id, actor=officer, now=NOW)
    assert (first.id, first.number) == (again.id, 2)
    session.expire_all()
    assert queries.published(session, call.slug).current_revision.number == 1
    revising.drop(session, call.id, actor=officer, now=NOW)
    assert workbench.newest_revision(session, call.id).number == 1


def test_drafts_follow_and_submitted_ones_keep_their_revision(session, lead, call):
    officer = an_officer_of(lead)
    answers = {"title": "La ressourcerie", "contact": "a@b.example", "requested": 500_000}
    draft = an_application(session, call, answers=answers)
    sent = an_application(session, call, state=ApplicationState.SUBMITTED, answers=answers)
    revising.begin(session, call.id, actor=officer, now=NOW)
    seen = write(session, call, changed(a_form()))
    revision = revising.publish_revision(session, call.id, seen=seen, actor=officer, now=NOW)
    assert revision.frozen_at == NOW
    session.expire_all()
    assert rebase_drafts(session, call.id, now=NOW) == 1
    assert rebase_drafts(session, call.id, now=NOW) == 0
    session.expire_all()
    assert draft.revision_id == revision.id
    assert draft.answers == {"title": "La ressourcerie", "requested": "5000,00"}
    assert draft.archived["contact"]["value"] == "a@b.example"
    assert sent.revision_id != revision.id
    assert sent.answers == answers
    (told,) = history(session, subject=draft.id)
    assert told.kind == "application.rebased"
    assert set(told.payload) == {"application", "before", "after"}
    assert history(session, subject=sent.id) == []


def test_what_its_author_did_not_read_is_not_published(session, lead, call):
    officer = an_officer_of(lead)
    with pytest.raises(Refused, match="nothing_begun"):
        revising.publish_revision(session, call.id, seen="", actor=officer, now=NOW)
    begun = revising.begin(session, call.id, actor=officer, now=NOW)
    with pytest.raises(Refused, match="nothing_changed"):
        revising.publish_revision(
            session, call.id, seen=begun.document_hash, actor=officer, now=NOW
        )
    write(session, call, changed(a_form()))
    with pytest.raises(Refused, match="changed_meanwhile"):
        revising.publish_revision(session, call.id, seen="x", actor=officer, now=NOW)


def test_a_form_that_could_not_be_published_is_refused(session, lead, call):
    officer = an_officer_of(lead)
    revising.begin(session, call.id, actor=officer, now=NOW)
    document = a_form()
    document["sections"][0]["fields"][0].pop("role")
    seen = write(session, call, document)
    with pytest.raises(Refused, match="no_title_field"):
        revising.publish_revision(session, call.id, seen=seen, actor=officer, now=NOW)


@pytest.mark.parametrize("state", [CallState.DRAFT, CallState.CLOSED])
def test_only_a_published_call_is_revised_and_by_its_lead(session, lead, state):
    partner = a_funder(session)
    call = a_call(session, funders=[lead, partner], state=state)
    with pytest.raises(Refused, match=f"from_{state}"):
        revising.begin(session, call.id, actor=an_officer_of(lead), now=NOW)
    with pytest.raises(Forbidden):
        revising.begin(session, call.id, actor=an_officer_of(partner), now=NOW)


def test_the_grace_lets_what_was_begun_be_sent_and_nothing_be_begun(session, lead):
    call = a_call(session, funders=[lead], closes_at=NOW, grace_seconds=600)
    assert not call.is_open(NOW)
    assert call.receives(NOW + timedelta(minutes=9, seconds=59))
    assert not call.receives(NOW + timedelta(minutes=10))
    assert session.scalar(text("SELECT count(*) FROM call WHERE grace_seconds = 600")) == 1
    assert queries.expiring(session, now=NOW + timedelta(minutes=9)) == []
    assert [one.id for one in queries.expiring(session, now=NOW + timedelta(minutes=10))] == [
        call.id
    ]
    assert session.scalars(select(type(call)).where(queries.is_open(NOW))).all() == []
