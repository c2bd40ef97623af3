"""Writes the rules that stand beside a call's form: who may apply, and how much it gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from grants.calls import queries
from grants.calls.award import AwardRule
from grants.calls.form import document_hash
from grants.calls.models import Call, CallState
from grants.calls.rules import leads
from grants.calls.services.settling import settle
from grants.kernel.access import Actor
from grants.kernel.errors import Refused, Unknown
from grants.outbox.services import announce


def version_of(value: object) -> str:
    """What a page hands back to say which rules its author was looking at."""
    return document_hash({"rules": value})


def put_eligibility_rule(
    session: Session,
    call_id: UUID,
    key: str,
    values: Mapping[str, str],
    *,
    seen: str,
    actor: Actor,
    now: datetime,
) -> Call:
    """Write who may apply, one rule at a time; a new one when `key` is empty.

    Locks the call. Announces `call.settled`.

    Raises:
        Unknown: no such call or rule, or the actor may not read it.
        Forbidden: the actor is not an officer of the lead funder.
        Refused: `call.edit.changed_meanwhile`, `call.edit.rule_key_taken`, or the call is no
            longer a draft (`call.settle.…`).
    """
    rules = _seen_rules(session, call_id, seen, actor)
    if values["key"] != key and any(one["key"] == values["key"] for one in rules):
        raise Refused("call.edit.rule_key_taken", field="key", key=values["key"])
    if key:
        rules[_index(rules, key)] = dict(values)
    else:
        rules.append(dict(values))
    return settle(session, call_id, {"eligibility_rules": rules}, actor=actor, now=now)


def delete_eligibility_rule(
    session: Session, call_id: UUID, key: str, *, seen: str, actor: Actor, now: datetime
) -> Call:
    """Take a rule away. Locks, announces and raises as `put_eligibility_rule`."""
    rules = _seen_rules(session, call_id, seen, actor)
    del rules[_index(rules, key)]
    return settle(session, call_id, {"eligibility_rules": rules}, actor=actor, now=now)


def set_award_rule(
    session: Session, call_id: UUID, rule: AwardRule, *, seen: str, actor: Actor, now: datetime
) -> Call:
    """Write how much the call gives; people rely on it from publication on.

    Locks the call. Announces `call.settled`.

    Raises:
        Unknown: no such call, or the actor may not read it.
        Forbidden: the actor is not an officer of the lead funder.
        Refused: `call.edit.award_rule_fixed` unless it is a draft, `…changed_meanwhile`.
    """
    call = queries.locked(session, call_id, viewer=actor)
    leads.require(actor, call)
    if call.state is not CallState.DRAFT:
        raise Refused("call.edit.award_rule_fixed")
    if version_of(call.award_rule) != seen:
        raise Refused("call.edit.changed_meanwhile")
    call.award_rule = rule.stored()
    announce(session, "call.settled", by=actor, at=now, funder=call.lead_id, subject=call.id)
    session.flush()
    return call


def _seen_rules(session: Session, call_id: UUID, seen: str, actor: Actor) -> list[dict[str, Any]]:
    call = queries.locked(session, call_id, viewer=actor)
    leads.require(actor, call)
    if version_of(call.eligibility_rules) != seen:
        raise Refused("call.edit.changed_meanwhile")
    return [dict(one) for one in call.eligibility_rules]


def _index(rules: Sequence[Mapping[str, Any]], key: str) -> int:
    for at, one in enumerate(rules):
        if one["key"] == key:
            return at
    raise Unknown
