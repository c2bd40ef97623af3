"""The officers' new pages: search across calls, bulk as jobs, exports, checklist, opinions."""

from __future__ import annotations

import io
import re
from types import SimpleNamespace

import openpyxl
import pytest
from sqlalchemy import select

from build.applications import ANSWERS, FORM, S, an_application
from build.appraisal import a_job, an_opinion
from build.calls import a_call
from build.clock import NOW
from build.hostile import altered
from build.pages import counted
from build.people import a_funder, a_funder_member, a_person, an_organisation
from grants.applications.models import Application, ApplicationFile, ComplementRequest
from grants.appraisal.links import token_of
from grants.appraisal.models import Label, OpinionRequest, SavedView, ThreadMessage
from grants.files.results import keep_result
from grants.jobs.models import Job, JobLine
from grants.kernel.access import FunderRole
from grants.outbox.models import Message

SECRET = "s" * 32


@pytest.fixture
def scene(session, as_person):
    funder = a_funder(session)
    officer = a_funder_member(session, funder)
    call = a_call(session, funders=[funder], document=FORM, slug="courts-circuits")
    author = a_person(session)
    organisation = an_organisation(session, representative=author)
    file = an_application(
        session, call, organisation=organisation, author=author, state=S.SUBMITTED
    )
    session.flush()
    return SimpleNamespace(
        funder=funder,
        officer=officer,
        call=call,
        author=author,
        organisation=organisation,
        file=file,
        browser=as_person(officer),
        applicant=as_person(author),
        as_person=as_person,
    )


def page_of(scene, *parts) -> str:
    return "/".join(["/instruction/dossiers", str(scene.file.id), *parts])


class TestLists:
    @pytest.mark.parametrize("count", [1, 3])
    def test_the_list_across_calls_takes_few_statements(
        self, session, connection, scene, count
    ) -> None:
        for n in range(count):
            call = a_call(session, funders=[scene.funder], document=FORM)
            an_application(session, call, state=S.SUBMITTED, title=f"Projet {n}")
        sent = counted(connection)
        page = scene.browser.get("/instruction/dossiers?q=projet")
        assert (page.status_code, len(re.findall(r">Projet \d<", page.text))) == (200, count)
        assert len(sent) == 5

    def test_columns_and_order_come_from_the_address(self, session, scene) -> None:
        scene.file.referent_id = scene.officer.id
        session.flush()
        page = scene.browser.get("/instruction/dossiers?col=referent&col=score&sort=-score").text
        assert 'data-label="Référent">Lou Agent<' in page
        assert 'data-label="Projet"' not in page

    def test_mistakes_are_said_beside_the_box_and_tied_to_it(self, scene) -> None:
        page = scene.browser.get("/instruction/dossiers?q=couleur:bleu+montant:beaucoup").text
        told = re.search(r'id="filter-q-error">(.*?)</p>', page, re.S)[1]
        assert "couleur" in told
        assert "montant" in told
        assert 'aria-describedby="filter-q-hint filter-q-error"' in page
        assert scene.file.title in page

    def test_a_search_is_kept_for_oneself_and_opens_at_its_address(self, session, scene) -> None:
        data = {"name": " À  lire ", "address": "?q=is%3Aopen&col=title&page=4&evil=1"}
        kept = scene.browser.post("/instruction/vues", data=data)
        assert kept.headers["Location"] == "/instruction/dossiers?q=is%3Aopen&col=title"
        view = session.scalars(select(SavedView)).one()
        assert view.name == "À lire"
        shown = scene.browser.get(f"/instruction/vues/{view.id}")
        assert shown.headers["Location"] == "/instruction/dossiers?q=is%3Aopen&col=title"
        other = scene.as_person(a_funder_member(session, scene.funder))
        assert other.get(f"/instruction/vues/{view.id}").status_code == 404
        assert "À lire" not in other.get("/instruction/dossiers").text
        scene.browser.post(f"/instruction/vues/{view.id}/retrait")
        assert session.scalars(select(SavedView)).all() == []


