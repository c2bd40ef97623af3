"""Filling in: what is typed is kept, by whoever typed it, and nothing overwrites it unseen."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from build.applications import (
    FORM,
    S,
    a_complement_request,
    an_application,
)
from build.calls import a_call
from build.clock import NOW
from build.people import a_member, a_person, acting_as, an_organisation
from grants.applications import answers, queries, services
from grants.applications.answers import SectionStatus
from grants.applications.models import Application, ApplicationFile
from grants.kernel.access import OrganisationRole
from grants.kernel.errors import Forbidden, Refused, Unknown
from grants.people.models import Organisation, Person

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture
def application(session) -> Application:
    return an_application(session, answers={"title": "Avant"}, with_files=False)


@pytest.fixture
def actor(session, application):
    return acting_as(session, session.get_one(Person, application.author_id))


def save(session, application, typed, actor, section="project", **more):
    return services.save_section(
        session, application.id, section, typed, actor=actor, now=NOW, **more
    )


def test_starting_twice_finds_the_same_draft(session) -> None:
    call, person = a_call(session, document=FORM), a_person(session)
    organisation = an_organisation(session, representative=person)
    actor = acting_as(session, person)
    begin = {"actor": actor, "now": NOW}
    first = services.start(session, call.id, organisation_id=organisation.id, **begin)
    assert services.start(session, call.id, organisation_id=organisation.id, **begin) == first
    alone = services.start(session, call.id, organisation_id=None, **begin)
    assert alone != first
    assert services.start(session, call.id, organisation_id=None, **begin) == alone


@pytest.mark.parametrize(
    ("days", "code"), [(-31, "application.start.not_open"), (30, "application.start.closed")]
)
def test_one_starts_only_while_the_call_is_open(session, days, code) -> None:
    call, actor = a_call(session), acting_as(session, a_person(session))
    with pytest.raises(Refused) as refusal:
        services.start(
            session, call.id, organisation_id=None, actor=actor, now=NOW + timedelta(days=days)
        )
    assert refusal.value.code == code


def test_one_starts_only_for_oneself_or_ones_organisation(session) -> None:
    call = a_call(session, allows_persons=False)
    actor, other = acting_as(session, a_person(session)), an_organisation(session)
    with pytest.raises(Unknown):
        services.start(session, call.id, organisation_id=other.id, actor=actor, now=NOW)
    with pytest.raises(Refused, match="organisation_required"):
        services.start(session, call.id, organisation_id=None, actor=actor, now=NOW)


def test_answers_are_merged_by_field(session, application, actor) -> None:
    save(session, application, {"summary": "Réparer."}, actor)
    save(session, application, {"requested": "12 500,00 €"}, actor, section="money")
    session.refresh(application)
    assert application.answers == {
        "title": "Avant",
        "summary": "Réparer.",
        "requested": 1_250_000,
    }
    assert (application.requested, application.title) == (1_250_000, "Avant")


def test_what_cannot_be_understood_is_kept_as_typed(session, application, actor) -> None:
    saved = save(session, application, {"requested": "à peu près 12 k€"}, actor, section="money")
    session.refresh(application)
    assert set(saved.problems) == {"requested"}
    assert application.as_typed == {"requested": "à peu près 12 k€"}
    money = answers.document(queries.own(session, application.id, actor)).section("money")
    assert answers.status(application, money) is SectionStatus.TO_CORRECT
    save(session, application, {"requested": "12 000"}, actor, section="money")
    session.refresh(application)
    assert (application.as_typed, application.answers["requested"]) == ({}, 1_200_000)


def test_a_field_of_another_section_is_not_touched(session, application, actor) -> None:
    save(session, application, {"requested": "500", "nonsense": "x"}, actor)
    session.refresh(application)
    assert application.answers == {"title": "Avant"}


def test_a_nul_and_half_a_character_are_dropped_and_the_rest_is_kept(
    session, application, actor
) -> None:
    save(session, application, {"title": "Ca\x00fé \ud800 de quartier"}, actor)
    session.refresh(application)
    assert application.answers["title"] == "Café de quartier"


class TestTwoPeopleAtOnce:
    """Optimistic: nobody waits, nobody is overwritten unseen."""

    def test_the_second_to_save_learns_who_was_first_and_when(
        self, session, application, actor
    ) -> None:
        organisation = session.get_one(Organisation, application.organisation_id)
        colleague = acting_as(
            session, a_member(session, organisation, OrganisationRole.EDITOR, name="Zoé Lenoir")
        )
        save(session, application, {"title": "De Zoé"}, colleague, version=0, page="zoe")
        with pytest.raises(Refused) as refusal:
            save(session, application, {"title": "De moi"}, actor, version=0, page="mine")
        assert refusal.value.code == "application.save.conflict"
        assert refusal.value.facts == {"saved_at": NOW, "saved_by": "Zoé Lenoir"}
        session.refresh(application)
        assert application.answers["title"] == "De Zoé"

    def test_another_section_is_no_conflict(self, session, application, actor) -> None:
        save(session, application, {"title": "A"}, actor, version=0, page="one")
        save(
            session, application, {"requested": "1"}, actor, section="money", version=0, page="two"
        )
        session.refresh(application)
        assert application.answers == {"title": "A", "requested": 100}

    def test_the_same_answers_are_no_conflict(self, session, application, actor) -> None:
        save(session, application, {"title": "A"}, actor, version=0, page="one")
        save(session, application, {"title": "A"}, actor, version=0, page="two")

    def test_the_same_page_again_is_no_conflict(self, session, application, actor) -> None:
        """Its first answer was lost, so that it does not know the new version."""
        save(session, application, {"title": "A"}, actor, version=0, page="one")
        save(session, application, {"title": "B"}, actor, version=0, page="one")
        session.refresh(application)
        assert application.answers["title"] == "B"

    def test_saving_again_knowingly_goes_through(self, session, application, actor) -> None:
        save(session, application, {"title": "A"}, actor, version=0, page="one")
        save(session, application, {"title": "B"}, actor, version=1, page="two")
        session.refresh(application)
        assert application.answers["title"] == "B"


def test_only_those_who_fill_in_save(session, application) -> None:
    organisation = session.get_one(Organisation, application.organisation_id)
    treasurer = a_member(session, organisation, OrganisationRole.TREASURER)
    with pytest.raises(Forbidden):
        save(session, application, {"title": "x"}, acting_as(session, treasurer))
    with pytest.raises(Unknown):
        save(session, application, {"title": "x"}, acting_as(session, a_person(session)))


@pytest.mark.parametrize("state", sorted(set(S) - {S.DRAFT, S.INCOMPLETE}))
def test_nothing_is_saved_outside_drafts_and_complements(session, state) -> None:
    application = an_application(session, state=state)
    actor = acting_as(session, session.get_one(Person, application.author_id))
    with pytest.raises(Refused, match=rf"save\.from_{state}"):
        save(session, application, {"title": "Trop tard"}, actor)


def test_a_complement_opens_the_asked_fields_only(session) -> None:
    application = an_application(session, state=S.INCOMPLETE)
    actor = acting_as(session, session.get_one(Person, application.author_id))
    save(session, application, {"title": "Précisé", "summary": "Changé en douce"}, actor)
    session.refresh(application)
    assert application.answers["title"] == "Précisé"
    assert application.answers["summary"] == "Réparer, donner, vendre à petit prix."


class TestDocuments:
    def attach(self, session, store, application, actor, field="statutes", *, name="statuts.pdf"):
        return services.attach(
            session,
            store,
            application.id,
            field,
            io.BytesIO(PDF),
            name=name,
            actor=actor,
            now=NOW,
        )

    def in_force(self, session, application) -> list[tuple[str, str]]:
        rows = session.scalars(
            select(ApplicationFile)
            .where(ApplicationFile.application_id == application.id)
            .where(ApplicationFile.removed_at.is_(None))
        )
        return [(one.field_key, str(one.id)) for one in rows]

    def test_a_single_document_is_replaced_and_kept_as_history(
        self, session, file_store, application, actor
    ) -> None:
        old = self.attach(session, file_store, application, actor)
        new = self.attach(session, file_store, application, actor)
        assert self.in_force(session, application) == [("statutes", str(new.id))]
        session.refresh(old)
        assert (old.removed_at, old.removed_by) == (NOW, actor.id)

    def test_one_too_many_is_refused(self, session, file_store, application, actor) -> None:
        for _ in range(2):
            self.attach(session, file_store, application, actor, "photos")
        with pytest.raises(Refused, match="too_many"):
            self.attach(session, file_store, application, actor, "photos")

    def test_another_kind_is_refused_before_anything_is_read(
        self, session, file_store, application, actor
    ) -> None:
        with pytest.raises(Refused, match="kind_refused") as refusal:
            self.attach(session, file_store, application, actor, "photos", name="photo.odt")
        assert refusal.value.field == "photos"

    def test_a_refused_document_leaves_the_old_one(
        self, session, file_store, application, actor
    ) -> None:
        self.attach(session, file_store, application, actor)
        before = self.in_force(session, application)
        with pytest.raises(Refused, match=r"files\."):
            self.attach(session, file_store, application, actor, name="statuts.docx")
        assert self.in_force(session, application) == before

    def test_detaching_twice_is_detaching_once(
        self, session, file_store, application, actor
    ) -> None:
        file = self.attach(session, file_store, application, actor)
        for _ in range(2):
            services.detach(session, application.id, file.id, actor=actor, now=NOW)
        assert self.in_force(session, application) == []

    def test_a_question_that_takes_no_document_takes_none(
        self, session, file_store, application, actor
    ) -> None:
        with pytest.raises(Unknown):
            self.attach(session, file_store, application, actor, "title")

    def test_a_complement_opens_the_asked_documents_only(self, session, file_store) -> None:
        application = an_application(session, state=S.SUBMITTED)
        application.state, application.complement_due_on = S.INCOMPLETE, NOW.date()
        a_complement_request(
            session,
            application,
            asked_by=session.get_one(Person, application.author_id),
            items=[{"field_key": "statutes", "message": "Illisible."}],
        )
        actor = acting_as(session, session.get_one(Person, application.author_id))
        self.attach(session, file_store, application, actor)
        with pytest.raises(Forbidden):
            self.attach(session, file_store, application, actor, "photos")
