"""Starting, saving and attaching: what is typed is kept, what is wrong is told."""

from __future__ import annotations

import io
import re

import pytest
from sqlalchemy import func, select

from build.applications import FORM, S, an_application
from build.calls import a_call
from build.pages import PDF, at, stored
from build.people import a_member, a_person, an_organisation
from grants.applications.models import Application, ApplicationFile
from grants.kernel.access import OrganisationRole
from grants.people.models import Organisation


class TestSaving:
    def save(self, browser, draft, section="project", headers=None, **data):
        data = {"version": "0", "page": "p", **data}
        return browser.post(at(draft, "rubriques", section), data=data, headers=headers or {})

    def test_a_wrong_answer_is_told_at_once_and_kept_to_the_character(
        self, session, draft, browser_of
    ) -> None:
        browser = browser_of(draft)
        answer = self.save(
            browser, draft, "money", q_requested="à peu près 12 k€", q_contact="", **{"continue": 1}
        )
        assert answer.status_code == 422
        assert 'value="à peu près 12 k€"' in answer.text
        assert 'href="#q_requested"' in answer.text
        assert stored(session, draft).as_typed == {"requested": "à peu près 12 k€"}
        again = browser.get(at(draft, "rubriques", "money"))
        assert 'value="à peu près 12 k€"' in again.text
        assert again.text.count("field--invalid") == 1

    def test_finishing_later_keeps_wrong_answers_without_a_word(
        self, session, draft, browser_of
    ) -> None:
        answer = self.save(browser_of(draft), draft, "money", q_requested="cher", later="1")
        assert answer.headers["Location"] == at(draft)
        assert stored(session, draft).as_typed == {"requested": "cher"}

    def test_autosave_tells_when(self, session, draft, browser_of) -> None:
        answer = self.save(
            browser_of(draft), draft, headers={"X-Requested-With": "autosave"}, q_title="Tapé"
        )
        assert answer.status_code == 200
        assert answer.json["version"] == 1
        assert "11" in answer.json["message"]  # 9:00 UTC is 11:00 in Paris
        assert stored(session, draft).answers == {"title": "Tapé"}

    def test_autosave_of_a_submitted_application_says_why(self, session, browser_of) -> None:
        application = an_application(session, state=S.IN_REVIEW)
        answer = self.save(
            browser_of(application), application, headers={"X-Requested-With": "autosave"},
            q_title="x",
        )  # fmt: skip
        assert answer.status_code == 409
        assert "exam" in answer.json["message"]

    def test_two_people_at_once_lose_nothing(self, session, draft, browser_of, as_person) -> None:
        organisation = draft.organisation_id
        colleague = a_person(session, name="Zoé Lenoir")
        a_member(
            session,
            session.get_one(Organisation, organisation),
            OrganisationRole.EDITOR,
            person=colleague,
        )
        session.flush()
        hers, mine = as_person(colleague), browser_of(draft)
        assert self.save(hers, draft, q_title="De Zoé", page="z").status_code == 303
        answer = self.save(mine, draft, q_title="De moi", page="m")
        assert answer.status_code == 409
        assert "Zoé Lenoir" in answer.text
        assert "De Zoé" in answer.text
        assert 'value="De moi"' in answer.text
        assert 'name="version" value="1"' in answer.text
        assert stored(session, draft).answers["title"] == "De Zoé"
        assert self.save(mine, draft, q_title="De moi", page="m", version="1").status_code == 303
        assert stored(session, draft).answers["title"] == "De moi"

    def test_the_officer_s_sentence_stands_beside_the_asked_field_and_no_other_field_is_there(
        self, session, browser_of
    ) -> None:
        application = an_application(session, state=S.INCOMPLETE)
        answer = browser_of(application).get(at(application, "rubriques", "project"))
        assert "Le nom est trop court." in answer.text
        assert 'name="q_title"' in answer.text
        assert 'name="q_summary"' not in answer.text


