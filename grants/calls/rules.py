"""Who may read and manage a call. Drafts are for its funders; the public reads the rest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, false, select, true
from sqlalchemy.orm import InstrumentedAttribute

from grants.calls.models import Call, CallFunder, CallKind, CallState
from grants.kernel.access import SYSTEM, Actor, FunderRole, Rule
from grants.kernel.errors import Refused

is_public = Rule(
    "is published",
    lambda _actor, call: call.state is not CallState.DRAFT,
    lambda _actor: Call.state != CallState.DRAFT,
)

is_system = Rule(
    "is the software itself",
    lambda actor, _call: actor.id == SYSTEM.id,
    lambda actor: true() if actor.id == SYSTEM.id else false(),
)


def _of_a_funder(
    name: str, funders_of: Callable[[Actor], frozenset[UUID]], *, leading: bool
) -> Rule:
    def holds(actor: Actor, call: Call) -> bool:
        theirs = funders_of(actor)
        return any(one.funder_id in theirs for one in call.funders if one.is_lead or not leading)

    def where(actor: Actor) -> ColumnElement[bool]:
        theirs = sorted(funders_of(actor))
        if not theirs:
            return false()
        calls = select(CallFunder.call_id).where(CallFunder.funder_id.in_(theirs))
        return Call.id.in_(calls.where(CallFunder.is_lead) if leading else calls)

    return Rule(name, holds, where)


reads_for_a_funder = _of_a_funder(
    "belongs to a funder of the call",
    lambda actor: frozenset(funder for funder, roles in actor.funders.items() if roles),
    leading=False,
)

leads = _of_a_funder(
    "is an officer of the lead funder",
    lambda actor: actor.funders_as(FunderRole.OFFICER),
    leading=True,
)
"""A partner's officers read and appraise; only the lead's publish, close and change the call."""

can_read = (is_public | reads_for_a_funder).named("may read the call")


def works_for(
    name: str,
    *roles: FunderRole,
    call_of: Callable[[Any], Call] = lambda row: row,
    key: ColumnElement[UUID] | InstrumentedAttribute[UUID] = Call.id,
) -> Rule:
    """The rule of whoever holds one of these roles for a funder of the call of a row.

    `call_of` gives the row's call, its funders loaded; `key` is the column that names it.
    """

    def where(actor: Actor) -> ColumnElement[bool]:
        theirs = sorted(actor.funders_as(*roles))
        if not theirs:
            return false()
        return key.in_(select(CallFunder.call_id).where(CallFunder.funder_id.in_(theirs)))

    def holds(actor: Actor, row: Any) -> bool:
        return bool(actor.funders_as(*roles) & {one.funder_id for one in call_of(row).funders})

    return Rule(name, holds, where)


def may_create_for(actor: Actor, funder_id: UUID) -> bool:
    """Whether the actor may open a call that this funder leads."""
    return funder_id in actor.funders_as(FunderRole.OFFICER)


def check_window(kind: CallKind, opens_at: datetime, closes_at: datetime | None) -> None:
    """A call ends after it begins, and only a rolling one never ends.

    Raises:
        Refused: `call.window.…`, on the field `closes_at`.
    """
    if closes_at is None and kind is not CallKind.ROLLING:
        raise Refused("call.window.no_end", field="closes_at")
    if closes_at is not None and closes_at <= opens_at:
        raise Refused("call.window.closes_before_it_opens", field="closes_at", opens_at=opens_at)
