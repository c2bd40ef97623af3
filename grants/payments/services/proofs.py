"""What proves a condition by itself: the day of a signature, or of a report's acceptance."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grants.agreements.models import AgreementSignature
from grants.agreements.queries import signed_for
from grants.followup.queries import accepted_for
from grants.kernel.clock import paris_date
from grants.payments.models import ConditionKind


def agreement_signed(session: Session, decision_id: UUID) -> date | None:
    """The day the last side signed the agreement of an award, or it came into force."""
    act = signed_for(session, decision_id)
    if act is None:
        return None
    last = session.scalar(
        select(func.max(AgreementSignature.signed_at)).where(AgreementSignature.act_id == act.id)
    )
    return act.in_force_on or (paris_date(last) if last else None)


def report_accepted(session: Session, decision_id: UUID) -> date | None:
    """The day the report of an award was accepted."""
    report = accepted_for(session, decision_id)
    return paris_date(report.ruled_at) if report is not None and report.ruled_at else None


PROOFS: Mapping[ConditionKind, Callable[[Session, UUID], date | None]] = {
    ConditionKind.AGREEMENT: agreement_signed,
    ConditionKind.REPORT: report_accepted,
}
"""From the award's `decision.id` to the day; one line each."""