class TestDocuments:
    def upload(self, browser, draft, name="statuts.pdf", content=PDF, field="q_statutes"):
        data = {"version": "9", "page": "p", "upload": "1", field: (io.BytesIO(content), name)}
        return browser.post(at(draft, "rubriques", "documents"), data=data)

    def test_a_document_is_attached_and_removed_on_its_page(
        self, session, draft, browser_of
    ) -> None:
        browser = browser_of(draft)
        assert self.upload(browser, draft).status_code == 303
        page = browser.get(at(draft, "rubriques", "documents"))
        assert "statuts.pdf" in page.text
        file = session.scalars(select(ApplicationFile)).one()
        with browser.get(f"/dossiers/documents/{file.id}") as sent:
            assert (sent.status_code, sent.data) == (200, PDF)
            assert sent.headers["Content-Disposition"].startswith("attachment")
        removed = browser.post(
            at(draft, "rubriques", "documents"), data={"version": "9", "remove": str(file.id)}
        )
        assert removed.status_code == 303
        assert "statuts.pdf" not in browser.get(at(draft, "rubriques", "documents")).text

    @pytest.mark.parametrize(
        "refused",
        [
            ("vide.pdf", b"", "q_statutes"),
            ("virus.exe", b"MZ", "q_statutes"),
            ("faux.pdf", b"PK\x03\x04", "q_statutes"),
            ("../../etc/passwd.pdf", PDF, "q_statutes"),
            ("photo.odt", PDF, "q_photos"),
        ],
    )
    def test_a_refused_document_is_told_beside_its_field_and_nothing_is_stored(
        self, session, draft, browser_of, refused
    ) -> None:
        answer = self.upload(browser_of(draft), draft, *refused)
        assert answer.status_code == 409
        assert f'href="#{refused[-1]}"' in answer.text
        assert session.scalar(select(func.count()).select_from(ApplicationFile)) == 0

    def test_another_s_document_does_not_exist(self, session, complete, as_person) -> None:
        file = session.scalars(select(ApplicationFile)).one()
        stranger = a_person(session)
        session.flush()
        assert as_person(stranger).get(f"/dossiers/documents/{file.id}").status_code == 404


class TestStarting:
    def test_one_is_told_what_one_has_begun(self, session, as_person) -> None:
        call, person = a_call(session, document=FORM), a_person(session)
        organisation = an_organisation(session, representative=person)
        an_application(session, call, organisation=organisation, author=person, title="Déjà là")
        session.flush()
        page = as_person(person).get(f"/dossiers/nouveau/{call.id}")
        assert "Déjà là" in page.text

    def test_a_person_applies_in_their_own_name_where_the_call_allows_it(
        self, session, as_person
    ) -> None:
        person = a_person(session)
        open_to_all = a_call(session, document=FORM)
        for_structures = a_call(session, document=FORM, allows_persons=False)
        session.flush()
        browser = as_person(person)
        here = f"/dossiers/nouveau/{open_to_all.id}"
        page = browser.get(here).text
        assert "Moi-même, en mon nom" in page
        assert f'href="/appels/{open_to_all.slug}"' in page  # the way back is the call
        assert browser.post(here, data={"organisation": "person"}).status_code == 303
        draft = session.scalars(select(Application)).one()
        assert (draft.author_id, draft.organisation_id) == (person.id, None)
        there = f"/dossiers/nouveau/{for_structures.id}"
        page = browser.get(there).text
        assert "Moi-même" not in page
        assert f"/compte/structures/nouvelle?next={there}" in page
        assert browser.post(there, data={"organisation": "person"}).status_code == 409

    def test_choosing_nobody_is_422(self, session, as_person) -> None:
        call, person = a_call(session, document=FORM), a_person(session)
        session.flush()
        answer = as_person(person).post(f"/dossiers/nouveau/{call.id}", data={})
        assert answer.status_code == 422

    def test_a_closed_call_is_409_with_its_instant(self, session, as_person, clock) -> None:
        call, person = a_call(session, document=FORM), a_person(session)
        session.flush()
        clock.forward(days=30)
        browser = as_person(person)
        answer = browser.post(f"/dossiers/nouveau/{call.id}", data={"organisation": "person"})
        assert answer.status_code == 409
        assert re.search(r"10.h.00.min.00", answer.text)

    def test_another_s_organisation_does_not_exist(self, session, as_person) -> None:
        call, person = a_call(session, document=FORM), a_person(session)
        foreign = an_organisation(session)
        session.flush()
        answer = as_person(person).post(
            f"/dossiers/nouveau/{call.id}", data={"organisation": str(foreign.id)}
        )
        assert answer.status_code == 404
