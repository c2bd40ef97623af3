"""Financial reports, for those who write them and those who rule on them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from grants.applications.models import Application
from grants.applications.rules import is_author_side
from grants.decisions.models import Decision, Deliberation
from grants.decisions.queries.standing import taken_note
from grants.followup import rules
from grants.followup.models import FinancialReport, ReportFile, ReportState
from grants.kernel.access import Actor, Rule
from grants.kernel.errors import Unknown


def accepted_for(session: Session, decision_id: UUID) -> FinancialReport | None:
    """The report of an award once it is accepted, or None. For services: no viewer."""
    return session.scalar(
        select(FinancialReport).where(
            FinancialReport.decision_id == decision_id,
            FinancialReport.state == ReportState.ACCEPTED,
        )
    )


def of_application(
    session: Session, application_id: UUID, *, viewer: Actor
) -> Sequence[FinancialReport]:
    """The reports that an applicant owes, once they took note of the award; first due first."""
    return session.scalars(
        _own(viewer)
        .where(FinancialReport.application_id == application_id)
        .order_by(FinancialReport.due_on, FinancialReport.id)
    ).all()


def own(session: Session, report_id: UUID, *, viewer: Actor) -> FinancialReport:
    """One report for its writers, with its files.

    Raises:
        Unknown: there is none on the viewer's side.
    """
    return _one(session, _own(viewer).where(FinancialReport.id == report_id))


def locked_own(session: Session, report_id: UUID, rule: Rule, *, viewer: Actor) -> FinancialReport:
    """The same under a rule about its application, locked.

    Raises:
        Unknown: there is none on the viewer's side.
        Forbidden: the viewer is on that side, and may not do this.
    """
    statement = _own(viewer).where(FinancialReport.id == report_id)
    found = _one(session, statement.with_for_update(of=FinancialReport))
    rule.require(viewer, found.application)
    return found


def report(session: Session, report_id: UUID, *, viewer: Actor) -> FinancialReport:
    """One report for the officers of its funder, with its files.

    Raises:
        Unknown: there is none that the viewer may read.
    """
    return _one(
        session,
        _about().where(FinancialReport.id == report_id, rules.can_read_report.where(viewer)),
    )


def locked_report(session: Session, report_id: UUID, *, viewer: Actor) -> FinancialReport:
    """The same for who rules on it, locked.

    Raises:
        Unknown: there is none that the viewer may rule on.
    """
    statement = _about().where(FinancialReport.id == report_id, rules.may_rule.where(viewer))
    return _one(session, statement.with_for_update(of=FinancialReport))


def reports(*, viewer: Actor, states: Sequence[ReportState] = ()) -> Any:
    """The reports to the viewer's authorities, the first due first; to be paged."""
    statement = _about().where(rules.can_read_report.where(viewer))
    if states:
        statement = statement.where(FinancialReport.state.in_(states))
    return statement.order_by(FinancialReport.due_on, FinancialReport.id)


def report_file(session: Session, file_id: UUID, *, viewer: Actor) -> ReportFile:
    """A document of a report that the viewer may read, on either side.

    Raises:
        Unknown: there is none.
    """
    found = session.scalar(
        select(ReportFile)
        .join(FinancialReport, FinancialReport.id == ReportFile.report_id)
        .join(Application, Application.id == FinancialReport.application_id)
        .where(
            ReportFile.id == file_id,
            rules.can_read_report.where(viewer) | is_author_side.where(viewer),
        )
        .options(joinedload(ReportFile.stored_file))
    )
    if found is None:
        raise Unknown
    return found


def _about() -> Any:
    return (
        select(FinancialReport)
        .join(FinancialReport.application)
        .join(FinancialReport.decision)
        .join(Decision.deliberation)
        .options(
            contains_eager(FinancialReport.application).options(
                joinedload(Application.organisation),
                joinedload(Application.author),
                joinedload(Application.call),
                joinedload(Application.revision),
            ),
            contains_eager(FinancialReport.decision)
            .contains_eager(Decision.deliberation)
            .joinedload(Deliberation.funder),
            selectinload(FinancialReport.files).joinedload(ReportFile.stored_file),
        )
    )


def _own(viewer: Actor) -> Any:
    read = (Deliberation.announced_at.is_not(None), taken_note())
    return _about().where(is_author_side.where(viewer), *read)


def _one(session: Session, statement: Any) -> FinancialReport:
    found: FinancialReport | None = session.scalar(
        statement.execution_options(populate_existing=True)
    )
    if found is None:
        raise Unknown
    return found
