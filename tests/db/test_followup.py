"""Financial reports and repayable advances, from the executory act to the last euro."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from build.clock import NOW
from build.decisions import a_deliberation, a_scene, an_award, noted, recused
from build.people import a_person, acting_as
from grants.decisions.models import Decision, Instrument
from grants.followup import queries, services
from grants.followup.figures import Line
from grants.followup.models import FinancialReport, PartState, ReportState
from grants.followup.services import Terms, Written
from grants.kernel.access import SYSTEM
from grants.kernel.errors import Forbidden, Refused, Unknown
from grants.ledger import queries as balances
from grants.ledger import services as ledger
from grants.ledger.operations import Section, Stage
from grants.outbox.models import Message

LATER = NOW + timedelta(days=400)
LINES = {
    "charges": [Line("60", "Achats", 0, 900), Line("64", "Salaires", 0, 1_100)],
    "products": [Line("74", "Métropole", 0, 1_500), Line("70", "Billets", 0, 500)],
}


def written(version=0, lines=None, **narrative):
    texts = {"done": "Le festival a eu lieu.", **narrative}
    return Written(lines=LINES if lines is None else lines, narrative=texts, version=version)


@pytest.fixture
def scene(session: Session):
    found = a_scene(session)
    noted(session, found, a_deliberation(session, found, an_award(found), announced=True))
    services.expect_reports(session, now=NOW)
    return found


@pytest.fixture
def report(session, scene):
    return session.scalars(select(FinancialReport)).one()


@pytest.fixture
def author(session, scene):
    return acting_as(session, scene.author)


def test_a_report_is_expected_once_six_months_after_the_year(session, scene, report):
    assert (report.year_ends_on, report.due_on) == (date(2018, 12, 31), date(2019, 6, 30))
    assert services.expect_reports(session, now=NOW) == 0
    a_deliberation(session, scene, an_award(scene, 1), executory=False)
    assert services.expect_reports(session, now=NOW) == 0


def test_only_grants_of_money_to_organisations_are_reported_on(session):
    scene = a_scene(session)
    prize = an_award(scene, instrument=Instrument.PRIZE)
    scene.applications[1].organisation_id = None
    session.flush()
    a_deliberation(session, scene, prize, an_award(scene, 1), executory=True)
    assert services.expect_reports(session, now=NOW) == 0


def test_a_report_is_written_sent_returned_and_accepted(session, scene, report, author):
    services.save_report(session, report.id, written(), actor=author, now=NOW)
    assert queries.accepted_for(session, report.decision_id) is None
    services.submit_report(session, report.id, written(1), actor=author, now=NOW)
    with pytest.raises(Refused, match="settled"):
        services.save_report(session, report.id, written(2), actor=author, now=NOW)
    by = {"actor": scene.officer, "now": NOW}
    with pytest.raises(Refused, match="reason_missing"):
        services.return_report(session, report.id, reason=" ", **by)
    services.return_report(session, report.id, reason="Il manque les recettes.", **by)
    with pytest.raises(Refused, match="not_submitted"):
        services.accept_report(session, report.id, **by)
    services.submit_report(session, report.id, written(2), actor=author, now=NOW)
    services.accept_report(session, report.id, **by)
    found = queries.accepted_for(session, report.decision_id)
    assert (found.state, found.lines["charges"][1]["actual"]) == (ReportState.ACCEPTED, 1_100)
    kinds = session.scalars(select(Message.kind).where(Message.kind.like("report.%"))).all()
    assert kinds.count("report.submitted") == 2
    with pytest.raises(DBAPIError, match="is settled"), session.begin_nested():
        session.execute(text("UPDATE financial_report SET lines = '{}'"))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"lines": {"charges": [Line("60", "Achats", 0, None)]}}, "line_missing"),
        ({"lines": {"charges": [Line("60", "Achats", 0, 0)]}}, "nothing_spent"),
        ({"lines": {"charges": [Line("99", "Rien", 0, 5)]}}, "account_unknown"),
        ({"done": " "}, "narrative_missing"),
        ({"done": "x" * 10_001}, "text_too_long"),
        ({"version": 3}, "stale"),
    ],
)
def test_what_a_report_may_not_be_sent_with(session, report, author, change, code):
    with pytest.raises(Refused, match=f"report.{code}"):
        services.submit_report(session, report.id, written(**change), actor=author, now=NOW)


def test_nobody_types_the_forecast(session, report, author):
    lines = {"charges": [Line("60", "Achats", 5_000, 900)]}
    services.save_report(session, report.id, written(lines=lines), actor=author, now=NOW)
    assert report.lines["charges"][0]["forecast"] == 0


def test_a_year_of_use_moves_the_due_day_and_a_grant_may_be_excused(session, scene, report):
    by = {"actor": scene.officer, "now": NOW}
    services.set_year_end(session, report.id, ends_on=date(2020, 8, 31), **by)
    assert report.due_on == date(2021, 2, 28)
    with pytest.raises(Refused, match="year_before_act"):
        services.set_year_end(session, report.id, ends_on=date(2018, 1, 1), **by)
    services.excuse_report(session, report.id, reason="Fonctionnement global.", **by)
    with pytest.raises(Refused, match="settled"):
        services.set_year_end(session, report.id, ends_on=date(2021, 8, 31), **by)


def test_reports_stay_on_their_side_of_the_wall(session, scene, report, author):
    stranger = acting_as(session, a_person(session))
    hidden = recused(scene.officer, scene.applications[0])
    for viewer in (stranger, hidden):
        with pytest.raises(Unknown):
            queries.report(session, report.id, viewer=viewer)
        with pytest.raises(Unknown):
            queries.own(session, report.id, viewer=viewer)
        assert session.scalars(queries.reports(viewer=viewer)).all() == []
    with pytest.raises(Unknown):
        services.accept_report(session, report.id, actor=author, now=NOW)
    assert queries.own(session, report.id, viewer=author).id == report.id


def test_reminders_are_sent_once_each(session, scene, report):
    month_before = NOW.replace(year=2019, month=6, day=1)
    assert [services.remind_due(session, now=month_before) for _ in range(2)] == [1, 0]
    late = month_before.replace(month=8)
    assert [services.remind_due(session, now=late) for _ in range(2)] == [1, 0]
    told = session.scalars(select(Message).where(Message.kind == "report.reminded")).all()
    assert sorted(one.payload["occasion"] for one in told) == ["before", "late"]
    services.excuse_report(
        session, report.id, reason="Pas de dépense.", actor=scene.officer, now=NOW
    )
    assert services.remind_due(session, now=LATER + timedelta(days=400)) == 0


# --- Advances ------------------------------------------------------------------------------------

TERMS = Terms(first_on=date(2019, 1, 31), parts=3, every_months=1)


@pytest.fixture
def loan(session):
    """An advance of 10 000,00 €, paid."""
    scene = a_scene(session, section=Section.CAPITAL)
    advance = an_award(scene, instrument=Instrument.ADVANCE)
    noted(session, scene, a_deliberation(session, scene, advance, announced=True))
    award = session.scalars(select(Decision.id)).one()
    for operation in ("order", "pay"):
        ledger.book(
            session,
            operation,
            [ledger.Movement(scene.envelope_id, 1_000_000, award)],
            key=f"test:{operation}",
            on=date(2018, 10, 1),
            reason="Versement",
            actor=SYSTEM,
            now=NOW,
        )
    return scene, award


def test_an_advance_is_cut_without_losing_a_cent(session, loan):
    scene, award = loan
    by = {"actor": scene.finance, "now": NOW}
    parts = services.plan_repayment(session, award, TERMS, **by)
    assert [one.amount_cents for one in parts] == [333_334, 333_333, 333_333]
    days = [date(2019, 1, 31), date(2019, 2, 28), date(2019, 3, 31)]
    assert [one.due_on for one in parts] == days
    assert services.plan_repayment(session, award, TERMS, **by) == parts
    other = Terms(first_on=date(2019, 2, 1), parts=2, every_months=1)
    with pytest.raises(Refused, match="already_planned"):
        services.plan_repayment(session, award, other, **by)
    with pytest.raises(Unknown):
        services.plan_repayment(session, award, TERMS, actor=scene.officer, now=NOW)


def test_parts_are_asked_repaid_and_waived_in_the_ledger(session, loan):
    scene, award = loan
    by = {"actor": scene.finance, "now": NOW}
    first, second, third = services.plan_repayment(session, award, TERMS, **by)
    for _ in range(2):
        services.ask_back(session, first.id, **by)
    for _ in range(2):
        services.note_repaid(session, first.id, on=NOW.date(), reference="T-12", **by)
    held = balances.award_balances(session, [award])[award]
    assert (held[Stage.PAID], held[Stage.RECOVERED]) == (1_000_000, 333_334)
    services.ask_back(session, second.id, **by)
    with pytest.raises(Refused, match="act_missing"):
        services.waive(session, second.id, act=" ", on=NOW.date(), **by)
    for one in (second, third):
        services.waive(session, one.id, act="DEL2019_12", on=NOW.date(), **by)
    held = balances.award_balances(session, [award])[award]
    assert Stage.CLAIMED not in held
    states = [one.state for one in queries.schedule(session, award)]
    assert states == [PartState.REPAID, PartState.WAIVED, PartState.WAIVED]
    with pytest.raises(Refused, match="settled"):
        services.note_repaid(session, third.id, on=NOW.date(), reference="", **by)
    with pytest.raises(DBAPIError, match="is settled"), session.begin_nested():
        session.execute(text("UPDATE advance_part SET state = 'planned', waived_on = NULL"))


@pytest.mark.parametrize(
    ("instrument", "why"),
    [("advance", "repaid more than once"), ("grant", "is no advance")],
)
def test_raw_sql_repays_no_more_than_was_advanced(session, loan, scene, instrument, why):
    lender, award = loan
    if instrument == "grant":
        award = session.scalars(select(FinancialReport.decision_id)).one()
    else:
        services.plan_repayment(session, award, TERMS, actor=lender.finance, now=NOW)
    with pytest.raises(DBAPIError, match=why), session.begin_nested():
        session.execute(
            text(
                "INSERT INTO advance_part (id, decision_id, application_id, funder_id, position,"
                " due_on, amount_cents, state) SELECT gen_random_uuid(), id, application_id,"
                " funder_id, 99, '2020-01-01', 1, 'planned' FROM decision WHERE id = :id"
            ),
            {"id": award},
        )


def test_late_parts_are_told_once_and_only_their_side_reads_them(session, loan):
    scene, award = loan
    services.plan_repayment(session, award, TERMS, actor=scene.finance, now=NOW)
    late = NOW.replace(year=2019, month=2, day=10)
    assert [services.remind_due(session, now=late) for _ in range(2)] == [1, 0]
    author = acting_as(session, scene.author)
    application = scene.applications[0].id
    assert len(queries.owed_by(session, application, viewer=author)) == 3
    stranger = acting_as(session, a_person(session))
    assert queries.owed_by(session, application, viewer=stranger) == []
    with pytest.raises((Unknown, Forbidden)):
        queries.advance(session, award, viewer=stranger)