class TestBulk:
    def test_a_refused_line_leads_to_the_task_with_its_reason(self, session, scene) -> None:
        gone = an_application(session, scene.call, state=S.WITHDRAWN)
        data = {"act": "declare_admissible", "id": [str(scene.file.id), str(gone.id)]}
        answer = scene.browser.post("/instruction/dossiers", data=data)
        page = scene.browser.get(answer.headers["Location"]).text
        assert "Ce dossier a été retiré." in page
        assert gone.number in page
        session.expire_all()
        assert session.get_one(Application, scene.file.id).state is S.ADMISSIBLE

    def test_many_lines_wait_for_a_worker(self, session, scene) -> None:
        for _ in range(51):
            an_application(session, scene.call, state=S.SUBMITTED)
        data = {"act": "declare_admissible", "everything": "1"}
        answer = scene.browser.post("/instruction/dossiers?q=is:submitted", data=data)
        job = session.scalars(select(Job)).one()
        assert answer.headers["Location"] == f"/taches/{job.id}"
        assert session.query(JobLine).count() == job.total == 52
        assert session.get_one(Application, scene.file.id).state is S.SUBMITTED
        page = scene.browser.get(f"/taches/{job.id}").text
        assert '<noscript><meta http-equiv="refresh"' in page
        assert "js/jobs.js" in page
        assert scene.browser.get(f"/taches/{job.id}/avancement").json == {
            "done": 0,
            "over": False,
            "percent": 0,
            "total": 52,
        }

    def test_labels_and_referents_are_given_to_many(self, session, scene) -> None:
        label = Label(funder_id=scene.funder.id, name="urgent")
        session.add(label)
        session.flush()
        ids = [str(scene.file.id)]
        for data in (
            {"act": "stick", "label": str(label.id), "id": ids},
            {"act": "hand_over", "person": str(scene.officer.id), "id": ids},
        ):
            assert scene.browser.post("/instruction/dossiers", data=data).status_code == 303
        page = scene.browser.get("/instruction/dossiers?q=label:urgent+referent:@me").text
        assert scene.file.number in page

    def test_the_file_of_a_task_is_its_starters_alone(self, session, scene, file_store) -> None:
        stored = keep_result(
            session,
            file_store,
            io.BytesIO(b"PK"),
            name="dossiers.xlsx",
            media_type="application/zip",
            actor=SimpleNamespace(id=scene.officer.id),
        )
        job = a_job(session, scene.officer, state="done", finished_at=NOW, result_file_id=stored.id)
        where = f"/taches/{job.id}/resultat"
        with scene.browser.get(where) as sent:
            assert sent.data == b"PK"
        other = scene.as_person(a_funder_member(session, scene.funder))
        assert other.get(where).status_code == 404


class TestExports:
    def test_a_workbook_holds_texts_and_numbers_and_never_a_formula(self, session, scene) -> None:
        answers = {**ANSWERS, "title": "=1+1", "summary": "http://exemple.org\n+2"}
        an_application(session, scene.call, state=S.SUBMITTED, answers=answers)
        session.flush()
        with scene.browser.get(f"/instruction/appels/{scene.call.id}/dossiers.xlsx") as sent:
            book = openpyxl.load_workbook(io.BytesIO(sent.data))
        rows = list(book.worksheets[0].iter_rows())
        assert [one.value for one in rows[0]][:4] == [
            "Numéro",
            "Titre",
            "Porteur du projet",
            "Demandé",
        ]
        cells = {one.value: one.data_type for one in rows[2]}
        assert cells["=1+1"] == "s"
        assert cells["http://exemple.org\n+2"] == "s"
        assert cells[12500] == "n"
        assert not any(one.hyperlink for row in rows for one in row)

    def test_a_layout_chooses_columns_by_their_keys(self, session, scene) -> None:
        where = f"/instruction/appels/{scene.call.id}/exports"
        data = {"name": "Court", "column": ["title", "referent", "x"], "field": ["summary", "x"]}
        assert scene.browser.post(f"{where}/modeles", data=data).status_code == 303
        link = re.search(
            r'href="([^"]+dossiers\.csv\?profile=[^"]+)"', scene.browser.get(where).text
        )
        first = scene.browser.get(link[1]).text.splitlines()[0]
        assert first == "\ufeffTitre;Référent;Résumé"
        page = scene.browser.get(f"/instruction/appels/{scene.call.id}/dossiers?q=is:open").text
        at_once, later = re.findall(r'<select[^>]+name="profile">(.*?)</select>', page, re.S)
        chosen = re.search(r'value="([0-9a-f-]{36})">Court<', at_once)[1]
        assert (f'value="{chosen}">Court<' in later, 'name="q" value="is:open"' in page) == (
            True,
            True,
        )
        scene.browser.post(where, data={"kind": "workbook", "profile": chosen})
        payload = session.scalars(select(Job.payload)).one()
        assert (payload["columns"], payload["keys"]) == (["title", "referent"], ["summary"])
        empty = scene.browser.post(f"{where}/modeles", data={"name": "Vide"})
        assert (empty.status_code, "au moins une colonne" in empty.text) == (422, True)

    def test_the_search_narrows_what_is_exported(self, session, scene) -> None:
        an_application(session, scene.call, state=S.ADMISSIBLE, title="Autre")
        where = f"/instruction/appels/{scene.call.id}/dossiers.csv?q=is:admissible"
        assert len(scene.browser.get(where).text.splitlines()) == 2

    def test_a_large_export_is_asked_for_as_a_task(self, session, scene) -> None:
        where = f"/instruction/appels/{scene.call.id}/exports?q=is:open"
        answer = scene.browser.post(where, data={"kind": "archive"})
        job = session.scalars(select(Job)).one()
        assert answer.headers["Location"] == f"/taches/{job.id}"
        assert (job.kind, job.payload["q"]) == ("applications.archive", "is:open")


