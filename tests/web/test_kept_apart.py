"""What must not leave the form: bank accounts in clear, and answers that were not asked."""

from __future__ import annotations

import io
import json
import logging
from types import SimpleNamespace

import openpyxl
import pytest
from sqlalchemy import select, text

from build.applications import S, a_stored_file, an_application
from build.calls import a_call
from build.clock import NOW
from build.decisions import a_scene
from build.html import Page
from build.pages import CERTIFIED, at, stored
from build.payments import ONCE, an_award_to_pay, an_order
from build.people import a_funder, a_funder_member, a_person, acting_as, an_organisation
from build.whole_form import ask
from config import Settings
from grants.applications import proof, services
from grants.applications.filling import Deposit
from grants.applications.models import Application, ApplicationFile
from grants.applications.queries import received
from grants.appraisal.queries import exported, panel
from grants.appraisal.queries.search import Sought
from grants.appraisal.search import read as read_query
from grants.files.models import Scan
from grants.kernel.access import FunderRole
from grants.kernel.bank import Vault
from grants.outbox.models import Message
from grants.payments.models import Claim
from grants.people.models import Person

IBAN = "FR7630006000011234567890189"
PRINTED = "FR76 3000 6000 0112 3456 7890 189"
WRONG = "FR76 3000 6000 0112 3456 7890 188"
OTHER = "FR1420041010050500013M02606"
FORM = {
    "sections": [
        {
            "key": "projet", "title_fr": "Le projet", "title_en": "The project",
            "fields": [
                ask("title", "short_text", "Titre", role="title"),
                ask("hires", "yes_no", "Embauchez-vous ?"),
                ask("posts", "short_text", "Postes", show_if="hires"),
                ask("proof", "file", "Contrat", show_if="hires", required=False),
                ask("rib", "iban", "Compte bancaire", carry_over=True),
            ],
        }
    ]
}  # fmt: skip
TYPED = {"q_title": "Ressourcerie", "q_hires": "no", "q_rib": PRINTED.lower(), "continue": "1"}


@pytest.fixture
def vault(test_settings: Settings) -> Vault:
    return Vault(test_settings.secret_key.encode())


@pytest.fixture
def scene(session, as_person):
    funder = a_funder(session)
    officer = a_funder_member(session, funder)
    call = a_call(session, funders=[funder], document=FORM)

    def draft(**more):
        author = a_person(session)
        organisation = an_organisation(session, representative=author)
        one = an_application(
            session,
            call,
            **{"author": author, "organisation": organisation, "answers": {}, **more},
            with_files=False,
        )
        session.flush()
        return one, as_person(session.get_one(Person, author.id))

    return SimpleNamespace(
        funder=funder, officer=officer, call=call, draft=draft, browser=as_person(officer)
    )


def row_of(session, application) -> str:
    """All that the database holds of it, as text."""
    session.flush()
    return session.execute(
        text("SELECT row_to_json(a)::text FROM application a WHERE id = :id"),
        {"id": application.id},
    ).scalar_one()


def in_clear(page: str) -> bool:
    return any(one in page for one in (IBAN, PRINTED, PRINTED.lower(), IBAN[4:14], WRONG))


def filled(session, scene):
    """A submitted application with an account."""
    mine, browser = scene.draft()
    assert browser.post(at(mine, "rubriques", "projet"), data=TYPED).status_code == 303
    receipt = browser.post(at(mine, "depot"), data=CERTIFIED)
    assert receipt.status_code == 303, receipt.text
    return stored(session, mine), browser


def search_of(scene, words: str = "") -> Sought:
    return Sought(wanted=read_query(words), call_id=scene.call.id)


