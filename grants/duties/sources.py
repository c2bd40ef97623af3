"""Where each due date comes from: one statement for each kind of duty, of the same columns.

To add a kind is to add a line to `SOURCES`, and its words and page to the web.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Date, Integer, case, cast, exists, extract, func, literal, null, or_, select
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import ColumnElement

from grants.agreements.models import ActState, Agreement, AgreementAct, AgreementSignature, Side
from grants.agreements.queries import threshold_cents, year_sums
from grants.appeals.models import Appeal, AppealState
from grants.applications.models import Application
from grants.decisions.models import Decision, Deliberation, Outcome
from grants.duties.models import DutyDone
from grants.followup.models import AdvancePart, FinancialReport, PartState, ReportState
from grants.kernel.calendar import working_days_later
from grants.kernel.money import Unit
from grants.payments.models import Claim, ClaimState
from grants.people.models import AidRegime
from grants.watch.law import Watched, law
from grants.watch.models import AidRuling
from grants.watch.queries.aids import NO_AID
from grants.withdrawals.models import Withdrawal, WithdrawalState
from grants.withdrawals.queries import BACK as BACK_TO_US

PARIS = "Europe/Paris"
BACK = timedelta(days=120)
"""How far back a duty is looked for that nobody marks as done."""
MARKED_BACK = timedelta(days=366)
"""How far back one is looked for that somebody marks: late, it stays until then."""


DAYS_TO_SIGN = 60
"""Before the law gave a time to pay: about as long as it took."""


class Kind(StrEnum):
    """What falls due. Values stand in addresses."""

    REPORT = "report"
    ADVANCE = "advance"
    PAYMENT = "payment"
    AGREEMENT = "agreement"
    AMENDMENT = "amendment"
    PUBLICATION = "publication"
    AID_REGISTER = "aid_register"
    APPEAL = "appeal"
    WITHDRAWAL = "withdrawal"
    RECOVERY = "recovery"


MARKED = frozenset({Kind.PUBLICATION, Kind.AID_REGISTER})
"""What is done elsewhere: an officer says here when."""
LAW: Mapping[Kind, Watched | None] = {
    Kind.REPORT: Watched.FINANCIAL_REPORT,
    Kind.ADVANCE: None,
    Kind.PAYMENT: Watched.PAYMENT,
    Kind.AGREEMENT: Watched.AGREEMENT,
    Kind.AMENDMENT: None,
    Kind.PUBLICATION: Watched.PUBLICATION,
    Kind.AID_REGISTER: Watched.AID_REGISTER,
    Kind.APPEAL: None,
    Kind.WITHDRAWAL: None,
    Kind.RECOVERY: None,
}
"""The rule of law that a kind comes from; None for what an act or a code of its own sets."""


def reports(_today: date) -> Any:
    """Reports that beneficiaries owe: from the end of the year of use."""
    return select(
        *_columns(Kind.REPORT, FinancialReport.due_on, FinancialReport),
        FinancialReport.id.label("subject_id"),
        FinancialReport.year_ends_on.label("from_on"),
    ).where(FinancialReport.state.in_([ReportState.EXPECTED, ReportState.RETURNED]))


def advances(_today: date) -> Any:
    """Parts of advances to be repaid: by the schedule of the advance."""
    return select(
        *_columns(Kind.ADVANCE, AdvancePart.due_on, AdvancePart),
        AdvancePart.decision_id.label("subject_id"),
        cast(null(), Date).label("from_on"),
    ).where(AdvancePart.state.in_([PartState.PLANNED, PartState.ASKED]))


def payments(_today: date) -> Any:
    """Claims to pay within 60 days: the clock that the claim keeps."""
    return select(
        *_columns(Kind.PAYMENT, Claim.due_on, Claim),
        Claim.id.label("subject_id"),
        Claim.clock_from.label("from_on"),
    ).where(Claim.due_on.is_not(None), Claim.state.not_in([ClaimState.REFUSED, ClaimState.PAID]))


def agreements(today: date) -> Any:
    """Awards that want an agreement and have none in force: before the 60 days of payment end."""
    pays, year = law(Watched.PAYMENT, today), year_sums()
    signed = (
        select(Agreement.id)
        .join(AgreementAct, AgreementAct.agreement_id == Agreement.id)
        .where(Agreement.decision_id == Decision.id, AgreementAct.state == ActState.IN_FORCE)
    )
    told = _paris(Deliberation.announced_at)
    days = literal(pays.count if pays else DAYS_TO_SIGN, Integer)
    return (
        select(
            *_columns(Kind.AGREEMENT, cast(told + days, Date), Decision),
            Decision.deliberation_id.label("subject_id"),
            told.label("from_on"),
        )
        .join(Deliberation, Deliberation.id == Decision.deliberation_id)
        .join(year, year.c.decision_id == Decision.id)
        .where(
            year.c.cents > threshold_cents(today),
            Deliberation.announced_at.is_not(None),
            cast(told + days, Date) >= literal(today - BACK, Date),
            ~signed.exists(),
            _remains(),
        )
    )


def amendments(_today: date) -> Any:
    """What an amendment took off an award: to be withdrawn before the year of the act ends.

    Only within its year does a withdrawal give credits back. While one is under way, that one is
    due, not this.
    """
    last = aliased(AgreementAct)
    latest = (
        select(func.max(last.position))
        .where(last.agreement_id == Agreement.id, last.state == ActState.IN_FORCE)
        .scalar_subquery()
    )
    under_way = exists().where(
        Withdrawal.decision_id == Agreement.decision_id,
        Withdrawal.state.in_(
            [WithdrawalState.ASKED, WithdrawalState.NOTIFIED, WithdrawalState.DECIDED]
        ),
    )
    year_end = func.make_date(cast(extract("year", AgreementAct.in_force_on), Integer), 12, 31)
    return (
        select(
            *_columns(Kind.AMENDMENT, year_end, Agreement),
            Agreement.id.label("subject_id"),
            AgreementAct.in_force_on.label("from_on"),
        )
        .join(AgreementAct, AgreementAct.agreement_id == Agreement.id)
        .join(Decision, Decision.id == Agreement.decision_id)
        .where(
            AgreementAct.position == latest,
            AgreementAct.amount < Agreement.original_amount,
            Agreement.ended_on.is_(None),
            Decision.amount - _taken() > AgreementAct.amount,
            ~under_way,
        )
    )


def publications(today: date) -> Any:
    """Agreements to publish as open data: three months after the authority signed."""
    rule = law(Watched.PUBLICATION, today)
    signed = _paris(AgreementSignature.signed_at)
    due = cast(signed + func.make_interval(0, rule.count if rule else 0), Date)
    return (
        select(
            *_columns(Kind.PUBLICATION, due, Agreement),
            Agreement.decision_id.label("subject_id"),
            signed.label("from_on"),
        )
        .join(AgreementAct, AgreementAct.agreement_id == Agreement.id)
        .join(AgreementSignature, AgreementSignature.act_id == AgreementAct.id)
        .where(
            AgreementAct.position == 0,
            Agreement.ended_on.is_(None),
            AgreementSignature.side == Side.AUTHORITY,
            due >= literal(today - MARKED_BACK, Date),
            _not_done(Kind.PUBLICATION, Agreement.decision_id, Agreement.application_id),
        )
    )


def register(today: date) -> Any:
    """De minimis aid to enter in the register: 20 working days after the right was given.

    Money, and help in kind once somebody said what it is worth; shares and honours are no aid.
    """
    rule = law(Watched.AID_REGISTER, today)
    granted = Deliberation.made_executory_on
    first = max(rule.starts_on, today - MARKED_BACK) if rule else date.max
    ruled, valued = (_ruled(one) for one in (AidRuling.regime, AidRuling.value_cents))
    counted = [AidRegime.DE_MINIMIS, AidRegime.DE_MINIMIS_SIEG]
    due = _mapped(granted, _register_days(first, today, rule.count if rule else 0))
    return (
        select(
            *_columns(Kind.AID_REGISTER, due, Decision),
            Decision.deliberation_id.label("subject_id"),
            granted.label("from_on"),
        )
        .join(Deliberation, Deliberation.id == Decision.deliberation_id)
        .join(Application, Application.id == Decision.application_id)
        .where(
            Decision.outcome == Outcome.AWARD,
            Decision.instrument.not_in(NO_AID),
            or_(Decision.unit == Unit.EUR, valued > 0),
            Application.organisation_id.is_not(None),
            granted >= first,
            granted <= today,
            or_(Decision.amount.is_(None), _remains()),
            _not_done(Kind.AID_REGISTER, Decision.deliberation_id, Decision.application_id),
            func.coalesce(ruled, AidRegime.DE_MINIMIS.value).in_([one.value for one in counted]),
        )
    )


def appeals(_today: date) -> Any:
    """Appeals to answer before silence answers them."""
    return select(
        *_columns(Kind.APPEAL, Appeal.silence_on, Appeal),
        Appeal.id.label("subject_id"),
        _paris(Appeal.filed_at).label("from_on"),
    ).where(Appeal.state == AppealState.FILED)


def withdrawals(_today: date) -> Any:
    """Intended withdrawals whose beneficiary may answer until a day: then they are decided."""
    return select(
        *_columns(Kind.WITHDRAWAL, Withdrawal.observations_until, Withdrawal),
        Withdrawal.id.label("subject_id"),
        Withdrawal.notified_on.label("from_on"),
    ).where(Withdrawal.state == WithdrawalState.NOTIFIED)


def recoveries(_today: date) -> Any:
    """What is to be repaid by a day after a withdrawal, and has not all come back."""
    return select(
        *_columns(Kind.RECOVERY, Withdrawal.repay_by, Withdrawal),
        Withdrawal.id.label("subject_id"),
        Withdrawal.executory_on.label("from_on"),
    ).where(
        Withdrawal.state == WithdrawalState.EFFECTIVE,
        Withdrawal.repay_by.is_not(None),
        Withdrawal.to_claim > BACK_TO_US,
    )


SOURCES: Mapping[Kind, Callable[[date], Any]] = {
    Kind.REPORT: reports,
    Kind.ADVANCE: advances,
    Kind.PAYMENT: payments,
    Kind.AGREEMENT: agreements,
    Kind.AMENDMENT: amendments,
    Kind.PUBLICATION: publications,
    Kind.AID_REGISTER: register,
    Kind.APPEAL: appeals,
    Kind.WITHDRAWAL: withdrawals,
    Kind.RECOVERY: recoveries,
}


def _ruled(column: Any) -> Any:
    """What the latest ruling on the aid of an award says."""
    return (
        select(column)
        .where(
            AidRuling.application_id == Decision.application_id,
            AidRuling.funder_id == Decision.funder_id,
        )
        .order_by(AidRuling.ruled_at.desc(), AidRuling.id.desc())
        .limit(1)
        .scalar_subquery()
    )


def _remains() -> ColumnElement[bool]:
    """Something is left of an award: what was taken back whole asks for nothing any more."""
    found: ColumnElement[bool] = Decision.amount > _taken()
    return found


def _taken() -> Any:
    """What withdrawals took back of an award."""
    return (
        select(func.coalesce(func.sum(Withdrawal.decided_amount), 0))
        .where(
            Withdrawal.decision_id == Decision.id,
            Withdrawal.state == WithdrawalState.EFFECTIVE,
        )
        .scalar_subquery()
    )


def _not_done(kind: Kind, subject: Any, application: Any) -> ColumnElement[bool]:
    """Nobody marked it as done."""
    done = exists().where(
        DutyDone.kind == kind.value,
        DutyDone.subject_id == subject,
        DutyDone.application_id == application,
    )
    return ~done


def _register_days(first: date, last: date, count: int) -> dict[date, date]:
    """For each day from one to another, the last working day of a time that begins on it."""
    days = (first + timedelta(days=at) for at in range((last - first).days + 1))
    return {day: working_days_later(day, count) for day in days}


def _columns(kind: Kind, due: Any, table: Any) -> tuple[Any, ...]:
    """What each source gives first: the kind, the day, whose it is."""
    return (
        literal(kind.value).label("kind"),
        due.label("due_on"),
        table.application_id.label("application_id"),
        table.funder_id.label("funder_id"),
    )


def _paris(instant: Any) -> ColumnElement[date]:
    """The civil day of an instant in Paris."""
    return cast(func.timezone(PARIS, instant), Date)


def _mapped(day_of: Any, days: Mapping[date, date]) -> ColumnElement[date]:
    """Each day as the day that it leads to: working days are counted in Python, once each."""
    if not days:
        return cast(null(), Date)
    return case({day: literal(due, Date) for day, due in days.items()}, value=day_of, else_=null())