class TestFile:
    def test_before_and_after_stand_side_by_side_with_both_durations(self, session, scene) -> None:
        data = {"message": "Merci.", "due_on": "31/12/2018", "items": "title"}
        data["about_title"] = "Trop court."
        assert scene.browser.post(page_of(scene, "complements"), data=data).status_code == 303
        asked = scene.browser.get(page_of(scene)).text
        for words in ("Dépôt jusqu’au</dt>", "Compléments jusqu’au</dt>"):
            told = asked.split(words)[1].split("</dd>")[0]
            assert "\xa02018" in told
        here = f"/dossiers/{scene.file.id}"
        section = scene.applicant.get(f"{here}/rubriques/project").text
        assert "Trop court." in section
        request = session.scalars(select(ComplementRequest)).one()
        scene.file.answers = {**scene.file.answers, "title": "Un nom plus précis"}
        session.flush()
        sent = scene.applicant.post(f"{here}/complements", data={"answer": ""})
        assert sent.status_code == 303
        receipt = scene.applicant.get(f"{here}/complements").text
        assert "Accusé de réception de vos compléments" in receipt
        assert scene.file.number in receipt
        page = scene.browser.get(page_of(scene)).text
        difference = re.search(r'<dl class="difference">(.*?)</dl>', page, re.S)[1]
        assert "Une recyclerie de quartier" in difference
        assert "Un nom plus précis" in difference
        assert "sans l’attente" in page
        told = session.scalars(
            select(Message).where(Message.kind == "application.complement_answered")
        ).one()
        assert told.payload["request"] == str(request.id)
        again = scene.browser.post(page_of(scene, "complements"), data=data)
        assert again.status_code == 303

    def test_the_side_panel_shows_other_files_and_the_margin(self, session, scene) -> None:
        twin = an_application(
            session,
            a_call(session, funders=[scene.funder], document=FORM),
            organisation=scene.organisation,
            author=scene.author,
            state=S.SUBMITTED,
            title="Une recyclerie du quartier",
        )
        page = scene.browser.get(page_of(scene)).text
        doubles = re.search(r'id="file-doubles".*?</section>', page, re.S)[0]
        assert twin.number in doubles
        assert "presque le même titre" in doubles
        others = re.search(r'id="file-others".*?</section>', page, re.S)[0]
        assert twin.number in others
        margin = re.search(r'id="file-aid".*?</section>', page, re.S)[0]
        assert "Marge de minimis" in margin

    def test_verdicts_are_kept_and_a_missing_reason_keeps_what_was_typed(self, scene) -> None:
        where = page_of(scene, "controle")
        wrong = scene.browser.post(
            where, data={"verdict-document:statutes": "not_met", "verdict-answers": "met"}
        )
        assert wrong.status_code == 422
        assert 'href="#note-document:statutes"' in wrong.text
        assert "<title>Erreur" in wrong.text
        summary = re.search(r'<div class="summary"[^>]*>', wrong.text)[0]
        assert "data-autofocus" in summary
        assert 'aria-describedby="note-document:statutes-error"' in wrong.text
        assert re.search(r'value="not_met" selected', wrong.text)
        right = {"verdict-document:statutes": "not_met", "note-document:statutes": "Illisible."}
        assert scene.browser.post(where, data=right).status_code == 303
        assert "Illisible." in scene.browser.get(where).text

    def test_a_conversation_crosses_the_counter(self, session, scene, clock) -> None:
        here = f"/dossiers/{scene.file.id}/echanges"
        assert f'href="{here}"' in scene.applicant.get(f"/dossiers/{scene.file.id}").text
        scene.applicant.post(here, data={"text": "Où en est mon dossier ?"})
        page = scene.browser.get(page_of(scene)).text
        assert "1 message non lu" in page
        assert scene.browser.post(page_of(scene, "echanges", "lus")).status_code == 303
        assert "message non lu" not in scene.browser.get(page_of(scene)).text
        clock.forward(minutes=5)
        sent = scene.browser.post(page_of(scene, "echanges"), data={"text": "Il avance."})
        assert sent.status_code == 303
        home = scene.applicant.get(f"/dossiers/{scene.file.id}").text
        assert "1 message non lu" in home
        assert home.count(f'href="{here}"') == 2
        read = scene.applicant.get(here).text
        assert "Il avance." in read
        assert scene.officer.name not in read
        empty = scene.applicant.post(here, data={"text": ""})
        assert empty.status_code == 422
        assert session.query(ThreadMessage).count() == 2