def cells_of(scene) -> set[str]:
    """What the workbook of the call's applications holds."""
    answer = scene.browser.get(f"/instruction/appels/{scene.call.id}/dossiers.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    answer.close()
    return {str(one.value) for sheet in book for line in sheet.rows for one in line}


class TestAccounts:
    @pytest.mark.parametrize("typed", [PRINTED, WRONG])
    def test_right_or_wrong_it_is_kept_unreadable_and_given_back_to_those_who_fill_in(
        self, session, scene, typed, caplog
    ) -> None:
        caplog.set_level(logging.DEBUG)
        mine, browser = scene.draft()
        where = at(mine, "rubriques", "projet")
        browser.post(where, data={**TYPED, "q_rib": typed})
        assert not in_clear(row_of(session, mine))
        held = Page(browser.get(where).text).boxes["q_rib"]
        assert held[0].replace(" ", "") == typed.replace(" ", "")
        assert not in_clear(browser.get(at(mine, "verification")).text)
        assert not in_clear(caplog.text)

    def test_typed_again_it_is_the_same_answer_to_the_byte(self, session, scene) -> None:
        mine, browser = scene.draft()
        where = at(mine, "rubriques", "projet")
        kept = []
        for one in (PRINTED, IBAN, OTHER):
            browser.post(where, data={**TYPED, "q_rib": one})
            kept.append(stored(session, mine).answers["rib"])
        assert kept[0] == kept[1] != kept[2]
        assert mine.accounts == [kept[2]["index"]]

    def test_a_form_is_never_saved_in_clear_for_want_of_a_key(self, session, scene) -> None:
        mine, _browser = scene.draft()
        actor = acting_as(session, session.get_one(Person, mine.author_id))
        with pytest.raises(ValueError, match="vault"):
            services.save_section(session, mine.id, "projet", {"rib": IBAN}, actor=actor, now=NOW)

    def test_officers_lists_searches_and_exports_never_have_it(self, session, scene) -> None:
        mine, browser = filled(session, scene)
        here = f"/instruction/dossiers/{mine.id}"
        page = scene.browser.get(here).text
        assert "se terminant par 0189" in page
        csv = scene.browser.get(f"/instruction/appels/{scene.call.id}/dossiers.csv").text
        cells = cells_of(scene)
        assert "…0189" in csv
        assert "…0189" in cells
        kept = mine.answers["rib"]
        for shown in (page, csv, *cells, browser.get(at(mine, "verification")).text):
            assert not in_clear(shown)
            assert kept["sealed"] not in shown
            assert kept["index"] not in shown
        vector = session.execute(
            text("SELECT search_vector::text FROM application WHERE id = :id"), {"id": mine.id}
        ).scalar_one()
        assert "ressourcer" in vector
        assert "0189" not in vector
        assert kept["index"] not in vector
        for payload in session.scalars(select(Message.payload)):
            assert not in_clear(json.dumps(payload))

    def test_what_was_deposited_is_still_proved(self, session, scene) -> None:
        mine, _browser = filled(session, scene)
        deposit = session.scalars(select(Deposit).where(Deposit.application_id == mine.id)).one()
        assert proof.digest(stored(session, mine).answers) == deposit.answers_sha256

    def test_the_same_account_under_two_applicants_is_told(self, session, scene) -> None:
        mine, _one = filled(session, scene)
        other, _two = filled(session, scene)
        viewer = acting_as(session, scene.officer)
        mine.title, other.title = "Ressourcerie", "Tout autre chose"
        session.flush()
        found = panel.doubles(session, received(session, mine.id, viewer), viewer)
        assert [(one.id, one.reason) for one in found] == [(other.id, panel.Likeness.ACCOUNT)]

    def test_carried_over_it_opens_in_the_new_draft_and_nowhere_else(
        self, session, scene, vault
    ) -> None:
        mine, _browser = filled(session, scene)
        call = a_call(session, funders=[scene.funder], document=FORM)
        actor = acting_as(session, session.get_one(Person, mine.author_id))
        again = services.duplicate(
            session, call.id, source_id=mine.id, actor=actor, now=NOW, vault=vault
        )
        kept = session.get_one(Application, again).answers["rib"]
        assert kept["sealed"] != mine.answers["rib"]["sealed"]
        assert vault.open(kept, row=again) == IBAN

    def test_finance_reads_it_on_asking_and_each_look_is_kept(
        self, session, as_person, vault
    ) -> None:
        scene = a_scene(session)
        call = a_call(session, document=FORM)
        paid = scene.applications[0]
        paid.revision_id = call.current_revision_id
        kept = vault.seal(OTHER, row=paid.id)
        paid.answers, paid.accounts = {"rib": kept}, [kept["index"]]
        session.flush()
        award = an_award_to_pay(session, scene=scene, parts=ONCE)
        order = an_order(session, award)
        finance = as_person(scene.people[FunderRole.FINANCE])
        where = f"/finances/mandats/{order.id}"
        page = finance.get(where).text
        assert "se terminant par 2606" in page
        assert "Ce n’est pas le compte sur lequel le versement est demandé" in page
        assert OTHER[4:14] not in page.replace(" ", "")
        auditor = as_person(scene.people[FunderRole.AUDITOR])
        assert auditor.post(f"{where}/coordonnees").status_code == 404
        claim = session.get_one(Claim, order.claim_id)
        # Locked by the builder under a key of its own; nobody else may change a claim's account.
        session.execute(text("SET LOCAL session_replication_role = replica"))
        claim.iban_cipher = vault.lock(IBAN, row=claim.id)
        session.flush()
        session.execute(text("SET LOCAL session_replication_role = origin"))
        shown = finance.post(f"{where}/coordonnees").text.replace(" ", "")
        assert OTHER in shown
        looks = select(Message).where(Message.kind == "application.bank_details_shown")
        told = session.scalars(looks).all()
        assert [one.actor_id for one in told] == [scene.finance.id]
        assert OTHER not in json.dumps(told[0].payload)


class TestHidden:
    """Answers kept under a condition that no longer holds: typed, then « no » was ticked."""

    @pytest.fixture
    def file(self, session, scene):
        answers = {"title": "Ressourcerie", "hires": False, "posts": "Chaudronnier"}
        mine, _browser = scene.draft(state=S.SUBMITTED, answers=answers)
        author = session.get_one(Person, mine.author_id)
        document = a_stored_file(session, author, name="contrat-secret.pdf")
        session.add(
            ApplicationFile(
                application_id=mine.id,
                field_key="proof",
                stored_file_id=document.id,
                added_at=NOW,
                added_by=author.id,
            )
        )
        session.flush()
        return mine

    def test_exports_leave_them_out_as_pages_do(self, session, scene, file) -> None:
        where = f"/instruction/appels/{scene.call.id}/dossiers"
        assert "Chaudronnier" not in scene.browser.get(f"/instruction/dossiers/{file.id}").text
        csv = scene.browser.get(f"{where}.csv").text
        assert "Ressourcerie" in csv
        assert "Chaudronnier" not in csv
        cells = cells_of(scene)
        assert "Ressourcerie" in cells
        assert "Chaudronnier" not in cells
        file.answers = {**file.answers, "hires": True}
        session.flush()
        assert "Chaudronnier" in scene.browser.get(f"{where}.csv").text

    def test_so_do_archives_of_documents(self, session, scene, file) -> None:
        viewer = acting_as(session, scene.officer)

        def names() -> list[str]:
            found = exported.documents(session, search_of(scene), viewer, now=NOW)
            return [name for _number, _key, name, _sha256 in found]

        assert names() == []
        file.answers = {**file.answers, "hires": True}
        session.flush()
        assert names() == ["contrat-secret.pdf"]

    def test_no_search_finds_them(self, session, scene) -> None:
        mine, browser = scene.draft()
        where = at(mine, "rubriques", "projet")
        browser.post(where, data={**TYPED, "q_hires": "yes", "q_posts": "Chaudronnier"})
        browser.post(where, data={**TYPED, "q_posts": "Chaudronnier"})
        assert browser.post(at(mine, "depot"), data=CERTIFIED).status_code == 303
        assert stored(session, mine).answers.get("posts") == "Chaudronnier"
        found = "/instruction/dossiers?q="
        assert mine.number in scene.browser.get(f"{found}ressourcerie").text
        assert mine.number not in scene.browser.get(f"{found}chaudronnier").text


class TestBadges:
    @pytest.mark.parametrize(
        ("scan", "words", "sent"),
        [
            (Scan.INFECTED, "Virus trouvé", False),
            (Scan.WAITING, "attente de l’antivirus", False),
            (Scan.UNCHECKED, "Non lu par un antivirus", True),
            (Scan.CLEAN, "", True),
        ],
    )
    def test_officers_see_what_the_antivirus_said_and_get_no_link_to_what_is_not_sent(
        self, session, scene, scan, words, sent
    ) -> None:
        mine, _browser = scene.draft(state=S.SUBMITTED, answers={"hires": True, "posts": "Un"})
        author = session.get_one(Person, mine.author_id)
        document = a_stored_file(session, author, name="contrat.pdf")
        document.scan, document.scan_due_at = scan, NOW if scan is Scan.WAITING else None
        attached = ApplicationFile(
            application_id=mine.id,
            field_key="proof",
            stored_file_id=document.id,
            added_at=NOW,
            added_by=author.id,
        )
        session.add(attached)
        session.flush()
        page = scene.browser.get(f"/instruction/dossiers/{mine.id}").text
        line = page.partition("contrat.pdf")[2].partition("</li>")[0]
        assert "contrat.pdf" in page
        assert (words in line) if words else ("antivirus" not in line)
        assert (str(attached.id) in page) == sent
