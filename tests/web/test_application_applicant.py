"""An applicant's whole way through the pages, and everything that may go wrong on it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from build.applications import FORM, S, an_application
from build.calls import a_call
from build.clock import NOW
from build.pages import CERTIFIED, at, counted, stored
from build.people import a_member, a_person, an_organisation
from grants.kernel.access import Actor, OrganisationRole
from grants.kernel.identity import new_id
from grants.outbox.models import Message
from grants.outbox.services import announce
from grants.people.models import Organisation


@pytest.fixture
def statements(connection) -> list[str]:
    return counted(connection)


APPEAL = ("recours gracieux ou hiérarchique", "tribunal administratif", "www.telerecours.fr")
ONE_SECTION = {
    "sections": [
        {
            **FORM["sections"][0],
            "fields": [*FORM["sections"][0]["fields"], FORM["sections"][1]["fields"][0]],
        }
    ]
}


def test_the_whole_way_takes_twenty_statements(session, as_person, statements) -> None:
    call = a_call(session, document=ONE_SECTION)
    person = a_person(session)
    organisation = an_organisation(session, representative=person)
    session.commit()
    browser = as_person(person)
    counts = []

    def counted(answer, status=200):
        assert answer.status_code == status, answer.text
        counts.append(len(statements))
        statements.clear()
        return answer

    statements.clear()
    counted(browser.get(f"/appels/{call.slug}"))
    begun = browser.post(
        f"/dossiers/nouveau/{call.id}", data={"organisation": str(organisation.id)}
    )
    home = counted(begun, 303).headers["Location"]
    counted(browser.get(f"{home}/rubriques/project"))
    typed = {"q_title": "Le four du canal", "q_requested": "12 500", "q_summary": ""}
    save = {"version": "0", "page": "p", "continue": "1"}
    saved = counted(browser.post(f"{home}/rubriques/project", data=typed | save), 303)
    assert saved.headers["Location"] == f"{home}/verification"
    counted(browser.get(f"{home}/verification"))
    counted(browser.get(f"{home}/depot"))
    answer = counted(browser.post(f"{home}/depot", data=CERTIFIED), 303)
    assert answer.headers["Location"] == f"{home}/recepisse"
    receipt = counted(browser.get(f"{home}/recepisse"))
    assert f"{call.number_prefix}-0001" in receipt.text
    # From the first click on « Commencer » to the receipt, and with the call’s own page before it.
    assert counts[1:] == [2, 2, 3, 2, 2, 4, 2]
    assert sum(counts) <= 20


class TestSubmitting:
    def test_twice_gives_one_receipt(self, session, complete, browser_of) -> None:
        browser = browser_of(complete)
        answers = [browser.post(at(complete, "depot"), data=CERTIFIED) for _ in range(2)]
        assert {one.headers["Location"] for one in answers} == {at(complete, "recepisse")}
        told = select(func.count()).where(Message.kind == "application.submitted")
        assert session.scalar(told) == 1

    def test_late_is_409_with_both_instants_to_the_second(
        self, session, complete, browser_of, clock
    ) -> None:
        clock.forward(days=30)
        browser = browser_of(complete)
        answer = browser.post(at(complete, "depot"), data=CERTIFIED)
        assert answer.status_code == 409
        assert len(re.findall(r"10.h.00.min.00.s", answer.text)) >= 2
        assert stored(session, complete).state is S.DRAFT

    def test_late_is_told_though_the_draft_lapsed_meanwhile(
        self, session, complete, browser_of, clock
    ) -> None:
        clock.forward(days=30, seconds=2)
        complete.state, complete.lapsed_at = S.LAPSED, clock.now()
        session.flush()
        answer = browser_of(complete).post(at(complete, "depot"), data=CERTIFIED)
        assert answer.status_code == 409
        assert re.search(r"10.h.00.min.02.s", answer.text)

    def test_the_last_microsecond_is_in_time(self, session, complete, browser_of, clock) -> None:
        clock.instant = NOW + timedelta(days=30) - timedelta(microseconds=1)
        browser = browser_of(complete)
        assert browser.post(at(complete, "depot"), data=CERTIFIED).status_code == 303

    def test_what_is_missing_is_listed_with_links(self, session, draft, browser_of) -> None:
        browser = browser_of(draft)
        answer = browser.post(at(draft, "depot"), data=CERTIFIED)
        assert answer.status_code == 422
        assert f"{at(draft, 'rubriques', 'money')}?back=check#q_requested" in answer.text
        assert f"{at(draft, 'rubriques', 'documents')}?back=check#q_statutes" in answer.text

    def test_not_certified_is_422(self, session, complete, browser_of) -> None:
        answer = browser_of(complete).post(at(complete, "depot"), data={"certified": "y"})
        assert answer.status_code == 422
        assert 'href="#committed"' in answer.text

    def test_an_editor_is_shown_who_may_and_is_refused(self, session, complete, as_person) -> None:
        organisation = session.get_one(Organisation, complete.organisation_id)
        editor = a_member(session, organisation, OrganisationRole.EDITOR)
        session.flush()
        browser = as_person(editor)
        page = browser.get(at(complete, "verification"))
        assert (page.status_code, "certified" in page.text) == (200, False)
        assert browser.post(at(complete, "depot"), data=CERTIFIED).status_code == 403

    def test_the_receipt_has_all_that_the_law_asks(self, session, complete, browser_of) -> None:
        browser = browser_of(complete)
        browser.post(at(complete, "depot"), data=CERTIFIED)
        page = browser.get(at(complete, "recepisse")).text
        number = stored(session, complete).number
        facts = [number, "Métropole de Valbrune", "1 place de la Mairie", "ess@valbrune.example"]
        for fact in [*facts, "04 73 00 00 00", "heure de Paris", "L231-4", *APPEAL]:
            assert fact in page
        assert re.search(r"1er.décembre.2018", page)

    def test_back_after_submitting_leads_to_the_receipt(self, session, browser_of) -> None:
        application = an_application(session, state=S.SUBMITTED)
        browser = browser_of(application)
        back = browser.get(at(application, "verification"))
        assert back.headers["Location"] == at(application, "recepisse")
        back = browser.get(at(application, "rubriques", "project"))
        assert back.headers["Location"] == at(application)


class TestAfterwards:
    @pytest.mark.parametrize("state", S)
    def test_every_state_has_its_page_and_gives_nothing_away(
        self, session, browser_of, state
    ) -> None:
        application = an_application(session, state=state)
        page = browser_of(application).get(at(application))
        assert page.status_code == 200
        for word in ("finaliste", "Non retenu", "éliminé", "Retenu", "présélectionné"):
            assert word.lower() not in page.text.lower()

    def test_a_vote_is_not_told_before_its_announcement(self, session, browser_of) -> None:
        application = an_application(session, state=S.AWARDED)
        browser = browser_of(application)
        for path in (at(application), "/dossiers"):
            assert "écision" not in browser.get(path).text
        announce(
            session, "decision.announced", by=Actor(id=new_id()), at=NOW, subject=application.id
        )
        for path in (at(application), "/dossiers"):
            assert "Une décision a été prise" in browser.get(path).text
        assert at(application, "decision") in browser.get(at(application)).text

    def test_complements_are_mended_and_sent(self, session, browser_of) -> None:
        application = an_application(session, state=S.INCOMPLETE)
        browser = browser_of(application)
        page = browser.get(at(application, "complements"))
        assert "Le nom est trop court." in page.text
        saved = browser.post(
            at(application, "rubriques", "project"),
            data={"version": "0", "q_title": "Un nom bien plus long", "continue": "1"},
        )
        assert saved.headers["Location"] == at(application, "complements")
        sent = browser.post(at(application, "complements"), data={"answer": "Voilà."})
        assert sent.status_code == 303
        mended = stored(session, application)
        assert (mended.state, mended.answers["title"]) == (S.SUBMITTED, "Un nom bien plus long")
        assert browser.get(at(application, "complements")).status_code == 200

    def test_no_complement_no_page(self, session, complete, browser_of) -> None:
        assert browser_of(complete).get(at(complete, "complements")).status_code == 404

    def test_withdrawing_asks_once_more(self, session, complete, browser_of) -> None:
        browser = browser_of(complete)
        assert browser.get(at(complete, "retrait")).status_code == 200
        assert stored(session, complete).state is S.DRAFT
        assert browser.post(at(complete, "retrait")).status_code == 303
        assert stored(session, complete).state is S.WITHDRAWN


PAGES = ["", "/rubriques/project", "/verification", "/recepisse", "/retrait", "/complements"]


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_finds_nothing(session, as_person, page) -> None:
    application = an_application(session, state=S.INCOMPLETE)
    stranger = a_person(session)
    session.flush()
    assert as_person(stranger).get(f"/dossiers/{application.id}{page}").status_code == 404


@pytest.mark.parametrize("page", ["/rubriques/project", "/depot", "/retrait", "/complements"])
def test_a_stranger_does_nothing(session, as_person, page) -> None:
    application = an_application(session, state=S.INCOMPLETE)
    stranger = a_person(session)
    session.flush()
    browser = as_person(stranger)
    assert browser.post(f"/dossiers/{application.id}{page}", data=CERTIFIED).status_code == 404
    assert stored(session, application).state is S.INCOMPLETE


@pytest.mark.parametrize("page", PAGES)
def test_the_signed_out_are_asked_to_sign_in(session, client, complete, page) -> None:
    session.flush()
    assert client.get(f"/dossiers/{complete.id}{page}").status_code == 303


@pytest.mark.parametrize("count", [1, 3])
def test_my_list_takes_two_statements_however_long(session, as_person, statements, count) -> None:
    person = a_person(session)
    organisation = an_organisation(session, representative=person)
    for n in range(count):
        an_application(
            session, organisation=organisation, author=person, title=f"Projet {n}",
            state=S.SUBMITTED,
        )  # fmt: skip
    session.flush()
    browser = as_person(person)
    statements.clear()
    page = browser.get("/dossiers")
    assert (page.status_code, page.text.count("Projet ")) == (200, count)
    assert len(statements) == 2
