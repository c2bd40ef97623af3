"""The officer's list and file: searched, sorted, acted upon, exported, and never leaking."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from build.applications import FORM, S, an_application
from build.calls import a_call
from build.clock import NOW
from build.pages import counted
from build.people import a_funder, a_funder_member, a_person
from grants.applications.models import Application, OfficerNote
from grants.juries.models import Recusal
from grants.kernel.access import FunderRole
from grants.outbox.models import Message
from grants.people.models import Person


@pytest.fixture
def funder(session):
    return a_funder(session)


@pytest.fixture
def call(session, funder):
    return a_call(session, funders=[funder], document=FORM)


@pytest.fixture
def member(session, funder, as_person):
    def sign_in(*roles, **columns):
        person = a_funder_member(session, funder, *roles, **columns)
        session.flush()
        return as_person(person)

    return sign_in


@pytest.fixture
def officer(member):
    return member()


def listing(call, suffix="") -> str:
    return f"/instruction/appels/{call.id}/dossiers{suffix}"


def file_of(application, *parts) -> str:
    return "/".join(["/instruction/dossiers", str(application.id), *parts])


def state_of(session, application) -> S:
    session.expire_all()
    return session.get_one(Application, application.id).state


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_seven_statements_however_long(
    session, connection, call, officer, count
) -> None:
    for n in range(count):
        an_application(session, call, state=S.SUBMITTED, title=f"Projet {n}")
    session.flush()
    sent = counted(connection)
    page = officer.get(listing(call))
    assert (page.status_code, len(re.findall(r">Projet \d<", page.text))) == (200, count)
    assert len(sent) == 7


@pytest.mark.parametrize("count", [1, 3])
def test_a_file_takes_fourteen_statements_however_full(
    session, connection, call, officer, count
) -> None:
    application = an_application(session, call, state=S.SUBMITTED)
    for n in range(count):
        officer.post(file_of(application, "notes"), data={"text": f"Note {n}"})
    sent = counted(connection)
    page = officer.get(file_of(application))
    assert (page.status_code, page.text.count("<p>Note ")) == (200, count)
    assert len(sent) == 14


def test_search_state_and_sort_come_from_the_address(session, call, officer) -> None:
    an_application(session, call, state=S.SUBMITTED, title="Épicerie")
    an_application(session, call, state=S.ADMISSIBLE, title="Atelier")
    session.flush()

    def titles(query) -> list[str]:
        return re.findall(
            r'data-label="[^"]+">(Épicerie|Atelier)<', officer.get(listing(call, query)).text
        )

    assert titles("?sort=title") == ["Atelier", "Épicerie"]
    assert titles("?sort=-title") == ["Épicerie", "Atelier"]
    assert titles("?q=epicerie") == ["Épicerie"]
    assert titles("?state=admissible") == ["Atelier"]
    assert titles(f"?q={call.number_prefix}-0002") == ["Atelier"]
    assert titles("?q=%25") == []


def test_the_call_s_page_counts_what_stands_where(session, call, officer) -> None:
    for state, many in ((S.SUBMITTED, 3), (S.ADMISSIBLE, 2), (S.IN_REVIEW, 1), (S.DRAFT, 4)):
        for _ in range(many):
            an_application(session, call, state=state)
    an_application(session, state=S.SUBMITTED)  # another authority's
    session.flush()
    page = officer.get(f"/instruction/appels/{call.id}").text
    heaps = page.partition('<ul class="stats">')[2].partition("</ul>")[0]
    told = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", heaps))
    counts = "3 À vérifier 0 Compléments attendus 2 Recevable 1 En examen 0 Finaliste 0 Retenu"
    assert told.strip().startswith(counts)
    assert f'href="{listing(call)}?state=admissible"' in heaps


@pytest.mark.parametrize(
    "query",
    [
        "?state=nonsense&sort=;drop&size=x&page=-1&track=%00&q=%00",
        "?page=999999",
        "?sort=-state&size=250",
        "?call_id=1&_scheme=javascript&_external=1",
    ],
)
def test_nonsense_in_the_address_is_as_if_nothing_was_asked(session, call, officer, query) -> None:
    an_application(session, call, state=S.SUBMITTED)
    session.flush()
    page = officer.get(listing(call, query))
    assert page.status_code == 200
    assert "javascript:" not in page.text


class TestBulk:
    def test_the_ticked_ones_are_declared_admissible(self, session, call, officer) -> None:
        rows = [an_application(session, call, state=S.SUBMITTED) for _ in range(3)]
        foreign = an_application(session, state=S.SUBMITTED)
        session.flush()
        data = {
            "act": "declare_admissible",
            "id": [str(rows[0].id), str(rows[1].id), str(foreign.id), "nonsense"],
        }
        for _ in range(2):
            answer = officer.post(listing(call, "?state=submitted"), data=data)
            assert answer.headers["Location"] == listing(call, "?state=submitted")
        assert [state_of(session, one) for one in (*rows, foreign)] == [
            S.ADMISSIBLE,
            S.ADMISSIBLE,
            S.SUBMITTED,
            S.SUBMITTED,
        ]
        told = session.scalars(
            select(Message.subject_id).where(Message.kind == "application.declared_admissible")
        ).all()
        assert set(told) == {rows[0].id, rows[1].id}
        assert len(told) == 2
        assert session.get_one(Application, rows[0].id).admissible_at == NOW

    def test_the_whole_call_goes_to_review(self, session, call, officer) -> None:
        admissible = [an_application(session, call, state=S.ADMISSIBLE) for _ in range(2)]
        received = an_application(session, call, state=S.SUBMITTED)
        session.flush()
        officer.post(listing(call), data={"act": "send_all_to_review"})
        assert [state_of(session, one) for one in (*admissible, received)] == [
            S.IN_REVIEW,
            S.IN_REVIEW,
            S.SUBMITTED,
        ]

    @pytest.mark.parametrize("act", ["award", "lapse", "", "declare_inadmissible"])
    def test_no_other_act_goes_through(self, session, call, officer, act) -> None:
        application = an_application(session, call, state=S.IN_REVIEW)
        session.flush()
        officer.post(listing(call), data={"act": act, "id": str(application.id)})
        assert state_of(session, application) is S.IN_REVIEW


class TestOneFile:
    def test_admitting(self, session, call, officer) -> None:
        application = an_application(session, call, state=S.SUBMITTED)
        assert "Téléphone" not in officer.get(file_of(application)).text
        assert officer.post(file_of(application, "recevable")).status_code == 303
        assert state_of(session, application) is S.ADMISSIBLE
        assert officer.post(file_of(application, "recevable")).status_code == 303  # twice

    def test_stopping_asks_why(self, session, call, officer) -> None:
        application = an_application(session, call, state=S.SUBMITTED)
        here = file_of(application, "irrecevable")
        assert officer.get(here).status_code == 200
        assert officer.post(here, data={"note": "?"}).status_code == 409
        answer = officer.post(here, data={"reasons": "other"})
        assert (answer.status_code, 'href="#note"' in answer.text) == (409, True)
        answer = officer.post(here, data={"reasons": "gift", "note": "Gardé"})
        assert (answer.status_code, "Gardé" in answer.text) == (422, True)
        assert state_of(session, application) is S.SUBMITTED
        ruled = officer.post(here, data={"reasons": ["duplicate", "other"], "note": "Voir 0001."})
        assert ruled.status_code == 303
        assert state_of(session, application) is S.INADMISSIBLE
        assert "Voir 0001." in officer.get(file_of(application)).text

    def test_asking_for_complements_once(self, session, call, officer) -> None:
        application = an_application(session, call, state=S.SUBMITTED)
        here = file_of(application, "complements")
        asked = {
            "message": "Merci.",
            "due_on": "15/10/2018",
            "items": ["title", "nonsense"],
            "about_title": "Trop court.",
        }
        assert officer.get(here).status_code == 200
        for wrong, status in (
            ({"items": []}, 409),
            ({"due_on": "01/10/2018"}, 409),
            ({"due_on": "bientôt"}, 422),
            ({"message": ""}, 422),
            ({"about_title": "Trop court. " * 50}, 422),
        ):
            answer = officer.post(here, data=asked | wrong)
            assert (answer.status_code, "Trop court." in answer.text) == (status, True), wrong
        assert officer.post(here, data=asked).status_code == 303
        assert state_of(session, application) is S.INCOMPLETE
        assert "Trop court." in officer.get(file_of(application)).text
        assert officer.post(here, data=asked).status_code == 409

    def test_notes_are_for_colleagues_only(self, session, call, officer, as_person) -> None:
        application = an_application(session, call, state=S.SUBMITTED)
        assert officer.post(file_of(application, "notes"), data={"text": " "}).status_code == 409
        officer.post(file_of(application, "notes"), data={"text": "Vu au marché."})
        assert "Vu au marché." in officer.get(file_of(application)).text
        assert session.scalars(select(OfficerNote.text)).all() == ["Vu au marché."]

        author = as_person(session.get_one(Person, application.author_id))
        assert "Vu au marché." not in author.get(f"/dossiers/{application.id}").text

    @pytest.mark.parametrize("state", sorted(set(S) - {S.DRAFT, S.LAPSED}))
    def test_every_state_has_its_page(self, session, call, officer, state) -> None:
        application = an_application(session, call, state=state)
        session.flush()
        assert officer.get(file_of(application)).status_code == 200

    @pytest.mark.parametrize("state", [S.DRAFT, S.LAPSED])
    def test_a_draft_does_not_exist(self, session, call, officer, state) -> None:
        application = an_application(session, call, state=state)
        session.flush()
        assert officer.get(file_of(application)).status_code == 404


READ = ["", "/irrecevable", "/complements"]
WRITE = ["/recevable", "/irrecevable", "/complements", "/notes"]


class TestTheWall:
    @pytest.fixture
    def application(self, session, call):
        return an_application(session, call, state=S.SUBMITTED, title="Projet secret")

    def test_another_authority_s_officer_finds_nothing(
        self, session, call, application, as_person
    ) -> None:
        stranger = as_person(a_funder_member(session, a_funder(session)))
        for path in [*(f"{file_of(application)}{one}" for one in READ), listing(call),
                     listing(call, ".csv")]:  # fmt: skip
            assert stranger.get(path).status_code == 404, path
        for one in WRITE:
            answer = stranger.post(f"{file_of(application)}{one}", data={"text": "x"})
            assert answer.status_code == 404, one
        assert stranger.post(listing(call), data={"act": "x"}).status_code == 404

    def test_an_applicant_has_no_such_page(self, session, call, application, as_person) -> None:
        person = as_person(a_person(session))
        assert person.get(listing(call)).status_code == 404
        assert person.get(file_of(application)).status_code == 404

    def test_an_auditor_reads_and_writes_nothing(self, call, application, member) -> None:
        auditor = member(FunderRole.AUDITOR)
        page = auditor.get(file_of(application))
        assert page.status_code == 200
        assert "/recevable" not in page.text
        assert 'name="act"' not in auditor.get(listing(call)).text
        for one in WRITE:
            assert auditor.post(f"{file_of(application)}{one}").status_code == 404

    def test_a_recused_officer_sees_nothing_of_it(
        self, session, call, application, funder, as_person
    ) -> None:
        person = a_funder_member(session, funder)
        other = an_application(session, call, state=S.SUBMITTED, title="Autre projet")
        session.add(
            Recusal(
                application_id=application.id,
                person_id=person.id,
                origin="declared",
                reason="parente du porteur",
                declared_at=NOW,
            )
        )
        session.flush()
        recused = as_person(person)
        for path in (listing(call), listing(call, "?q=secret"), listing(call, ".csv")):
            text = recused.get(path).text
            assert "Projet secret" not in text, path
            assert application.number not in text
        assert recused.get(listing(call)).text.count("data-tick>") == 1
        for one in READ:
            assert recused.get(f"{file_of(application)}{one}").status_code == 404
        for one in WRITE:
            assert recused.post(f"{file_of(application)}{one}").status_code == 404
        data = {"act": "declare_admissible", "id": [str(application.id), str(other.id)]}
        recused.post(listing(call), data=data)
        assert state_of(session, application) is S.SUBMITTED
        assert state_of(session, other) is S.ADMISSIBLE


class TestExport:
    def cells(self, browser, call) -> list[list[str]]:
        answer = browser.get(listing(call, ".csv"))
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith("text/csv")
        return list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))

    def test_each_line_has_its_answers_and_no_formula(self, session, call, officer) -> None:
        evil = '=HYPERLINK("http://x")'
        an_application(
            session, call, state=S.SUBMITTED, title=evil,
            answers={"title": evil, "requested": 1_250_050, "contact": "a@b.fr"},
            submitted_at=NOW + timedelta(hours=1),
        )  # fmt: skip
        session.flush()
        head, line = self.cells(officer, call)
        assert head[8:] == ["Nom du projet", "Résumé", "Montant demandé", "Adresse électronique"]
        assert line[0] == f"{call.number_prefix}-0001"
        assert line[1] == f"'{evil}"
        assert line[3:5] == ["12500,50", "EUR"]
        assert line[6] == "2018-10-01 12:00:00"
        assert line[8:] == [f"'{evil}", "", "12500,50", "a@b.fr"]

    @pytest.mark.parametrize("count", [1, 3])
    def test_it_takes_as_many_statements_however_long(
        self, session, connection, call, officer, count
    ) -> None:
        for _ in range(count):
            an_application(session, call, state=S.SUBMITTED)
        session.flush()
        sent = counted(connection)
        assert len(self.cells(officer, call)) == count + 1
        assert len(sent) == 4
