"""After the awards of one side: a report that is expected, an advance with its schedule."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from build.clock import NOW
from build.decisions import Scene, a_deliberation, a_scene, an_award
from build.ledger import an_envelope
from build.people import acting_as
from build.sides import SECRET, VOTE, Side, _application, a_document
from grants.applications.models import ApplicationState
from grants.calls.models import CallEnvelope
from grants.decisions.models import Body, Decision, Instrument, Outcome
from grants.decisions.services import Item, acknowledge, announce_results, deliberate, open_session
from grants.duties.models import CalendarLink
from grants.duties.services import USE
from grants.files.store import FileStore
from grants.followup import services
from grants.followup.models import FinancialReport, ReportFile
from grants.followup.services import Terms
from grants.kernel.access import FunderRole
from grants.kernel.money import Amount
from grants.kernel.signing import signed
from grants.ledger.models import Book
from grants.ledger.operations import Section
from grants.people.models import Funder, Person


def followed_up(session: Session, store: FileStore, side: Side, funder: Funder) -> None:
    """A report expected of the award that is planned, with a document; an advance to repay."""
    services.expect_reports(session, now=NOW)
    report = session.scalars(
        select(FinancialReport).where(FinancialReport.decision_id == side["decision.planned"])
    ).one()
    given = ReportFile(
        report_id=report.id,
        stored_file_id=a_document(session, store, side, f"bilan-{side.name}.pdf").id,
    )
    session.add(given)
    session.flush()
    link = CalendarLink(person_id=side.people["officer"].id, made_at=NOW)
    session.add(link)
    session.flush()
    token = signed(SECRET, USE, link.id)
    side.objects |= {"report": report.id, "report_file": given.id, "token.calendar": token}
    _lent(session, store, side, funder)


def reports(session: Session, n: int) -> tuple[Person, str]:
    scene = _awarded(session, n)
    services.expect_reports(session, now=NOW)
    return scene.people[FunderRole.AUDITOR], "/instruction/comptes-rendus"


def duties(session: Session, n: int) -> tuple[Person, str]:
    scene = _awarded(session, n)
    services.expect_reports(session, now=NOW)
    return scene.people[FunderRole.AUDITOR], "/echeances"


def advances(session: Session, n: int) -> tuple[Person, str]:
    scene = _awarded(session, n, instrument=Instrument.ADVANCE, section=Section.CAPITAL)
    terms = Terms(first_on=date(2019, 1, 31), parts=1, every_months=1)
    for loan in session.scalars(select(Decision.id)).all():
        services.plan_repayment(session, loan, terms, actor=scene.finance, now=NOW)
    return scene.people[FunderRole.AUDITOR], "/finances/avances"


def _awarded(
    session: Session,
    n: int,
    *,
    instrument: Instrument = Instrument.GRANT,
    section: Section | None = None,
) -> Scene:
    scene = a_scene(session, applications=n, section=section)
    items = [an_award(scene, nth, instrument=instrument) for nth in range(n)]
    a_deliberation(session, scene, *items, announced=True)
    return scene


LISTINGS = (
    ("officer.reports.index", reports, 4),
    ("duties.index", duties, 5),
    ("finance.advances.index", advances, 5),
)
"""Endpoint, who looks where, and how many statements that takes."""


def _lent(session: Session, store: FileStore, side: Side, funder: Funder) -> None:
    book = session.get_one(Book, side["book"])
    label = f"Avances de {side.name}"
    envelope = an_envelope(session, book, label=label, section=Section.CAPITAL, voted=5_000_000)
    session.add(
        CallEnvelope(
            call_id=side["call"], envelope_id=envelope.id, funder_id=funder.id, position=90
        )
    )
    session.flush()
    _application(session, store, side, "loan", ApplicationState.IN_REVIEW)
    officer = acting_as(session, side.people["officer"])
    by = {"actor": officer, "now": NOW}
    held_on = NOW.date()
    sitting = open_session(session, funder.id, body=Body.COUNCIL, held_on=held_on, **by)
    item = Item(
        application_id=side["application.loan"],
        outcome=Outcome.AWARD,
        instrument=Instrument.ADVANCE,
        amount=Amount(900_000),
        envelope_id=envelope.id,
    )
    one = deliberate(
        session,
        sitting.id,
        number=f"{side.name}-avance",
        object=f"Avance à {side.name}",
        vote=VOTE,
        items=[item],
        **by,
    )
    announce_results(session, one.id, **by)
    reader = acting_as(session, side.people["representative"])
    acknowledge(session, side["application.loan"], one.id, actor=reader, now=NOW)
    loan = session.scalars(select(Decision.id).where(Decision.deliberation_id == one.id)).one()
    terms = Terms(first_on=date(2019, 1, 31), parts=3, every_months=3)
    finance = acting_as(session, side.people["finance"])
    parts = services.plan_repayment(session, loan, terms, actor=finance, now=NOW)
    side.objects |= {"decision.loan": loan, "part": parts[0].id}
