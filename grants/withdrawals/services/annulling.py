"""One act annulled at once: what is not paid stops, what was paid is to be asked back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from grants.decisions.models import Decision, Deliberation, Why
from grants.decisions.queries import locked_deliberation
from grants.decisions.services import reopen
from grants.kernel.access import Actor
from grants.kernel.clock import paris_date
from grants.kernel.errors import Refused
from grants.kernel.identity import new_id
from grants.kernel.money import Amount
from grants.outbox.services import announce
from grants.withdrawals import queries
from grants.withdrawals.models import Annulment
from grants.withdrawals.queries import Stop
from grants.withdrawals.services.effecting import carry_out
from grants.withdrawals.services.opening import record_judgment
from grants.withdrawals.services.ruling import drop


@dataclass(frozen=True)
class Pronounced:
    """Who annulled the act, under which reference, on which day, and why.

    `seen` is the fingerprint of the effects that were read before signing.
    """

    by: str
    reference: str
    on: date
    reason: str
    seen: str


def annul_act(
    session: Session, deliberation_id: UUID, facts: Pronounced, *, actor: Actor, now: datetime
) -> Annulment:
    """Note that an executory act was annulled, and withdraw each of its awards at once.

    What is not paid is cancelled today; what was paid waits for finance to ask it back; what was
    paid of an advance follows its schedule. Whoever applied is owed another decision: every
    application of the act, awarded or not, is in review again, and its history stays. A
    withdrawal under way of one of them is let go. Locks the act, then what `carry_out` locks,
    award by award in the order of their ids, then the applications. Announces
    `deliberation.annulled`, of each award what `record_judgment` and `carry_out` announce,
    `application.reopened` of what is decided again, and `decision.annulled` to those who had been
    told. Twice is once.

    Raises:
        Unknown: there is no such act that the actor may announce.
        Refused: `annulment.not_executory`, `annulment.reference_missing`, `annulment.by_missing`,
            `annulment.reason_missing`, `annulment.to_come`, `annulment.before_vote`,
            `annulment.recused`, `annulment.changed` when something moved since it was read,
            `annulment.orders_wait` with their `numbers`.
    """
    act = locked_deliberation(session, deliberation_id, viewer=actor)
    if (known := queries.annulment_of(session, act.id)) is not None:
        return known
    _require_facts(act, facts, actor, now)
    decided = list(act.decisions)
    stops = queries.stops(session, act.id)
    _require_possible(stops, facts.seen)
    annulment = _noted(session, act, facts, actor=actor, now=now)
    announce(
        session, "deliberation.annulled", by=actor, at=now, funder=act.funder_id, subject=act.id
    )
    # In the order of their ids: what the ledger locks, others wait for.
    for one in sorted(stops, key=lambda stop: stop.decision.id):
        _stop(session, annulment, one, actor=actor, now=now)
    reopen(session, decided, Why.ACT_ANNULLED, actor=actor, now=now)
    _tell(session, act, decided, actor=actor, now=now)
    return annulment


def _noted(
    session: Session, act: Deliberation, facts: Pronounced, *, actor: Actor, now: datetime
) -> Annulment:
    annulment = Annulment(
        id=new_id(),
        deliberation_id=act.id,
        funder_id=act.funder_id,
        pronounced_by=facts.by.strip(),
        reference=facts.reference.strip(),
        pronounced_on=facts.on,
        reason=facts.reason.strip(),
        recorded_by=actor.id,
        recorded_at=now,
    )
    session.add(annulment)
    session.flush()
    return annulment


def _tell(
    session: Session, act: Deliberation, decided: Sequence[Decision], *, actor: Actor, now: datetime
) -> None:
    """To whoever had been told of the act: each application once."""
    if act.announced_at is None:
        return
    for application_id in sorted({one.application_id for one in decided}):
        announce(
            session,
            "decision.annulled",
            by=actor,
            at=now,
            funder=act.funder_id,
            subject=application_id,
            deliberation=str(act.id),
        )


def _require_facts(act: Deliberation, facts: Pronounced, actor: Actor, now: datetime) -> None:
    if act.made_executory_on is None:
        raise Refused("annulment.not_executory")
    for name in ("by", "reference", "reason"):
        if not getattr(facts, name).strip():
            raise Refused(f"annulment.{name}_missing", field=name)
    if facts.on > paris_date(now):
        raise Refused("annulment.to_come", field="on")
    if facts.on < act.voted_on:
        raise Refused("annulment.before_vote", field="on", voted_on=act.voted_on)
    if any(one.application_id in actor.recused_from for one in act.decisions):
        raise Refused("annulment.recused")


def _require_possible(stops: Sequence[Stop], seen: str) -> None:
    if waiting := sorted(one.order for one in stops if one.order):
        raise Refused("annulment.orders_wait", numbers=", ".join(waiting))
    if queries.stops_fingerprint(stops) != seen:
        raise Refused("annulment.changed")


def _stop(
    session: Session, annulment: Annulment, stop: Stop, *, actor: Actor, now: datetime
) -> None:
    """Withdraw one award; nothing where nothing is left of it."""
    if stop.under_way is not None:
        why = f"{annulment.reference}\u202f: {annulment.reason}"
        drop(session, stop.under_way.id, reason=why, actor=actor, now=now)
    if stop.taken:
        row = record_judgment(
            session,
            stop.decision.id,
            act=annulment.reference,
            on=annulment.pronounced_on,
            grounds=annulment.reason,
            amount=Amount(stop.taken),
            actor=actor,
            now=now,
        )
        carry_out(session, row.id, on=paris_date(now), actor=actor, now=now)
