"""What goes with an award follows what is left of it: its agreement, the report that it owes."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.agreements import queries as agreements
from grants.agreements import services as binding
from grants.agreements.models import ActState, Agreement
from grants.followup import services as followup
from grants.followup.models import FinancialReport, ReportState
from grants.kernel.access import Actor
from grants.kernel.money import Amount, Unit
from grants.withdrawals import queries
from grants.withdrawals.journal import reason_of
from grants.withdrawals.models import Withdrawal, WithdrawalState

OWED = (ReportState.EXPECTED, ReportState.RETURNED)
MARKS = {Unit.EUR: "€", Unit.SQUARE_METRE: "m²", Unit.HOUR: "heures"}


def follow(
    session: Session, row: Withdrawal, given: Amount, unit: Unit, *, actor: Actor, now: datetime
) -> None:
    """End or amend the agreement of an award that was just withdrawn; ask no report of nothing.

    Withdrawn whole: its agreement ends, and the report that it owed is asked no more, so that
    reminders and calendars stop. In part: an amendment is drafted to what is left, to be read,
    sent and signed; the original amount stays. Locks the agreement, the report.
    """
    left = given - sum(
        one.decided_amount or 0
        for one in queries.of_decision(session, row.decision_id)
        if one.state is WithdrawalState.EFFECTIVE
    )
    on = row.executory_on
    if on is None:
        raise ValueError(f"withdrawal {row.id} is not carried out")
    if left > 0:
        _amend(session, row, Amount(left), unit, actor=actor, now=now)
        return
    binding.end(session, row.decision_id, on=on, act=row.act, actor=actor, now=now)
    for report_id in _reports_owed(session, row.decision_id):
        followup.excuse_report(
            session, report_id, reason=reason_of(row.act, row), actor=actor, now=now
        )


def _reports_owed(session: Session, decision_id: UUID) -> list[UUID]:
    owed = select(FinancialReport.id).where(
        FinancialReport.decision_id == decision_id, FinancialReport.state.in_(OWED)
    )
    return list(session.scalars(owed))


def _amend(
    session: Session, row: Withdrawal, left: Amount, unit: Unit, *, actor: Actor, now: datetime
) -> None:
    """Draft it where the agreement binds to more, and no other amendment is being written."""
    agreement_id = session.scalar(
        select(Agreement.id).where(Agreement.decision_id == row.decision_id)
    )
    if agreement_id is None:
        return
    found = agreements.agreement(session, agreement_id, viewer=actor)
    if found.acts[-1].state is not ActState.IN_FORCE or agreements.amount_in_force(found) <= left:
        return
    binding.amend(
        session,
        agreement_id,
        amount=left,
        object=f"Retrait partiel de l’aide ({row.act})",
        text=_text(found, row, left, unit),
        actor=actor,
        now=now,
    )


def _text(agreement: Agreement, row: Withdrawal, left: int, unit: Unit) -> str:
    """The words of the amendment, in French as every agreement: an officer may change them."""
    taken, whole = row.decided_amount or 0, agreement.original_amount
    return (
        f"Avenant n°\u00a0{len(agreement.acts)} à la convention {agreement.number}\n\n"
        f"Article 1. Par l’acte {row.act} du {_day(row.decided_on)}, l’aide de "
        f"{_written(whole, unit)} accordée par la délibération "
        f"{agreement.decision.deliberation.number} est retirée à hauteur de "
        f"{_written(taken, unit)}.\n\n"
        f"Article 2. Le montant de l’aide est ramené à {_written(left, unit)}.\n\n"
        "Article 3. Les autres stipulations de la convention demeurent inchangées.\n"
    )


def _written(amount: int, unit: Unit) -> str:
    whole, part = divmod(amount, unit.scale)
    digits = f"{whole:,}".replace(",", "\u202f")
    return f"{digits},{part:02d}\u00a0€" if unit is Unit.EUR else f"{digits}\u00a0{MARKS[unit]}"


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""
