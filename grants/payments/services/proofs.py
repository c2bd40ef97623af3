"""What proves a condition by itself: the day of a signature, or of a report's acceptance."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grants.agreements.models import ActState, Agreement, AgreementAct, AgreementSignature
from grants.agreements.queries import must_sign, signed_for
from grants.followup.queries import accepted_for
from grants.kernel.clock import paris_date
from grants.kernel.money import Amount
from grants.payments.models import (
    Claim,
    ClaimState,
    ConditionKind,
    Instalment,
    InstalmentCondition,
)
from grants.people.legal_forms import Family, legal_form


def agreement_signed(session: Session, decision_id: UUID) -> date | None:
    """The day the last side signed the agreement of an award, or it came into force."""
    act = signed_for(session, decision_id)
    if act is None:
        return None
    last = session.scalar(
        select(func.max(AgreementSignature.signed_at)).where(AgreementSignature.act_id == act.id)
    )
    return act.in_force_on or (paris_date(last) if last else None)


def lacks_agreement(session: Session, claim: Claim, *, on: date) -> bool:
    """Whether the law wants an agreement that nobody signed, whatever was planned.

    A body of private law and its authority sign one beyond the year's threshold (loi 2000-321,
    art. 10), the accounting officer asks for it (CGCT, annexe I, rubrique 72). One signed
    elsewhere is known by its condition, met on any instalment of the award.
    """
    decision = claim.instalment.decision
    body = decision.application.organisation
    if body is None or legal_form(body.legal_form, body.legal_label).family is Family.PUBLIC:
        return False
    if not must_sign(session, decision.id, on=on) or agreement_signed(session, decision.id):
        return False
    seen = (
        select(InstalmentCondition.id)
        .join(Instalment, Instalment.id == InstalmentCondition.instalment_id)
        .where(
            Instalment.decision_id == decision.id,
            InstalmentCondition.kind == ConditionKind.AGREEMENT,
            InstalmentCondition.met_on.is_not(None),
        )
    )
    return session.scalar(seen.limit(1)) is None


def beyond_agreement(session: Session, claim: Claim) -> Amount | None:
    """What the agreement as last amended lets be paid, when a claim would go beyond; else None.

    Counted with the other claims of the award that were certified. The award stays what it was:
    what an amendment takes off it is given up, which shortens its last instalments.
    """
    part = claim.instalment
    agreed = session.scalar(
        select(AgreementAct.amount)
        .join(Agreement, Agreement.id == AgreementAct.agreement_id)
        .where(Agreement.decision_id == part.decision_id, AgreementAct.state == ActState.IN_FORCE)
        .order_by(AgreementAct.position.desc())
        .limit(1)
    )
    if agreed is None:
        return None
    due = session.scalar(
        select(func.sum(Instalment.amount - Instalment.cut))
        .join(Claim, Claim.instalment_id == Instalment.id)
        .where(
            Instalment.decision_id == part.decision_id,
            Claim.id != claim.id,
            Claim.state.in_((ClaimState.CERTIFIED, ClaimState.ORDERED, ClaimState.PAID)),
        )
    )
    return Amount(agreed) if int(due or 0) + part.payable > agreed else None


def report_accepted(session: Session, decision_id: UUID) -> date | None:
    """The day the report of an award was accepted."""
    report = accepted_for(session, decision_id)
    return paris_date(report.ruled_at) if report is not None and report.ruled_at else None


PROOFS: Mapping[ConditionKind, Callable[[Session, UUID], date | None]] = {
    ConditionKind.AGREEMENT: agreement_signed,
    ConditionKind.REPORT: report_accepted,
}
"""From the award's `decision.id` to the day; one line each."""
