"""What a withdrawal takes off instalments that are not paid: the last ones first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from grants.kernel.access import Actor
from grants.kernel.money import Amount
from grants.outbox.services import announce
from grants.payments import queries
from grants.payments.lifecycle import CLAIM
from grants.payments.models import Claim, ClaimState, Instalment

OPEN = frozenset({ClaimState.SUBMITTED, ClaimState.CERTIFIED})


def cut_instalments(
    session: Session, decision_id: UUID, amount: int, *, reason: str, actor: Actor, now: datetime
) -> None:
    """Take an amount off the instalments of an award that are neither ordered nor paid.

    An instalment of which nothing is left is closed, and the claim that waits for it turned down
    with the reason. Locks claims in the order of the instalments. Announces `claim.closed`.

    Raises:
        Forbidden: the actor is not an officer of the funder.
    """
    rows = queries.instalments_of(session, decision_id)
    live = {one.id: queries.live_claim(one) for one in rows}
    free = [one for one in rows if (held := live[one.id]) is None or held.state in OPEN]
    closed = cut_last(free, amount)
    for one in closed:
        claim = live[one.id]
        if claim is not None:
            _turn_down(session, claim.id, reason, actor, now)
    session.flush()


def cut_last(rows: Sequence[Instalment], amount: int) -> list[Instalment]:
    """Take an amount off instalments, the last ones first; those of which nothing is left."""
    left, closed = amount, []
    for one in reversed(rows):
        off = min(left, one.payable)
        if off:
            one.cut = Amount(one.cut + off)
            left -= off
            closed += [one] if one.is_closed else []
    return closed


def _turn_down(session: Session, claim_id: UUID, reason: str, actor: Actor, now: datetime) -> Claim:
    claim = queries.claim(session, claim_id, viewer=actor, lock=True)
    CLAIM.move(claim, "refuse", actor=actor, now=now)
    claim.certified_by = claim.certified_at = None
    claim.refused_by, claim.refused_at, claim.refusal_reason = actor.id, now, reason
    announce(
        session,
        "claim.closed",
        by=actor,
        at=now,
        funder=claim.funder_id,
        subject=claim.application_id,
        claim=str(claim.id),
    )
    return claim
