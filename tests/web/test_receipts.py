"""The receipt, the page that checks its code, and what two people at once are shown."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from build.applications import FORM, S, an_application
from build.calls import a_call
from build.clock import NOW
from build.pages import CERTIFIED, at, stored
from build.people import a_funder_member, a_member, a_person
from grants.applications.filling import Deposit
from grants.calls.models import Call, CallFunder
from grants.calls.outages import MINUTE, Heartbeat
from grants.kernel.access import OrganisationRole
from grants.people.models import Funder, Organisation, Person

AUTOSAVE = {"X-Requested-With": "autosave"}


@pytest.fixture
def complete(session):
    return an_application(session)


@pytest.fixture
def browser(session, complete, as_person):
    session.flush()
    return as_person(session.get_one(Person, complete.author_id))


@pytest.fixture
def colleague(session, complete, as_person):
    person = a_person(session, name="Zoé Lenoir")
    organisation = session.get_one(Organisation, complete.organisation_id)
    a_member(session, organisation, OrganisationRole.EDITOR, person=person)
    session.flush()
    return as_person(person)


class TestReceipt:
    def test_it_proves_what_was_deposited_and_by_whom(self, session, complete, browser):
        word = {**CERTIFIED, "signatory": "Ada Besson", "quality": "Présidente"}
        assert browser.post(at(complete, "depot"), data=word).status_code == 303
        deposit = session.scalars(select(Deposit)).one()
        page = browser.get(at(complete, "recepisse")).text
        facts = [deposit.code, deposit.answers_sha256, "Ada Besson, Présidente", "L231-4"]
        facts += [deposit.files[0]["sha256"], deposit.files[0]["name"]]
        for fact in facts:
            assert fact in page
        assert deposit.attestations == ["certified", "committed"]

    def test_anyone_checks_its_code_and_reads_nothing(self, session, complete, browser, client):
        browser.post(at(complete, "depot"), data=CERTIFIED)
        deposit = session.scalars(select(Deposit)).one()
        sent = client.get("/recepisse", query_string={"code": deposit.code.lower()})
        assert sent.headers["Location"] == f"/recepisse/{deposit.code}"
        page = client.get(f"/recepisse/{deposit.code}")
        assert page.status_code == 200
        number = stored(session, complete).number
        for fact in (number, "authentique", deposit.answers_sha256, deposit.files[0]["sha256"]):
            assert fact in page.text
        said = (
            complete.title,
            deposit.files[0]["name"],
            deposit.signatory,
            "12\u202f500",
            "Jardins",
        )
        for secret in said:
            assert secret not in page.text

    @pytest.mark.parametrize("code", ["K7QF-29TM-XB4D-HW3P", "rien", "%00", "é" * 16])
    def test_another_code_is_no_receipt(self, client, code):
        assert client.get(f"/recepisse/{code}").status_code == 404

    def test_certifying_asks_for_what_is_ready_only(self, session, browser, complete):
        page = browser.get(at(complete, "depot"))
        author = session.get_one(Person, complete.author_id)
        assert f'value="{author.name}"' in page.text
        complete.answers = {}
        session.flush()
        away = browser.get(at(complete, "depot"))
        assert away.headers["Location"] == at(complete, "verification")

    def test_a_late_word_says_midnight_as_people_do(self, session, as_person, complete, clock):
        call = session.get_one(Call, complete.call_id)
        call.closes_at = clock.instant = NOW.replace(hour=22)  # midnight in Paris
        session.flush()
        browser = as_person(session.get_one(Person, complete.author_id))
        answer = browser.post(at(complete, "depot"), data=CERTIFIED)
        assert answer.status_code == 409
        assert re.search(r"1er.octobre.2018 à minuit", answer.text)
        assert not re.search(r"0.h.00.?:", answer.text)


class TestTwoAtOnce:
    def save(self, browser, draft, **data):
        data = {"version": "0", "page": "p", **data}
        return browser.post(at(draft, "rubriques", "project"), data=data)

    def test_each_hears_of_the_other(self, complete, browser, colleague):
        here = at(complete, "rubriques", "project", "presence")
        assert colleague.post(here).json == {"others": ""}
        assert "Zoé Lenoir a aussi cette page ouverte" in browser.post(here).json["others"]
        assert "Zoé Lenoir" in browser.get(at(complete, "rubriques", "project")).text
        assert "Zoé Lenoir" in browser.get(at(complete)).text
        assert "Zoé Lenoir" not in browser.get(at(complete, "rubriques", "money")).text
        saved = browser.post(
            at(complete, "rubriques", "project"),
            data={"version": "0", "page": "p", "q_title": "Tapé"},
            headers=AUTOSAVE,
        )
        assert "Zoé Lenoir" in saved.json["others"]

    def test_the_one_who_comes_second_chooses(self, session, complete, browser, colleague):
        hers = {"q_title": "De Zoé", "q_summary": "Le sien", "page": "z"}
        assert self.save(colleague, complete, **hers).status_code == 303
        mine = {"q_title": "De moi", "q_summary": "Le mien", "page": "m"}
        both = self.save(browser, complete, **mine)
        assert both.status_code == 409
        for shown in ("De Zoé", "De moi", "Le sien", "Le mien", "data-choosing"):
            assert shown in both.text
        chosen = {"keep_title": "theirs", "keep_summary": "mine", "version": "1"}
        assert self.save(browser, complete, **mine, **chosen).status_code == 303
        now = stored(session, complete).answers
        assert (now["title"], now["summary"]) == ("De Zoé", "Le mien")

    def test_in_the_background_it_is_a_conflict_and_nothing_is_written(
        self, session, complete, browser, colleague
    ):
        self.save(colleague, complete, q_title="De Zoé", page="z")
        data = {"version": "0", "page": "m", "q_title": "De moi"}
        told = browser.post(at(complete, "rubriques", "project"), data=data, headers=AUTOSAVE)
        assert (told.status_code, told.json["conflict"]) == (409, True)
        assert stored(session, complete).answers["title"] == "De Zoé"


class TestTaskList:
    def test_what_is_missing_is_linked_from_the_last_line(self, session, as_person):
        draft = an_application(session, answers={"title": "Seul"}, with_files=False)
        page = as_person(session.get_one(Person, draft.author_id)).get(at(draft)).text
        assert "Pas encore possible" in page
        for field, section in (("requested", "money"), ("statutes", "documents")):
            assert f"{at(draft, 'rubriques', section)}?back=check#q_{field}" in page

    def test_what_is_ready_says_so(self, browser, complete):
        assert "Prêt à être déposé" in browser.get(at(complete)).text

    def test_complements_are_asked_then_made(self, session, as_person):
        application = an_application(session, state=S.INCOMPLETE)
        browser = as_person(session.get_one(Person, application.author_id))
        assert "Modifications demandées" in browser.get(at(application)).text
        save = {"version": "0", "page": "p", "q_title": "Un nom plus long"}
        browser.post(at(application, "rubriques", "project"), data=save)
        assert "Modifications faites" in browser.get(at(application)).text

    def test_how_long_is_left_is_there_as_text(self, browser, complete):
        page = browser.get(at(complete)).text
        assert re.search(r"Il vous reste 30 jours pour déposer", page)


class TestOutage:
    def test_an_officer_makes_it_good_with_one_button(self, session, complete, as_person, clock):
        call = session.get_one(Call, complete.call_id)
        call.closes_at = NOW + 180 * MINUTE
        for n in range(120):
            if not 30 <= n < 72:
                session.add(Heartbeat(minute=NOW + n * MINUTE))
        lead = session.scalars(
            select(Funder).join(CallFunder).where(CallFunder.call_id == call.id)
        ).one()
        officer = a_funder_member(session, lead)
        clock.forward(hours=2)
        browser = as_person(officer)
        here = f"/instruction/appels/{call.id}/interruptions"
        page = browser.get(here).text
        assert "Site indisponible pendant 42 minutes" in page
        since = re.search(r'name="outage" value="([^"]+)"', page).group(1)
        assert browser.post(here, data={"outage": since}).status_code == 303
        session.expire_all()
        assert call.closes_at == NOW + 222 * MINUTE
        assert "Déjà compensées" in browser.get(here).text
        assert browser.post(here, data={"outage": since}).status_code == 409


class TestAlreadyBegun:
    @pytest.mark.parametrize("page", ["/appels/{slug}", "/dossiers/nouveau/{id}"])
    def test_one_is_told_of_the_draft_one_has(self, session, complete, browser, as_person, page):
        call = session.get_one(Call, complete.call_id)
        path = page.format(slug=call.slug, id=call.id)
        words, link = "Vous avez déjà un brouillon pour cet appel.", f'href="{at(complete)}"'
        mine = browser.get(path).text
        assert words in mine
        assert link in mine
        stranger = a_person(session)
        session.flush()
        assert words not in as_person(stranger).get(path).text

    def test_last_year_s_answers_come_with_one_button(self, session, as_person):
        before = an_application(session, state=S.SUBMITTED)
        call = a_call(session, document=FORM, previous_call_id=before.call_id)
        session.flush()
        browser = as_person(session.get_one(Person, before.author_id))
        page = browser.get(f"/dossiers/nouveau/{call.id}").text
        assert "Repartir d’un dossier précédent" in page
        taken = browser.post(
            f"/dossiers/nouveau/{call.id}/reprise", data={"source": str(before.id)}
        )
        assert taken.status_code == 303
        assert "reprend les réponses" in browser.get(taken.headers["Location"]).text
