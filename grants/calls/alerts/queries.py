"""Which alerts a call answers to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, and_, cast, exists, false, func, or_, select, true
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, aliased

from grants.calls.alerts.models import CallAlert
from grants.calls.discovery import amount_max, searched, words_of_call
from grants.calls.eligibility import Applicant, is_closed_to
from grants.calls.models import Call, CallFunder
from grants.kernel.money import Unit


def answered_by(session: Session, call: Call) -> Sequence[UUID]:
    """The confirmed alerts that `call` answers to, one for each address. One statement.

    What `discovery.found` does for one search among many calls, turned around: one call among
    many searches. `call.funders` must be loaded, with their funder.
    """
    statement = (
        select(CallAlert.id)
        .ext(distinct_on(CallAlert.email))
        .where(CallAlert.confirmed_at.is_not(None), _is_like(call), *_filters(call))
        .order_by(CallAlert.email, CallAlert.confirmed_at, CallAlert.id)
    )
    return session.scalars(statement).all()


def _is_like(call: Call) -> ColumnElement[bool]:
    """That very call, its next edition, or one of the same authority on the same subject."""
    model = aliased(Call)
    led = exists().where(
        CallFunder.call_id == model.id,
        CallFunder.is_lead,
        CallFunder.funder_id == call.lead_id,
    )
    subject = or_(model.key == call.key, _any_of(model.themes, call.themes))
    like = exists().where(
        model.id == CallAlert.like_call_id,
        or_(model.id == call.id, model.id == call.previous_call_id, and_(led, subject)),
    )
    return or_(CallAlert.like_call_id.is_(None), like)


def _filters(call: Call) -> list[ColumnElement[bool]]:
    words, amount = _kept("q"), cast(_kept("amount"), BigInteger)
    says_so = exists().where(Call.id == call.id, words_of_call().op("@@")(searched(words)))
    ceiling = select(amount_max()).where(Call.id == call.id).scalar_subquery()
    wanted = amount * Unit.EUR.scale
    gives_so_much = wanted <= func.coalesce(ceiling, wanted) if call.unit is Unit.EUR else false()
    territories = [str(one.get("code", "")) for one in call.territories]
    return [
        or_(words.is_(None), says_so),
        or_(amount.is_(None), gives_so_much),
        _among("funder", [one.funder.key for one in call.funders]),
        _among("theme", call.themes),
        _among("territory", territories) if territories else true(),
        _among("applicant", _welcome(call)),
    ]


def _kept(name: str) -> ColumnElement[Any]:
    return CallAlert.filters.op("->>")(name)


def _among(name: str, values: Sequence[str]) -> ColumnElement[bool]:
    return or_(_kept(name).is_(None), _kept(name).in_(values))


def _any_of(column: Any, values: Sequence[str]) -> ColumnElement[bool]:
    return or_(*(column.contains([one]) for one in values)) if values else false()


def _welcome(call: Call) -> list[str]:
    return [
        one.value
        for one in Applicant
        if not is_closed_to(one, call.eligibility_rules, allows_persons=call.allows_persons)
    ]
