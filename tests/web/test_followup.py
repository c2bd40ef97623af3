"""Financial reports and advances on their pages, for both sides."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from build.answers import BUDGET
from build.clock import NOW
from build.decisions import a_deliberation, a_scene, an_award, noted
from grants.decisions.models import Decision, Instrument
from grants.followup import services
from grants.followup.models import AdvancePart, FinancialReport, ReportState
from grants.kernel.access import FunderRole
from grants.ledger.operations import Section

LINE = {"charges-0-account": "60", "charges-0-label": "Achats", "charges-0-actual": "1 250"}


@pytest.fixture
def scene(session):
    found = a_scene(session)
    one = a_deliberation(session, found, an_award(found), announced=True)
    services.expect_reports(session, now=NOW)
    noted(session, found, one)
    return found


@pytest.fixture
def report(session, scene):
    return session.scalars(select(FinancialReport)).one()


@pytest.fixture
def at(scene, report):
    return f"/dossiers/{scene.applications[0].id}/comptes-rendus/{report.id}"


def test_what_follows_from_a_decision_opens_once_it_is_read(session, as_person):
    scene = a_scene(session)
    one = a_deliberation(session, scene, an_award(scene), announced=True)
    services.expect_reports(session, now=NOW)
    report = session.scalars(select(FinancialReport)).one()
    author, here = as_person(scene.author), f"/dossiers/{scene.applications[0].id}"
    pages = ("comptes-rendus", f"comptes-rendus/{report.id}", "remboursements", "versements")
    for page in (*pages, "convention"):
        answer = author.get(f"{here}/{page}")
        assert (answer.status_code, answer.location) == (303, f"{here}/decision"), page
    assert author.post(f"{here}/comptes-rendus/{report.id}", data=LINE).status_code == 404
    noted(session, scene, one)
    for page in (*pages, "convention"):
        assert author.get(f"{here}/{page}").status_code == 200, page


def test_a_beneficiary_writes_and_sends_and_an_officer_rules(session, as_person, scene, report, at):
    author = as_person(scene.author)
    assert str(report.id) in author.get(at.rpartition("/")[0]).text
    sent = {"version": "0", "done": "Le festival a eu lieu.", **LINE}
    wrong = author.post(at, data={**sent, "charges-0-actual": "douze"})
    assert wrong.status_code == 422
    assert 'value="douze"' in wrong.text
    assert author.post(at, data=sent).status_code == 303
    stale = author.post(at, data=sent)
    assert stale.status_code == 409
    assert 'value="1 250"' in stale.text
    assert author.post(at, data={**sent, "version": "1", "submit": "1"}).status_code == 303
    officer = as_person(scene.people[FunderRole.OFFICER])
    page = f"/instruction/comptes-rendus/{report.id}"
    assert str(report.id) in officer.get("/instruction/comptes-rendus").text
    assert "1 250,00" in officer.get(page).text.replace("\u202f", " ")
    assert officer.post(f"{page}/renvoyer", data={"back-reason": ""}).status_code == 422
    reason = {"back-reason": "Il manque les recettes."}
    assert officer.post(f"{page}/renvoyer", data=reason).status_code == 303
    assert "Il manque les recettes." in author.get(at).text
    assert author.post(at, data={**sent, "version": "2", "submit": "1"}).status_code == 303
    assert officer.post(f"{page}/accepter").status_code == 303
    assert session.scalars(select(FinancialReport.state)).one() is ReportState.ACCEPTED
    sheet = officer.get(f"{page}/tableau.csv").text
    assert "60;Achats;0;1250;1250;—" in sheet


def test_a_report_that_is_refused_still_has_lines_to_write_on(as_person, scene, at):
    author = as_person(scene.author)
    empty = author.post(at, data={"version": "0", "done": "Rien.", "submit": "1"})
    assert empty.status_code == 409
    assert 'name="charges-0-label"' in empty.text
    wrong = author.post(at, data={"version": "0", **LINE, "charges-0-actual": "douze"})
    assert 'name="charges-2-actual"' in wrong.text
    assert 'name="products-1-actual"' in wrong.text


def test_the_budget_of_the_application_is_the_forecast(session, as_person, scene, report, at):
    application = scene.applications[0]
    keys = [one.key for one in application.revision.form.fields() if one.type == "budget"]
    if not keys:
        pytest.skip("the form of the scene asks for no budget")
    application.answers = {**application.answers, keys[0]: BUDGET}
    session.flush()
    page = as_person(scene.author).get(at).text
    assert f'data-forecast="{BUDGET["charges"][0]["amount"]}"' in page


def test_an_advance_is_planned_followed_and_read_by_its_beneficiary(session, as_person):
    scene = a_scene(session, section=Section.CAPITAL)
    lent = an_award(scene, instrument=Instrument.ADVANCE)
    noted(session, scene, a_deliberation(session, scene, lent, announced=True))
    award = session.scalars(select(Decision.id)).one()
    finance = as_person(scene.people[FunderRole.FINANCE])
    assert str(award) in finance.get("/finances/avances").text
    page = f"/finances/avances/{award}"
    terms = {"first_on": "31/01/2019", "parts": "0", "every_months": "3"}
    assert finance.post(page, data=terms).status_code == 422
    assert finance.post(page, data={**terms, "parts": "3"}).status_code == 303
    parts = session.scalars(select(AdvancePart).order_by(AdvancePart.position)).all()
    assert [one.due_on for one in parts][:2] == [date(2019, 1, 31), date(2019, 4, 30)]
    asked = finance.post(f"{page}/echeances/{parts[0].id}/demander")
    assert asked.status_code == 409  # nothing of it was paid
    act = {"act": "DEL2018_99", "acted_on": "01/10/2018"}
    assert finance.post(f"{page}/echeances/{parts[2].id}/abandonner", data=act).status_code == 303
    mine = as_person(scene.author).get(f"/dossiers/{scene.applications[0].id}/remboursements").text
    assert "DEL2018_99" in mine
    assert "6 666,67 €" in mine.replace("\u202f", " ").replace("\xa0", " ")
