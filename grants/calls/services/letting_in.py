"""Access codes: one late applicant may still submit, until an instant, with a reason kept."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.calls import queries
from grants.calls.models import AccessCode, Call, CallState
from grants.calls.rules import leads
from grants.kernel.access import Actor
from grants.kernel.errors import Refused, Unknown
from grants.outbox.services import announce

LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Without those that are taken for others when a code is dictated: 0 and O, 1, I and L."""
GROUPS, LENGTH = 3, 4


def code_hash(code: str) -> str:
    """What is kept of a code; spaces, hyphens and small letters do not matter."""
    plain = "".join(one for one in code.upper() if one in LETTERS)
    return hashlib.sha256(plain.encode()).hexdigest()


def give_code(
    session: Session,
    call_id: UUID,
    *,
    given_to: str,
    reason: str,
    expires_at: datetime,
    actor: Actor,
    now: datetime,
) -> str:
    """Make a code for one applicant and return it: it is shown once, and kept nowhere.

    Locks the call. Announces `call.access_given`.

    Raises:
        Unknown: no such call, or the actor may not read it.
        Forbidden: the actor is not an officer of the lead funder.
        Refused: `call.access.from_<state>` of a draft or archived call, `…in_the_past`.
    """
    call = _managed(session, call_id, actor)
    if call.state not in {CallState.PUBLISHED, CallState.CLOSED}:
        raise Refused(f"call.access.from_{call.state}")
    if expires_at <= now:
        raise Refused("call.access.in_the_past", field="expires_at")
    letters = "".join(secrets.choice(LETTERS) for _ in range(GROUPS * LENGTH))
    code = "-".join(letters[at : at + LENGTH] for at in range(0, len(letters), LENGTH))
    row = AccessCode(
        call_id=call.id,
        code_hash=code_hash(code),
        given_to=given_to,
        reason=reason,
        expires_at=expires_at,
        created_by=actor.id,
    )
    session.add(row)
    session.flush()
    _tell(session, "call.access_given", call, row, actor=actor, now=now)
    return code


def revoke_code(
    session: Session, call_id: UUID, code_id: UUID, *, actor: Actor, now: datetime
) -> None:
    """Take a code back; what it already opened stays open. Twice is once.

    Locks the call. Announces `call.access_revoked`.

    Raises:
        Unknown: no such call or code, or the actor may not read it.
        Forbidden: the actor is not an officer of the lead funder.
        Refused: `call.access.redeemed`: it was used.
    """
    call = _managed(session, call_id, actor)
    row = session.get(AccessCode, code_id)
    if row is None or row.call_id != call.id:
        raise Unknown
    if row.redeemed_at is not None:
        raise Refused("call.access.redeemed")
    if row.revoked_at is None:
        row.revoked_at = now
        session.flush()
        _tell(session, "call.access_revoked", call, row, actor=actor, now=now)


def codes(session: Session, call_id: UUID) -> Sequence[AccessCode]:
    """The codes given for a call, the latest first. The caller has read the call as its author."""
    statement = select(AccessCode).where(AccessCode.call_id == call_id)
    return session.scalars(statement.order_by(AccessCode.id.desc())).all()


def _managed(session: Session, call_id: UUID, actor: Actor) -> Call:
    call = queries.locked(session, call_id, viewer=actor)
    leads.require(actor, call)
    return call


def _tell(
    session: Session, kind: str, call: Call, row: AccessCode, *, actor: Actor, now: datetime
) -> None:
    announce(
        session, kind, by=actor, at=now, funder=call.lead_id, subject=call.id, code=str(row.id)
    )
