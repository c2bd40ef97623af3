"""Let one late applicant in with an access code: their draft opens, or opens again."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from grants.applications import rules
from grants.applications.lifecycle import LIFECYCLE
from grants.applications.models import Application, ApplicationState
from grants.applications.services.telling import tell
from grants.calls.models import AccessCode, Call, CallFunder, CallState
from grants.calls.services.letting_in import code_hash
from grants.kernel.access import SYSTEM, Actor
from grants.kernel.errors import Forbidden, Refused, Unknown
from grants.kernel.identity import new_id

OPEN_AGAIN = {ApplicationState.DRAFT, ApplicationState.LAPSED}


def redeem(
    session: Session,
    call_id: UUID,
    code: str,
    *,
    organisation_id: UUID | None,
    actor: Actor,
    now: datetime,
) -> UUID:
    """Open the applicant's draft until the code's term; return its identifier.

    The draft that lapsed at the closing lives again with all its answers; without one, a new
    one begins. A code serves one applicant: again for the same person, it finds the same draft.
    Locks the code. Announces `application.let_in`.

    Raises:
        Unknown: no such call, or the actor is not of that organisation.
        Forbidden: the actor does not fill in for that organisation.
        Refused: `application.redeem.unknown_code`, `…expired`, `…used`, or
            `…organisation_required`.
    """
    if not rules.may_apply_for(actor, organisation_id):
        raise Forbidden if organisation_id in actor.organisations else Unknown
    call = session.get(Call, call_id)
    if call is None or call.state not in {CallState.PUBLISHED, CallState.CLOSED}:
        raise Unknown
    if organisation_id is None and not call.allows_persons:
        raise Refused("application.redeem.organisation_required", field="organisation")
    row = _usable(session, call_id, code, actor, now)
    draft = session.scalar(_draft(call_id, organisation_id, actor)) or _new(
        call, organisation_id, actor, now
    )
    session.add(draft)
    if draft.state is ApplicationState.LAPSED:
        LIFECYCLE.move(draft, "revive", actor=SYSTEM, now=now)
        draft.lapsed_at = None
    draft.late_until = row.expires_at
    row.redeemed_at, row.redeemed_by = now, actor.id
    session.flush()
    lead = select(CallFunder.funder_id).where(CallFunder.call_id == call_id, CallFunder.is_lead)
    funder_id = session.scalar(lead)
    tell(session, "application.let_in", draft.id, funder_id, actor=actor, now=now)
    return draft.id


def _usable(session: Session, call_id: UUID, code: str, actor: Actor, now: datetime) -> AccessCode:
    row = session.scalar(
        select(AccessCode)
        .where(AccessCode.call_id == call_id, AccessCode.code_hash == code_hash(code))
        .with_for_update()
    )
    if row is None or row.revoked_at is not None:
        raise Refused("application.redeem.unknown_code", field="code")
    if row.expires_at <= now:
        raise Refused("application.redeem.expired", field="code", expires_at=row.expires_at)
    if row.redeemed_by not in {None, actor.id}:
        raise Refused("application.redeem.used", field="code")
    return row


def _draft(call_id: UUID, organisation_id: UUID | None, actor: Actor) -> Select[Any]:
    """The applicant's draft, or the last one that lapsed, locked."""
    applicant = Application.organisation_id == organisation_id
    if organisation_id is None:
        applicant = Application.organisation_id.is_(None) & (Application.author_id == actor.id)
    return (
        select(Application)
        .where(
            Application.call_id == call_id,
            Application.state.in_(OPEN_AGAIN),
            Application.is_test.is_(False),
            applicant,
        )
        .order_by(Application.state, Application.id.desc())
        .limit(1)
        .with_for_update(of=Application)
    )


def _new(call: Call, organisation_id: UUID | None, actor: Actor, now: datetime) -> Application:
    return Application(
        id=new_id(),
        call_id=call.id,
        revision_id=call.current_revision_id,
        organisation_id=organisation_id,
        author_id=actor.id,
        state=ApplicationState.DRAFT,
        started_at=now,
        saved_at=now,
    )
