"""The act is executory, or a beneficiary's giving up accepted: what it does to the money."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from grants.applications import services as applications
from grants.applications.lifecycle import LIFECYCLE as APPLICATION
from grants.kernel.access import SYSTEM, Actor
from grants.kernel.calendar import months_later
from grants.kernel.clock import paris_date
from grants.kernel.errors import Refused
from grants.kernel.money import Amount, Unit
from grants.ledger import services as ledger
from grants.ledger.services import Movement
from grants.payments import queries as payments
from grants.payments import services as paying
from grants.withdrawals import queries
from grants.withdrawals.journal import reason_of
from grants.withdrawals.lifecycle import LIFECYCLE
from grants.withdrawals.models import Reason, Withdrawal
from grants.withdrawals.queries import Part
from grants.withdrawals.services.following import follow
from grants.withdrawals.services.telling import tell

MONTHS_TO_REPAY = 6
"""The longest time to repay after a breach of the contract (décret 2021-1947, art. 5)."""


def carry_out(
    session: Session,
    withdrawal_id: UUID,
    *,
    on: date,
    repay_by: date | None = None,
    actor: Actor,
    now: datetime,
) -> Withdrawal:
    """Note that the act that withdraws is executory: what is not paid is cancelled.

    Its credits are available again, of the running year; what was paid waits for finance to ask
    it back. Instalments are closed, the last ones first, with the claims that wait for them; its
    agreement ends or is amended (`following.follow`); the application is closed once nothing is
    left to pay. Locks the withdrawal, the award, claims, the application, the agreement, then (in
    the ledger) the accounts. Announces `withdrawal.carried_out`. Twice is once.

    Raises:
        Unknown: there is none that the actor may read.
        Forbidden: the actor does not withdraw awards of the funder.
        Refused: `withdrawal.carry_out.from_<state>`, `withdrawal.order_waits` with its number,
            `withdrawal.before_decision`, `withdrawal.day_to_come`, `withdrawal.repay_too_late`,
            `withdrawal.beyond_award`; what the ledger refuses.
    """
    row = queries.locked(session, withdrawal_id, actor=actor)
    if row.booked_at is not None:
        return row
    if on > paris_date(now):
        raise Refused("withdrawal.day_to_come", field="executory_on")
    if row.decided_on is not None and on < row.decided_on:
        raise Refused("withdrawal.before_decision", field="executory_on", decided_on=row.decided_on)
    last = months_later(on, MONTHS_TO_REPAY)
    if row.reason is Reason.REPUBLICAN_CONTRACT and repay_by is not None and repay_by > last:
        raise Refused("withdrawal.repay_too_late", field="repay_by", until_on=last)
    row.repay_by = repay_by
    return _take(session, row, "carry_out", row.decided_amount, on, actor=actor, now=now)


def accept(
    session: Session, withdrawal_id: UUID, *, act: str, actor: Actor, now: datetime
) -> Withdrawal:
    """Take note that a beneficiary gives up an award: it is withdrawn at once.

    `act` names what takes note of it. What `carry_out` does to the money, with its locks. Announces
    `withdrawal.carried_out`. Twice is once.

    Raises:
        Unknown, Forbidden: see `carry_out`.
        Refused: `withdrawal.act_missing`, `withdrawal.accept.from_<state>`, and what
            `carry_out` refuses of the money.
    """
    row = queries.locked(session, withdrawal_id, actor=actor)
    if row.booked_at is not None:
        return row
    if not act.strip():
        raise Refused("withdrawal.act_missing", field="act")
    today = paris_date(now)
    row.act, row.motives, row.decided_on = act.strip(), row.grounds, today
    row.decided_amount, row.decided_by, row.decided_at = row.amount, actor.id, now
    return _take(session, row, "accept", row.amount, today, actor=actor, now=now)


def _take(
    session: Session,
    row: Withdrawal,
    transition: str,
    amount: Amount | None,
    on: date,
    *,
    actor: Actor,
    now: datetime,
) -> Withdrawal:
    """Take that much, by a transition: everything is read before the row changes."""
    decision = payments.award(session, row.decision_id, viewer=actor, lock=True)
    _require_still_there(session, row, amount or Amount(0))
    found = queries.effect(session, decision.id, amount or 0)
    LIFECYCLE.move(row, transition, actor=actor, now=now)
    row.executory_on, row.booked_by, row.booked_at = on, actor.id, now
    row.cancelled, row.to_claim = Amount(found.cancelled), Amount(found.claimed)
    session.flush()
    paying.cut_instalments(
        session, decision.id, found.cancelled, reason=row.act, actor=actor, now=now
    )
    state = decision.application.state
    if state in APPLICATION["end_award"].sources and payments.all_is_paid(
        session, row.application_id
    ):
        applications.move(session, row.application_id, "end_award", actor=actor, now=now)
    follow(
        session,
        row,
        decision.amount or Amount(0),
        decision.unit or Unit.EUR,
        actor=actor,
        now=now,
    )
    tell(session, "carried_out", row, actor=actor, now=now)
    # Last: what the ledger locks, others wait for.
    for part in found.parts:
        if part.operation != "claim_back":
            _book(session, row, part, on, actor=actor, now=now)
    return row


def _require_still_there(session: Session, row: Withdrawal, amount: int) -> None:
    waits = payments.open_order_of(session, row.decision_id)
    if waits is not None:
        raise Refused("withdrawal.order_waits", number=waits)
    stands = queries.standing(session, row.decision_id)
    if amount > stands.worth:
        unit = row.decision.unit
        raise Refused("withdrawal.beyond_award", field="amount", unit=unit, available=stands.worth)


def _book(
    session: Session, row: Withdrawal, part: Part, on: date, *, actor: Actor, now: datetime
) -> None:
    """One movement. Credits drawn into a year go back by the software: the act asks for it."""
    ledger.book(
        session,
        part.operation,
        [
            Movement(
                part.place.id,
                part.amount,
                row.decision_id,
                part.to.id if part.to else None,
            )
        ],
        key=f"withdrawal:{row.id}:{part.operation}:{part.place.id}",
        on=on,
        reason=reason_of(row.act, row),
        actor=SYSTEM if part.operation == "return_credits" else actor,
        now=now,
    )
