"""What beneficiaries are told after the award: reports to send, parts of an advance to repay."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from grants.decisions.models import Decision
from grants.decisions.queries.standing import taken_note
from grants.followup.models import AdvancePart, FinancialReport, PartState, ReportState
from grants.kernel.access import OrganisationRole
from grants.kernel.clock import paris_date
from grants.notices.about import Notice, about_application, with_facts
from grants.notices.giving import Site
from grants.outbox.models import Message

DECISION_PAGE = "/dossiers/{id}/decision"
REPORT_PAGE = "/dossiers/{id}/comptes-rendus"
REPAYMENT_PAGE = "/dossiers/{id}/remboursements"
PURSE = (OrganisationRole.REPRESENTATIVE, OrganisationRole.TREASURER)
OPEN = {ReportState.EXPECTED, ReportState.RETURNED}
OWED = {PartState.PLANNED, PartState.ASKED}


def report_reminded(session: Session, message: Message, site: Site) -> Notice:
    """To the beneficiary: a report is soon due, due, or late; nobody once it was sent."""
    report = _report(session, message)
    if report.state not in OPEN:
        return Notice([])
    return _about_report(session, message, site, report)


def report_ruled(session: Session, message: Message, site: Site) -> Notice:
    """To the beneficiary: the report was accepted, or sent back and why."""
    return _about_report(session, message, site, _report(session, message))


def part_told(session: Session, message: Message, site: Site) -> Notice:
    """To the beneficiary: a part is soon due, asked, or late; nobody once it is settled."""
    part = session.scalars(
        select(AdvancePart).where(AdvancePart.id == UUID(message.payload["part"]))
    ).one()
    if part.state not in OWED:
        return Notice([])
    is_read = _is_read(session, part.decision_id)
    page = REPAYMENT_PAGE if is_read else DECISION_PAGE
    notice = about_application(session, message, site, page, PURSE)
    late, asked = part.due_on < paris_date(message.at), part.state is PartState.ASKED
    return with_facts(notice, part=part, is_late=late, is_asked=asked, is_read=is_read)


def _is_read(session: Session, decision_id: UUID) -> bool:
    """Whether the applicant took note of it: until then no mail tells what was decided."""
    read = select(Decision.id).where(Decision.id == decision_id, taken_note())
    return session.scalar(read) is not None


def _report(session: Session, message: Message) -> FinancialReport:
    return session.scalars(
        select(FinancialReport)
        .where(FinancialReport.id == UUID(message.payload["report"]))
        .options(joinedload(FinancialReport.decision).joinedload(Decision.funder))
    ).one()


def _about_report(
    session: Session, message: Message, site: Site, report: FinancialReport
) -> Notice:
    is_read = _is_read(session, report.decision_id)
    notice = about_application(session, message, site, REPORT_PAGE if is_read else DECISION_PAGE)
    return with_facts(
        notice,
        is_read=is_read,
        report=report,
        funder=report.decision.funder,
        is_late=report.due_on < paris_date(message.at),
        is_accepted=report.state is ReportState.ACCEPTED,
    )
