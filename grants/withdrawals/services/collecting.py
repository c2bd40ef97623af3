"""What was paid is asked back under a number, and comes back in one part or in several."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.kernel.access import Actor
from grants.kernel.clock import paris_date
from grants.kernel.errors import Refused
from grants.kernel.identity import new_id
from grants.kernel.money import Amount
from grants.ledger import queries as balances
from grants.ledger import services as ledger
from grants.ledger.operations import Stage
from grants.ledger.services import Movement
from grants.withdrawals import queries
from grants.withdrawals.journal import reason_of
from grants.withdrawals.models import Recovery, Withdrawal, WithdrawalState
from grants.withdrawals.services.telling import tell


def ask_back(
    session: Session, withdrawal_id: UUID, *, title: str, on: date, actor: Actor, now: datetime
) -> Withdrawal:
    """Ask back what was paid of a withdrawn award: `title` numbers the titre de recettes.

    A closed year takes the claim, and gives no credit back. Locks the withdrawal, then (in the
    ledger) the accounts. Announces `withdrawal.claimed`, on which the beneficiary is told. The
    same number again changes nothing.

    Raises:
        Unknown: there is none that the actor may read.
        Forbidden: the actor does not ask the funder's money back.
        Refused: `withdrawal.nothing_to_claim`, `withdrawal.title_missing`,
            `withdrawal.claimed_already`, `withdrawal.day_to_come`,
            `withdrawal.before_executory`; `ledger.exceeds_paid`.
    """
    row = queries.locked(session, withdrawal_id, actor=actor, collecting=True)
    if row.title and row.title == title.strip():
        return row
    _require_claimable(row, title, on, now)
    row.title, row.claimed_on, row.claimed_by = title.strip(), on, actor.id
    session.flush()
    tell(session, "claimed", row, actor=actor, now=now)
    # Last: what the ledger locks, others wait for.
    for part in queries.claims(session, row.decision_id, row.to_claim):
        moved = Movement(part.place.id, part.amount, row.decision_id)
        _book(session, row, "claim_back", moved, row.id, on=on, actor=actor, now=now)
    return row


def recover(
    session: Session,
    withdrawal_id: UUID,
    *,
    amount: Amount,
    on: date,
    reference: str = "",
    recovery_id: UUID | None = None,
    actor: Actor,
    now: datetime,
) -> Recovery:
    """Note that a part of what was asked back was received.

    `recovery_id` names the part: under the same one twice is once. Locks the withdrawal, then
    (in the ledger) the accounts. Announces `withdrawal.recovered`.

    Raises:
        Unknown: there is none that the actor may read.
        Forbidden: the actor does not ask the funder's money back.
        Refused: `withdrawal.not_claimed`, `withdrawal.beyond_claim` with what is `available`,
            `withdrawal.day_to_come`, `withdrawal.before_claim`.
    """
    row = queries.locked(session, withdrawal_id, actor=actor, collecting=True)
    recovery_id = recovery_id or new_id()
    if known := session.scalar(
        select(Recovery).where(Recovery.id == recovery_id, Recovery.withdrawal_id == row.id)
    ):
        return known
    _require_recoverable(session, row, amount, on, now)
    kept = Recovery(
        id=recovery_id,
        withdrawal_id=row.id,
        amount=amount,
        received_on=on,
        reference=reference.strip(),
        noted_by=actor.id,
        noted_at=now,
    )
    session.add(kept)
    session.flush()
    tell(session, "recovered", row, actor=actor, now=now)
    held = balances.award_envelopes(session, [row.decision_id])[row.decision_id]
    left: int = amount
    for envelope_id in sorted(held):
        part = min(left, held[envelope_id].get(Stage.CLAIMED, 0))
        if part:
            moved = Movement(envelope_id, part, row.decision_id)
            _book(session, row, "recover", moved, kept.id, on=on, actor=actor, now=now)
            left -= part
    return kept


def _require_claimable(row: Withdrawal, title: str, on: date, now: datetime) -> None:
    if row.state is not WithdrawalState.EFFECTIVE or not row.to_claim:
        raise Refused("withdrawal.nothing_to_claim")
    if row.title:
        raise Refused("withdrawal.claimed_already", title=row.title, claimed_on=row.claimed_on)
    if not title.strip():
        raise Refused("withdrawal.title_missing", field="title")
    if on > paris_date(now):
        raise Refused("withdrawal.day_to_come", field="claimed_on")
    if row.executory_on is not None and on < row.executory_on:
        raise Refused(
            "withdrawal.before_executory", field="claimed_on", executory_on=row.executory_on
        )


def _require_recoverable(
    session: Session, row: Withdrawal, amount: int, on: date, now: datetime
) -> None:
    if row.claimed_on is None:
        raise Refused("withdrawal.not_claimed")
    left = row.to_claim - queries.recovered(session, row.id)
    if not 0 < amount <= left:
        raise Refused(
            "withdrawal.beyond_claim", field="amount", unit=row.decision.unit, available=left
        )
    if on > paris_date(now):
        raise Refused("withdrawal.day_to_come", field="received_on")
    if on < row.claimed_on:
        raise Refused("withdrawal.before_claim", field="received_on", claimed_on=row.claimed_on)


def _book(
    session: Session,
    row: Withdrawal,
    operation: str,
    moved: Movement,
    about: UUID,
    *,
    on: date,
    actor: Actor,
    now: datetime,
) -> None:
    """One movement, once for what it is about: the withdrawal, or one part that came back."""
    ledger.book(
        session,
        operation,
        [moved],
        key=f"withdrawal:{about}:{operation}:{moved.envelope_id}",
        on=on,
        reason=reason_of(row.title, row),
        actor=actor,
        now=now,
    )
