"""What beneficiaries are written after the award: soon due, late, accepted, sent back, asked."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from build.clock import NOW
from build.decisions import a_deliberation, a_scene, an_award, noted
from build.people import acting_as
from config import ROOT
from grants.decisions.models import Decision, Instrument
from grants.followup import services
from grants.followup.figures import Line
from grants.followup.models import FinancialReport
from grants.followup.services import Terms, Written
from grants.ledger.operations import Section
from grants.notices.giving import Site
from grants.notices.models import Mail
from grants.notices.services import compose
from grants.outbox.models import Message
from workers.app import configuration
from workers.handlers import HANDLERS
from workers.rendering import Pages
from workers.tasks import followup as tasks

PAGES = Pages(ROOT)
SITE = Site(base_url="https://laureat.example", secret_key="s" * 32)
WRITTEN = Written(
    lines={"charges": [Line("60", "Achats", 0, 900)]},
    narrative={"done": "Le festival a eu lieu."},
    version=0,
)


def told(session, kind: str) -> list[Mail]:
    """The mails that the last message of this kind owes."""
    wanted = select(Message.id).where(Message.kind == kind).order_by(Message.serial.desc())
    message_id = session.scalars(wanted.limit(1)).one()
    compose(session, message_id, renderer=PAGES, site=SITE, now=NOW)
    return list(session.scalars(select(Mail).where(Mail.message_id == message_id)))


@pytest.fixture
def scene(session):
    found = a_scene(session)
    noted(session, found, a_deliberation(session, found, announced=True))
    return found


def test_the_beat_expects_reports_then_reminds_them(monkeypatch, session, database, clock, scene):
    monkeypatch.setattr(tasks, "database", lambda: database)
    monkeypatch.setattr(tasks, "now", clock.now)
    session.commit()
    assert [tasks.expect() for _ in range(2)] == [1, 0]
    assert tasks.remind() == 0
    clock.forward(days=280)
    assert [tasks.remind() for _ in range(2)] == [1, 0]
    beat = {line["task"] for line in configuration()["beat_schedule"].values()}
    assert {"followup.expect", "followup.remind"} <= beat
    assert "mail.compose" in HANDLERS["report.reminded"]


@pytest.mark.parametrize(
    ("locale", "month", "words"),
    [
        ("fr", 6, "avant le 30 juin 2019"),
        ("fr", 8, "Sans lui, le solde ne peut pas être versé"),
        ("en", 6, "send it by 30 June 2019"),
    ],
)
def test_a_report_is_reminded_in_the_reader_s_language(session, scene, locale, month, words):
    scene.author.locale = locale
    services.expect_reports(session, now=NOW)
    services.remind_due(session, now=NOW.replace(year=2019, month=month))
    (mail,) = told(session, "report.reminded")
    assert words in " ".join(mail.text.split())
    assert "/comptes-rendus" in mail.text


def test_a_ruling_is_told_and_a_sent_report_is_reminded_no_more(session, scene):
    services.expect_reports(session, now=NOW)
    report = session.scalars(select(FinancialReport)).one()
    services.remind_due(session, now=NOW.replace(year=2019, month=6))
    author = acting_as(session, scene.author)
    services.submit_report(session, report.id, WRITTEN, actor=author, now=NOW)
    assert told(session, "report.reminded") == []
    by = {"actor": scene.officer, "now": NOW}
    services.return_report(session, report.id, reason="Il manque les recettes.", **by)
    (mail,) = told(session, "report.returned")
    assert "Il manque les recettes." in mail.text


def test_a_late_part_of_an_advance_is_told(session):
    scene = a_scene(session, section=Section.CAPITAL)
    noted(
        session,
        scene,
        a_deliberation(
            session, scene, an_award(scene, instrument=Instrument.ADVANCE), announced=True
        ),
    )
    award = session.scalars(select(Decision.id)).one()
    terms = Terms(first_on=date(2018, 12, 31), parts=2, every_months=6)
    services.plan_repayment(session, award, terms, actor=scene.finance, now=NOW)
    services.remind_due(session, now=NOW.replace(year=2019, month=1, day=10))
    (mail,) = told(session, "advance.reminded")
    assert "est en retard" in mail.subject
    assert "un autre échéancier" in mail.text.replace("\n", " ")


def test_nothing_is_told_of_a_decision_that_was_not_read(session):
    scene = a_scene(session)
    a_deliberation(session, scene, announced=True)
    services.expect_reports(session, now=NOW)
    services.remind_due(session, now=NOW.replace(year=2019, month=6))
    (mail, *_) = told(session, "report.reminded")
    assert "10\u202f000" not in mail.text
    assert f"/dossiers/{scene.applications[0].id}/decision" in mail.text
    assert "une décision a été rendue" in mail.subject
