"""Remind what falls due: a report a month before, a part of an advance a fortnight before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from grants.decisions.models import Decision, Deliberation
from grants.followup.models import (
    AdvancePart,
    DueReminder,
    FinancialReport,
    PartState,
    Reminded,
    ReportState,
)
from grants.kernel.access import SYSTEM
from grants.kernel.clock import paris_date
from grants.kernel.identity import new_id
from grants.outbox.services import announce

REPORT_DAYS: Mapping[Reminded, int] = {Reminded.BEFORE: -30, Reminded.DUE: 0, Reminded.LATE: 15}
ADVANCE_DAYS: Mapping[Reminded, int] = {Reminded.BEFORE: -15, Reminded.DUE: 0, Reminded.LATE: 8}
"""Days from the day that something is due to that of each reminder."""
BATCH = 500


def occasion(due: date, today: date, days: Mapping[Reminded, int]) -> Reminded | None:
    """The latest occasion that has come; None before the first. Pure."""
    come = [one for one, shift in days.items() if due + timedelta(days=shift) <= today]
    return come[-1] if come else None


def remind_due(session: Session, *, now: datetime) -> int:
    """Remind every report and part of an advance whose occasion has come, once each.

    Returns how many. What came due long ago is reminded once, as late. Announces
    `report.reminded` and `advance.reminded`, which are mailed.
    """
    today = paris_date(now)
    owed = (
        ("report.reminded", "report", _reports(today), REPORT_DAYS),
        ("advance.reminded", "part", _parts(today), ADVANCE_DAYS),
    )
    count = 0
    for kind, name, statement, days in owed:
        for row in session.execute(statement.limit(BATCH)):
            which = occasion(row.due_on, today, days)
            if which is None or not _first_time(session, row.id, which, row.due_on, now):
                continue
            announce(
                session,
                kind,
                by=SYSTEM,
                at=now,
                funder=row.funder_id,
                subject=row.application_id,
                occasion=which.value,
                **{name: str(row.id)},
            )
            count += 1
    return count


def _reports(today: date) -> Any:
    return _owed(
        FinancialReport,
        FinancialReport.state.in_([ReportState.EXPECTED, ReportState.RETURNED]),
        today + timedelta(days=-REPORT_DAYS[Reminded.BEFORE]),
        REPORT_DAYS,
        today,
    )


def _parts(today: date) -> Any:
    return _owed(
        AdvancePart,
        AdvancePart.state.in_([PartState.PLANNED, PartState.ASKED]),
        today + timedelta(days=-ADVANCE_DAYS[Reminded.BEFORE]),
        ADVANCE_DAYS,
        today,
    )


def _owed(table: Any, is_open: Any, last: date, days: Mapping[Reminded, int], today: date) -> Any:
    """What is due by `last` and was not reminded of its latest occasion."""
    late = today - timedelta(days=days[Reminded.LATE])
    told = select(DueReminder.id).where(
        DueReminder.subject_id == table.id,
        DueReminder.due_on == table.due_on,
        (DueReminder.occasion == Reminded.LATE)
        | ((table.due_on > late) & (DueReminder.occasion == Reminded.DUE))
        | ((table.due_on > today) & (DueReminder.occasion == Reminded.BEFORE)),
    )
    return (
        select(table.id, table.due_on, table.funder_id, table.application_id)
        .join(Decision, Decision.id == table.decision_id)
        .join(Deliberation, Deliberation.id == Decision.deliberation_id)
        .where(
            is_open,
            table.due_on <= last,
            Deliberation.announced_at.is_not(None),
            ~told.exists(),
        )
        .order_by(table.due_on, table.id)
    )


def _first_time(
    session: Session, subject_id: UUID, which: Reminded, due: date, now: datetime
) -> bool:
    noted = insert(DueReminder).values(
        id=new_id(), subject_id=subject_id, occasion=which, due_on=due, sent_at=now
    )
    return session.scalar(noted.on_conflict_do_nothing().returning(DueReminder.id)) is not None
