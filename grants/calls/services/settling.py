"""Writes what a call says of itself: texts, window, contact, themes, for whom and where.

What people have relied on since the call was published stays as it was published: that is said
in `FIXED`, and refused with its reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from grants.calls import queries
from grants.calls.models import Call, CallState
from grants.calls.rules import check_window, leads
from grants.calls.services.opening import keeping_communes
from grants.kernel.access import Actor
from grants.kernel.errors import Refused
from grants.outbox.services import announce

TEXTS = tuple(
    f"{text}_{language}"
    for text in ("title", "summary", "body", "eligibility")
    for language in ("fr", "en")
)
FREE = {*TEXTS, "contact_name", "contact_email", "contact_phone", "themes", "second_check"}
"""What may change as long as the call is not closed."""
FIXED = {"territories", "eligibility_rules", "allows_persons", "slug", "number_prefix"}
"""What may change in a draft only: from publication on, people have relied on it."""
WRITABLE = {CallState.DRAFT, CallState.PUBLISHED}


def writable(session: Session, call_id: UUID, actor: Actor) -> Call:
    """The call, locked, for whoever may write it now.

    Raises:
        Unknown: no such call, or the actor may not read it.
        Forbidden: the actor is not an officer of the lead funder.
        Refused: `call.settle.closed`: it is over.
    """
    call = queries.locked(session, call_id, viewer=actor)
    leads.require(actor, call)
    if call.state not in WRITABLE:
        raise Refused("call.settle.closed")
    return call


def settle(
    session: Session, call_id: UUID, values: Mapping[str, Any], *, actor: Actor, now: datetime
) -> Call:
    """Write columns of `FREE` and `FIXED`. Locks the call. Announces `call.settled`.

    Raises: as `writable`, and
        Refused: `call.settle.<column>_fixed` when the call is published, `…slug_taken`,
            `…number_prefix_taken`.
    """
    call = writable(session, call_id, actor)
    if "territories" in values:
        kept = keeping_communes(call.territories, values["territories"])
        values = {**values, "territories": kept}
    changed = {name: value for name, value in values.items() if getattr(call, name) != value}
    unknown = changed.keys() - FREE - FIXED
    if unknown:
        raise ValueError(f"not settings of a call: {sorted(unknown)}")
    if call.state is not CallState.DRAFT:
        for name in sorted(changed.keys() & FIXED):
            raise Refused(f"call.settle.{name}_fixed", field=name)
    _require_free(session, changed)
    for name, value in changed.items():
        setattr(call, name, value)
    return _told(session, call, changed, actor=actor, now=now)


def set_window(
    session: Session,
    call_id: UUID,
    *,
    opens_at: datetime,
    closes_at: datetime | None,
    grace_seconds: int,
    actor: Actor,
    now: datetime,
) -> Call:
    """Say when the call opens and closes, and for how long after its end one may still send.

    Once published, the end moves with `running.extend` alone, the beginning as long as it is to
    come, and the grace never shrinks. Locks the call. Announces `call.settled`.

    Raises: as `writable`, and
        Refused: `call.window.…`, `call.settle.opens_at_fixed`, `…closes_at_fixed`,
            `…grace_seconds_fixed`.
    """
    call = writable(session, call_id, actor)
    check_window(call.kind, opens_at, closes_at)
    wanted = {"opens_at": opens_at, "closes_at": closes_at, "grace_seconds": grace_seconds}
    changed = {name: value for name, value in wanted.items() if getattr(call, name) != value}
    if call.state is not CallState.DRAFT:
        _require_later(call, changed, now)
    for name, value in changed.items():
        setattr(call, name, value)
    return _told(session, call, changed, actor=actor, now=now)


def _require_later(call: Call, changed: Mapping[str, Any], now: datetime) -> None:
    if "closes_at" in changed:
        raise Refused("call.settle.closes_at_fixed", field="closes_at")
    if "opens_at" in changed and (call.opens_at <= now or changed["opens_at"] <= now):
        raise Refused("call.settle.opens_at_fixed", field="opens_at")
    if changed.get("grace_seconds", call.grace_seconds) < call.grace_seconds:
        raise Refused("call.settle.grace_seconds_fixed", field="grace_seconds")


def _require_free(session: Session, changed: Mapping[str, Any]) -> None:
    if "slug" in changed and queries.slug_is_taken(session, changed["slug"]):
        raise Refused("call.settle.slug_taken", field="slug", slug=changed["slug"])
    prefix = changed.get("number_prefix")
    if prefix and prefix in queries.taken_prefixes(session, prefix):
        raise Refused("call.settle.number_prefix_taken", field="number_prefix", prefix=prefix)


def _told(
    session: Session, call: Call, changed: Mapping[str, Any], *, actor: Actor, now: datetime
) -> Call:
    if changed:
        announce(
            session,
            "call.settled",
            by=actor,
            at=now,
            funder=call.lead_id,
            subject=call.id,
            what=sorted(changed),
        )
    session.flush()
    return call