class TestOpinions:
    @pytest.fixture
    def asked(self, session, scene):
        return an_opinion(session, scene.file, scene.officer)

    def test_an_expert_without_account_reads_what_was_chosen_and_answers(
        self, session, scene, client, asked
    ) -> None:
        where = f"/avis/{token_of(SECRET, asked.id)}"
        page = client.get(where)
        assert page.status_code == 200
        assert "Une recyclerie de quartier" in page.text  # title was chosen
        assert "Réparer, donner" not in page.text  # summary was not
        assert "12" + "\u202f" + "500,00" not in page.text
        assert client.post(where, data={"advice": "maybe", "text": ""}).status_code == 422
        assert (
            client.post(where, data={"advice": "reserved", "text": "Oui, mais."}).status_code == 303
        )
        session.expire_all()
        assert session.get_one(OpinionRequest, asked.id).text == "Oui, mais."
        assert "Oui, mais." in scene.browser.get(page_of(scene, "avis")).text

    def test_nobody_makes_up_a_link_and_a_conflict_closes_it(self, client, asked) -> None:
        right = token_of(SECRET, asked.id)
        for wrong in (token_of("x" * 32, asked.id), altered(right), "inconnu", "é"):
            assert client.get(f"/avis/{wrong}").status_code == 404
        assert client.post(f"/avis/{right}/refus", data={"conflict": "1"}).status_code == 200
        assert client.get(f"/avis/{right}").status_code == 404

    def test_an_expert_fetches_the_documents_chosen_and_no_other(
        self, session, scene, client
    ) -> None:
        attached = session.scalars(
            select(ApplicationFile).where(ApplicationFile.application_id == scene.file.id)
        ).one()
        hidden = an_opinion(session, scene.file, scene.officer)
        where = f"/avis/{token_of(SECRET, hidden.id)}/documents/{attached.id}"
        assert client.get(where).status_code == 404


def test_auditors_read_and_do_not_act(session, scene) -> None:
    auditor = scene.as_person(a_funder_member(session, scene.funder, FunderRole.AUDITOR))
    for part in ((), ("controle",), ("echanges",), ("avis",)):
        page = auditor.get(page_of(scene, *part))
        assert page.status_code == 200
        main = page.text.split("<main", 1)[1].split("</main>")[0]
        assert 'method="post"' not in main or part == ("controle",)
    assert auditor.post(page_of(scene, "controle"), data={}).status_code == 404


class TestNothingIsCutInSilence:
    """What is too long is refused beside its box, and comes back as it was typed."""

    @pytest.mark.parametrize(
        ("where", "box", "name", "most", "more"),
        [
            ("dossiers/{file}/referent", "referent-reason", "reason", 500, {}),
            ("dossiers/{file}/controle", "note-answers", "note-answers", 1_000,
             {"verdict-answers": "not_met"}),
            ("appels/{call}/exports/modeles", "profile-name", "name", 60, {"column": "title"}),
            ("vues?q=is:open", "view-name", "name", 60, {"address": "?q=is:open"}),
            ("appels/{call}/vues", "view-name", "name", 60, {"address": ""}),
        ],
    )  # fmt: skip
    def test_too_long_is_told_beside_the_box(  # noqa: PLR0917
        self, session, scene, where, box, name, most, more
    ) -> None:
        more = {"to": str(scene.officer.id), **more} if name == "reason" else more
        url = "/instruction/" + where.format(file=scene.file.id, call=scene.call.id)
        typed = "m" * most
        answer = scene.browser.post(url, data={**more, name: f"{typed}m"})
        assert answer.status_code == 422
        assert f'href="#{box}"' in answer.text
        assert f'id="{box}-error"' in answer.text
        assert f'value="{typed}m"' in answer.text
        assert "<title>Erreur" in answer.text
        assert scene.browser.post(url, data={**more, name: typed}).status_code == 303

    def test_a_search_too_long_and_a_verdict_of_no_list_are_refused(self, scene) -> None:
        kept = {"name": "Tout", "address": f"?q={'m' * 2_000}"}
        refused = scene.browser.post("/instruction/vues", data=kept)
        assert (refused.status_code, kept["address"] in refused.text) == (422, True)
        odd = scene.browser.post(page_of(scene, "controle"), data={"verdict-answers": "maybe"})
        assert (odd.status_code, 'id="verdict-answers-error"' in odd.text) == (422, True)
