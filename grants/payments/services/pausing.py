"""The sixty days of a claim stop while something is asked for, and go on with the answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from grants.files.models import StoredFile
from grants.kernel.access import Actor
from grants.kernel.clock import paris_date
from grants.kernel.errors import Refused
from grants.kernel.identity import new_id
from grants.outbox.services import announce
from grants.payments import queries
from grants.payments.models import Claim, ClaimFile, ClaimPause, ClaimState
from grants.payments.rules import may_certify
from grants.payments.services.proving import set_clock


def stop_clock(
    session: Session,
    claim_id: UUID,
    *,
    reason: str,
    on: date | None = None,
    actor: Actor,
    now: datetime,
) -> Claim:
    """Ask the beneficiary for what a claim lacks: its sixty days stand still from that day.

    `on`: the day of a letter that asked for it, today otherwise. Locks the claim. Announces
    `claim.clock_stopped`, on which the beneficiary is told what is asked for. Twice is once.

    Raises:
        Unknown: there is no such claim, or none that the actor may read.
        Forbidden: the actor is not an officer of the funder.
        Refused: `claim.stop_clock.from_<state>`, `claim.clock_stopped`,
            `claim.pause_reason_missing`, `claim.pause_day`.
    """
    claim, today = queries.claim(session, claim_id, viewer=actor, lock=True), paris_date(now)
    may_certify.require(actor, claim)
    if claim.state is not ClaimState.SUBMITTED:
        raise Refused(f"claim.stop_clock.from_{claim.state}")
    if not reason.strip():
        raise Refused("claim.pause_reason_missing", field="reason")
    if known := claim.pause:
        if known.reason == reason.strip():
            return claim
        raise Refused("claim.clock_stopped", since_on=known.begun_on)
    first = max(
        [paris_date(claim.submitted_at), *(one.resumed_on or today for one in claim.pauses)]
    )
    if not first <= (on or today) <= today:
        raise Refused("claim.pause_day", field="on", first_on=first)
    pause = ClaimPause(
        id=new_id(),
        claim_id=claim.id,
        begun_on=on or today,
        reason=reason.strip(),
        begun_by=actor.id,
        begun_at=now,
    )
    claim.pauses.append(pause)
    set_clock(session, claim)
    _tell(session, "claim.clock_stopped", claim, actor=actor, now=now)
    return claim


def resume_clock(
    session: Session, claim_id: UUID, *, on: date, answer: str, actor: Actor, now: datetime
) -> Claim:
    """Note the day on which an answer came otherwise than here: the days go on from it.

    Locks the claim. Announces `claim.clock_resumed`. A clock that runs stays as it is.

    Raises:
        Unknown: there is no such claim, or none that the actor may read.
        Forbidden: the actor is not an officer of the funder.
        Refused: `claim.resume_day`.
    """
    claim = queries.claim(session, claim_id, viewer=actor, lock=True)
    may_certify.require(actor, claim)
    if claim.pause is None:
        return claim
    if not claim.pause.begun_on <= on <= paris_date(now):
        raise Refused("claim.resume_day", field="on", first_on=claim.pause.begun_on)
    end(claim.pause, on=on, answer=answer, actor=actor, now=now)
    set_clock(session, claim)
    _tell(session, "claim.clock_resumed", claim, actor=actor, now=now)
    return claim


def answer_request(
    session: Session,
    claim_id: UUID,
    *,
    message: str,
    documents: Sequence[StoredFile] = (),
    actor: Actor,
    now: datetime,
) -> Claim:
    """Answer what was asked for, with a message or documents: the sixty days go on from today.

    Locks the claim. Announces `claim.clock_resumed`, and `claim.request_answered`, on which the
    officers are told. A clock that runs stays as it is.

    Raises:
        Unknown: there is no such claim that the actor may make.
        Refused: `claim.answer_missing`.
    """
    claim = queries.answered(session, claim_id, viewer=actor)
    if not message.strip() and not documents:
        raise Refused("claim.answer_missing", field="message")
    if claim.pause is None:
        return claim
    on = max(paris_date(now), claim.pause.begun_on)
    end(claim.pause, on=on, answer=message, actor=actor, now=now)
    session.add_all(ClaimFile(claim_id=claim.id, stored_file_id=one.id) for one in documents)
    set_clock(session, claim)
    _tell(session, "claim.clock_resumed", claim, actor=actor, now=now)
    _tell(session, "claim.request_answered", claim, actor=actor, now=now)
    return claim


def end(pause: ClaimPause, *, on: date, answer: str = "", actor: Actor, now: datetime) -> None:
    """Have the days count again from one on; in memory."""
    pause.resumed_on, pause.answer = on, answer.strip()
    pause.resumed_by, pause.resumed_at = actor.id, now


def _tell(session: Session, kind: str, claim: Claim, *, actor: Actor, now: datetime) -> None:
    announce(
        session,
        kind,
        by=actor,
        at=now,
        funder=claim.funder_id,
        subject=claim.application_id,
        claim=str(claim.id),
    )
