"""The decision with its reasons, never before the beneficiary could answer; or none at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from grants.kernel.access import Actor
from grants.kernel.calendar import months_later
from grants.kernel.clock import paris_date
from grants.kernel.errors import Refused
from grants.kernel.money import Amount
from grants.withdrawals import queries
from grants.withdrawals.lifecycle import LIFECYCLE
from grants.withdrawals.models import Reason, Withdrawal
from grants.withdrawals.services.telling import tell

MONTHS_FOR_ERROR = 4
"""An award made in error is withdrawn within four months of its vote (CRPA L242-1)."""


@dataclass(frozen=True)
class Ruling:
    """The act that withdraws: its number, its day, how much, and the reasons (CRPA L211-2)."""

    act: str
    on: date
    amount: Amount
    motives: str


def decide(
    session: Session, withdrawal_id: UUID, ruling: Ruling, *, actor: Actor, now: datetime
) -> Withdrawal:
    """Decide a withdrawal, of no more than was announced. Nothing moves in the ledger yet.

    Locks the withdrawal. Announces `withdrawal.decided`, on which the beneficiary is told.

    Raises:
        Unknown: there is none that the actor may read.
        Forbidden: the actor does not withdraw awards of the funder.
        Refused: `withdrawal.act_missing`, `withdrawal.motives_missing`,
            `withdrawal.day_to_come`, `withdrawal.too_early` with `until_on`: nobody answered
            and they still may; `withdrawal.not_heard`; `withdrawal.beyond_announced`;
            `withdrawal.too_late_for_error`; `withdrawal.decide.from_<state>`.
    """
    row = queries.locked(session, withdrawal_id, actor=actor)
    LIFECYCLE.move(row, "decide", actor=actor, now=now)
    _require_words(ruling)
    if ruling.on > paris_date(now):
        raise Refused("withdrawal.day_to_come", field="decided_on")
    _require_heard(row, ruling.on)
    if not 0 < ruling.amount <= row.amount:
        unit = row.decision.unit
        raise Refused("withdrawal.beyond_announced", field="amount", unit=unit, asked=row.amount)
    last = months_later(row.decision.deliberation.voted_on, MONTHS_FOR_ERROR)
    if row.reason is Reason.ERROR and ruling.on > last:
        raise Refused("withdrawal.too_late_for_error", field="decided_on", until_on=last)
    row.act, row.decided_on = ruling.act.strip(), ruling.on
    row.decided_amount, row.motives = ruling.amount, ruling.motives.strip()
    row.decided_by, row.decided_at = actor.id, now
    session.flush()
    tell(session, "decided", row, actor=actor, now=now)
    return row


def drop(
    session: Session, withdrawal_id: UUID, *, reason: str, actor: Actor, now: datetime
) -> Withdrawal:
    """Let a withdrawal go before it is carried out: the award stands.

    Locks the withdrawal. Announces `withdrawal.dropped`, on which the beneficiary is told.

    Raises:
        Unknown: there is none that the actor may read.
        Forbidden: the actor does not withdraw awards of the funder.
        Refused: `withdrawal.drop_reason_missing`, `withdrawal.drop.from_<state>`.
    """
    row = queries.locked(session, withdrawal_id, actor=actor)
    LIFECYCLE.move(row, "drop", actor=actor, now=now)
    if not reason.strip():
        raise Refused("withdrawal.drop_reason_missing", field="drop_reason")
    row.dropped_by, row.dropped_at, row.drop_reason = actor.id, now, reason.strip()
    session.flush()
    tell(session, "dropped", row, actor=actor, now=now)
    return row


def _require_words(ruling: Ruling) -> None:
    if not ruling.act.strip():
        raise Refused("withdrawal.act_missing", field="act")
    if not ruling.motives.strip():
        raise Refused("withdrawal.motives_missing", field="motives")


def _require_heard(row: Withdrawal, on: date) -> None:
    """Whoever is concerned has answered, or had the time to; and was heard if they asked."""
    if row.notified_on is not None and on < row.notified_on:
        raise Refused("withdrawal.before_notice", field="decided_on", notified_on=row.notified_on)
    if row.may_be_decided(on):
        return
    if row.hearing_asked and row.heard_on is None:
        raise Refused("withdrawal.not_heard", field="decided_on")
    raise Refused("withdrawal.too_early", field="decided_on", until_on=row.observations_until)
