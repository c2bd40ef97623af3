"""A withdrawal begins: announced by the authority, judged by a court, or asked by who gives up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.applications import queries as applications
from grants.applications.rules import may_submit
from grants.decisions.models import Decision, Instrument
from grants.decisions.queries import announced_for
from grants.decisions.rules import RECORDERS
from grants.kernel.access import Actor
from grants.kernel.clock import paris_date
from grants.kernel.errors import Forbidden, Refused, Unknown
from grants.kernel.identity import new_id
from grants.kernel.money import Amount
from grants.payments import queries as payments
from grants.withdrawals import queries
from grants.withdrawals.models import UNHEARD, Reason, Withdrawal, WithdrawalState
from grants.withdrawals.services.telling import tell

DAYS_TO_OBSERVE = 15
"""The shortest time to answer an intended withdrawal; what is called reasonable (CRPA L122-1)."""


@dataclass(frozen=True)
class Intent:
    """What the authority means to take back, and why; `until`: the last day to answer.

    `period`, `breach_on`, `planned` and `spent` say what the amount was worked out from.
    """

    reason: Reason
    grounds: str
    amount: Amount
    until: date
    period: tuple[date, date] | None = None
    breach_on: date | None = None
    planned: Amount | None = None
    spent: Amount | None = None


def notify(
    session: Session, decision_id: UUID, intent: Intent, *, actor: Actor, now: datetime
) -> Withdrawal:
    """Tell the beneficiary that an award is about to be withdrawn, why, and how much of it.

    The contradictory procedure begins (CRPA L121-1, L122-1; décret 2021-1947, art. 5): the
    beneficiary has until `until`, fifteen days at least. Nothing moves in the ledger. Locks the
    award. Announces `withdrawal.notified`, on which the beneficiary is written to.

    Raises:
        Unknown: there is no such award that the actor may read.
        Forbidden: the actor is not an officer of its funder.
        Refused: `withdrawal.grounds_missing`, `withdrawal.breach_missing`,
            `withdrawal.too_short` with the `earliest_on`, `withdrawal.under_way`,
            `withdrawal.not_committed`, `withdrawal.beyond_award` with what is `available`.
    """
    if intent.reason in UNHEARD:
        raise ValueError(f"{intent.reason} is not announced")
    decision = _award(session, decision_id, actor)
    today = paris_date(now)
    earliest = today + timedelta(days=DAYS_TO_OBSERVE)
    if intent.until < earliest:
        raise Refused("withdrawal.too_short", field="until", earliest_on=earliest)
    if intent.reason is Reason.REPUBLICAN_CONTRACT and intent.breach_on is None:
        raise Refused("withdrawal.breach_missing", field="breach_on")
    _require_possible(session, decision, intent.amount)
    starts, ends = intent.period or (None, None)
    row = _opened(
        session,
        decision,
        state=WithdrawalState.NOTIFIED,
        reason=intent.reason,
        grounds=_told(intent.grounds),
        amount=intent.amount,
        period_from=starts,
        period_until=ends,
        breach_on=intent.breach_on,
        planned=intent.planned,
        spent=intent.spent,
        notified_on=today,
        observations_until=intent.until,
        started_by=actor.id,
        started_at=now,
    )
    tell(session, "notified", row, actor=actor, now=now)
    return row


def record_judgment(
    session: Session,
    decision_id: UUID,
    *,
    act: str,
    on: date,
    grounds: str,
    amount: Amount | None = None,
    actor: Actor,
    now: datetime,
) -> Withdrawal:
    """Note that a court annulled an award that was executory, all of it or an `amount`.

    Nobody is heard again: the court was. Locks the award. Announces `withdrawal.decided`.

    Raises:
        Unknown, Forbidden: see `notify`.
        Refused: `withdrawal.grounds_missing`, `withdrawal.act_missing`,
            `withdrawal.day_to_come`, `withdrawal.under_way`, `withdrawal.not_committed`.
    """
    decision = _award(session, decision_id, actor)
    if not act.strip():
        raise Refused("withdrawal.act_missing", field="act")
    if on > paris_date(now):
        raise Refused("withdrawal.day_to_come", field="decided_on")
    worth = amount or Amount(queries.standing(session, decision.id).worth)
    _require_possible(session, decision, worth)
    row = _opened(
        session,
        decision,
        state=WithdrawalState.DECIDED,
        reason=Reason.ANNULLED,
        grounds=_told(grounds),
        amount=worth,
        act=act.strip(),
        decided_on=on,
        decided_amount=worth,
        motives=grounds.strip(),
        decided_by=actor.id,
        decided_at=now,
        started_by=actor.id,
        started_at=now,
    )
    tell(session, "decided", row, actor=actor, now=now)
    return row


def give_up(
    session: Session,
    decision_id: UUID,
    *,
    grounds: str,
    keep_paid: bool = False,
    actor: Actor,
    now: datetime,
) -> Withdrawal:
    """Give up an award, all of it or what is not paid yet (`keep_paid`): an officer accepts.

    Locks the award. Announces `withdrawal.asked`, on which the officers are told. Asking twice
    is asking once.

    Raises:
        Unknown: not the actor's award, or nobody took note of it yet.
        Forbidden: the actor does not sign for the applicant.
        Refused: `withdrawal.grounds_missing`, `withdrawal.under_way`,
            `withdrawal.not_committed`, `withdrawal.nothing_left`.
    """
    decision = _own_award(session, decision_id, actor)
    known = queries.open_for(session, decision.id)
    if known is not None and known.state is WithdrawalState.ASKED:
        return known
    stands = queries.standing(session, decision.id)
    amount = Amount(stands.committed if keep_paid else stands.worth)
    if keep_paid and stands.worth and not amount:
        raise Refused("withdrawal.nothing_left", field="keep_paid")
    _require_possible(session, decision, amount)
    row = _opened(
        session,
        decision,
        state=WithdrawalState.ASKED,
        reason=Reason.GIVEN_UP,
        grounds=_told(grounds),
        amount=amount,
        started_by=actor.id,
        started_at=now,
    )
    tell(session, "asked", row, actor=actor, now=now)
    return row


def _told(grounds: str) -> str:
    if not grounds.strip():
        raise Refused("withdrawal.grounds_missing", field="grounds")
    return grounds.strip()


def _award(session: Session, decision_id: UUID, actor: Actor) -> Decision:
    decision = payments.award(session, decision_id, viewer=actor, lock=True)
    if decision.funder_id not in actor.funders_as(*RECORDERS):
        raise Forbidden
    return decision


def _own_award(session: Session, decision_id: UUID, actor: Actor) -> Decision:
    """An award that its applicant took note of, locked, for whoever signs for them."""
    decision = session.scalar(
        select(Decision).where(Decision.id == decision_id).with_for_update(key_share=True)
    )
    if decision is None or decision.amount is None:
        raise Unknown
    application = applications.own(session, decision.application_id, actor)
    told = announced_for(session, decision.application_id)
    if not any(one.deliberation.id == decision.deliberation_id and one.read_at for one in told):
        raise Unknown
    if not may_submit.holds(actor, application):
        raise Forbidden
    return decision


def _require_possible(session: Session, decision: Decision, amount: int) -> None:
    """Stop on an award that is not committed, withdrawn already, or worth less than that."""
    if queries.open_for(session, decision.id) is not None:
        raise Refused("withdrawal.under_way")
    stands = queries.standing(session, decision.id)
    if not stands.worth:
        gone = stands.claimed or stands.recovered or queries.of_decision(session, decision.id)
        raise Refused("withdrawal.nothing_left" if gone else "withdrawal.not_committed")
    if not 0 < amount <= stands.worth:
        unit = decision.unit
        raise Refused("withdrawal.beyond_award", field="amount", unit=unit, available=stands.worth)
    if decision.instrument is Instrument.ADVANCE and amount > stands.committed + stands.ordered:
        raise Refused("withdrawal.advance_has_schedule", field="amount")


def _opened(session: Session, decision: Decision, **facts: Any) -> Withdrawal:
    row = Withdrawal(
        id=new_id(),
        decision_id=decision.id,
        application_id=decision.application_id,
        funder_id=decision.funder_id,
        **facts,
    )
    session.add(row)
    session.flush()
    return row
