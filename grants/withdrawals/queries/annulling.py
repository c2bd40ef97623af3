"""What annulling a whole act would do, award by award; and how one was annulled."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from grants.applications.models import Application
from grants.decisions.models import Decision, Instrument, Outcome
from grants.payments import queries as payments
from grants.withdrawals.models import Annulment, Withdrawal
from grants.withdrawals.queries.effects import Effect, Standing, effects, standings
from grants.withdrawals.queries.withdrawals import UNDER_WAY


@dataclass(frozen=True)
class Stop:
    """What annulling its act does to one award.

    `order`: the number of an order on its way, which must be paid or turned down first;
    `follows`: what was paid of an advance, which comes back by its own schedule.
    """

    decision: Decision
    standing: Standing
    effect: Effect
    follows: int
    order: str | None
    under_way: Withdrawal | None

    @property
    def taken(self) -> int:
        """What would be withdrawn: cancelled, or asked back."""
        return self.effect.cancelled + self.effect.claimed


def annulment_of(session: Session, deliberation_id: UUID) -> Annulment | None:
    """The annulment of an act, if there was one. The caller has checked who reads."""
    return session.scalar(select(Annulment).where(Annulment.deliberation_id == deliberation_id))


def annulments_about(session: Session, deliberation_ids: Collection[UUID]) -> dict[UUID, Annulment]:
    """The annulments of these acts, by act. The caller has checked who reads. One statement."""
    of_them = select(Annulment).where(Annulment.deliberation_id.in_(sorted(deliberation_ids)))
    return {one.deliberation_id: one for one in session.scalars(of_them)}


def taken_by(session: Session, annulment: Annulment) -> Sequence[Withdrawal]:
    """The withdrawals of an annulment, in the order of its act."""
    return session.scalars(
        select(Withdrawal)
        .join(Decision, Decision.id == Withdrawal.decision_id)
        .where(
            Decision.deliberation_id == annulment.deliberation_id,
            Withdrawal.act == annulment.reference,
            Withdrawal.started_at == annulment.recorded_at,
        )
        .options(joinedload(Withdrawal.application), joinedload(Withdrawal.decision))
        .order_by(Decision.position)
    ).all()


def stops(session: Session, deliberation_id: UUID, *, hidden: Collection[UUID] = ()) -> list[Stop]:
    """Every award of an act with what its annulment would book. A constant count of statements.

    Awards to applications that are `hidden` from the viewer are left out.
    """
    decisions = session.scalars(
        select(Decision)
        .where(
            Decision.deliberation_id == deliberation_id,
            Decision.outcome == Outcome.AWARD,
            Decision.amount.is_not(None),
            Decision.application_id.not_in(sorted(hidden)),
        )
        .options(joinedload(Decision.application).joinedload(Application.organisation))
        .order_by(Decision.position)
    ).all()
    ids = [one.id for one in decisions]
    held = standings(session, ids)
    taken = {one.id: _taken(one, held[one.id]) for one in decisions}
    found = effects(session, taken)
    orders, open_ones = payments.open_orders(session, ids), _under_way(session, ids)
    return [
        Stop(
            decision=one,
            standing=held[one.id],
            effect=found[one.id],
            follows=held[one.id].paid if one.instrument is Instrument.ADVANCE else 0,
            order=orders.get(one.id),
            under_way=open_ones.get(one.id),
        )
        for one in decisions
    ]


def stops_fingerprint(found: Sequence[Stop]) -> str:
    """What a person saw before signing: another sum anywhere gives another fingerprint."""
    lines = sorted(
        (str(one.decision.id), one.effect.cancelled, one.effect.claimed, one.order or "")
        for one in found
    )
    return hashlib.sha256(json.dumps(lines, separators=(",", ":")).encode()).hexdigest()


def _taken(decision: Decision, held: Standing) -> int:
    """All that is left; of an advance, what is not paid."""
    return held.worth - (held.paid if decision.instrument is Instrument.ADVANCE else 0)


def _under_way(session: Session, ids: Collection[UUID]) -> dict[UUID, Withdrawal]:
    live = select(Withdrawal).where(
        Withdrawal.decision_id.in_(ids), Withdrawal.state.in_(UNDER_WAY)
    )
    return {one.decision_id: one for one in session.scalars(live)}
