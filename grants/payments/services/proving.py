"""Conditions of instalments: met by a proof that the software knows, or that somebody saw."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from grants.kernel.access import Actor
from grants.kernel.clock import paris_date
from grants.kernel.errors import Refused, Unknown
from grants.outbox.services import announce
from grants.payments import queries
from grants.payments.deadlines import due_on, starts_on
from grants.payments.models import Claim, ClaimState, InstalmentCondition
from grants.payments.rules import may_certify
from grants.payments.services.proofs import PROOFS, beyond_agreement, lacks_agreement
from grants.payments.steps import missing


def meet_condition(
    session: Session,
    claim_id: UUID,
    condition_id: UUID,
    *,
    on: date,
    note: str,
    actor: Actor,
    now: datetime,
) -> InstalmentCondition:
    """Note that a condition of a claimed instalment is met, on which day and by which proof.

    Locks the claim. Sets the last day to pay once nothing is missing. Announces
    `condition.met`. Twice is once.

    Raises:
        Unknown: there is no such claim that the actor may read, or it has no such condition.
        Forbidden: the actor is not an officer of the funder.
        Refused: `condition.note_missing`, `condition.to_come`, `condition.certified_already`.
    """
    claim, found = _found(session, claim_id, condition_id, actor)
    if found.met_on == on and found.note == note.strip():
        return found
    if not note.strip():
        raise Refused("condition.note_missing", field="note")
    if on > paris_date(now):
        raise Refused("condition.to_come", field="on")
    _mark(session, claim, found, on=on, note=note.strip(), actor=actor, now=now)
    set_clock(session, claim)
    return found


def withdraw_condition(
    session: Session, claim_id: UUID, condition_id: UUID, *, actor: Actor, now: datetime
) -> InstalmentCondition:
    """Take back that a condition is met, while nothing was certified on it.

    Locks the claim. Announces `condition.withdrawn`. Twice is once.

    Raises:
        Unknown: there is no such claim that the actor may read, or it has no such condition.
        Forbidden: the actor is not an officer of the funder.
        Refused: `condition.certified_already`.
    """
    claim, found = _found(session, claim_id, condition_id, actor)
    if found.met_on is not None:
        found.met_on = found.met_by = found.met_at = None
        found.note = ""
        session.flush()
        set_clock(session, claim)
        _tell(session, "condition.withdrawn", claim, found, actor=actor, now=now)
    return found


def prove(session: Session, claim: Claim, *, actor: Actor, now: datetime) -> None:
    """Meet the conditions whose proof the software knows."""
    for one in missing(claim.instalment.conditions):
        proof = PROOFS.get(one.kind)
        on = proof(session, claim.instalment.decision_id) if proof else None
        if on is not None:
            _mark(session, claim, one, on=on, note="", actor=actor, now=now)


def require_conditions(session: Session, claim: Claim, *, now: datetime) -> None:
    """Let a claim pass whose conditions are met, and whose agreement is signed if it must be.

    Raises:
        Refused: `claim.missing_<kind>`: the first that is not; its remedy says who does what.
            `claim.beyond_agreement`, with what the agreement as last amended lets be paid.
    """
    lacking = missing(claim.instalment.conditions)
    if lacking:
        first = lacking[0]
        raise Refused(f"claim.missing_{first.kind}", label=first.label)
    if lacks_agreement(session, claim, on=paris_date(now)):
        raise Refused("claim.missing_agreement", label="")
    agreed = beyond_agreement(session, claim)
    if agreed is not None:
        raise Refused("claim.beyond_agreement", amount=agreed, unit=claim.instalment.unit)


def set_clock(session: Session, claim: Claim) -> None:
    """Set the days of a claim: the first, and the last to pay it.

    No first one while something that was asked for is missing, no last one while it is stopped.
    Needs the pauses of the claim.
    """
    part = claim.instalment
    depends = bool(part.conditions) or part.position > 1 or part.condition
    waits_for_claim = bool(depends) or part.document_required
    facts: dict[str, Any] = {
        "notified": None if waits_for_claim else queries.notified_on(session, part.decision),
        "claimed": paris_date(claim.submitted_at),
        "events": [one.met_on for one in part.conditions],
    }
    claim.clock_from = starts_on(**facts)
    claim.due_on = due_on(**facts, stops=claim.stops)
    session.flush()


def _found(
    session: Session, claim_id: UUID, condition_id: UUID, actor: Actor
) -> tuple[Claim, InstalmentCondition]:
    claim = queries.claim(session, claim_id, viewer=actor, lock=True)
    may_certify.require(actor, claim)
    found = next((one for one in claim.instalment.conditions if one.id == condition_id), None)
    if found is None:
        raise Unknown
    if claim.state is not ClaimState.SUBMITTED:
        raise Refused("condition.certified_already")
    return claim, found


def _mark(
    session: Session,
    claim: Claim,
    condition: InstalmentCondition,
    *,
    on: date,
    note: str,
    actor: Actor,
    now: datetime,
) -> None:
    condition.met_on, condition.note = on, note
    condition.met_by, condition.met_at = actor.id, now
    session.flush()
    _tell(session, "condition.met", claim, condition, actor=actor, now=now)


def _tell(
    session: Session,
    kind: str,
    claim: Claim,
    condition: InstalmentCondition,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    announce(
        session,
        kind,
        by=actor,
        at=now,
        funder=claim.funder_id,
        subject=claim.application_id,
        claim=str(claim.id),
        condition=str(condition.id),
        of=condition.kind,
    )
