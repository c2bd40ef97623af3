"""The orders that lines without one may be about, for a person to say which."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, cast, exists, func, or_, select, tuple_
from sqlalchemy.orm import Session

from grants.applications.models import Application
from grants.kernel.access import Actor
from grants.kernel.clock import PARIS
from grants.payments.likely import Candidate, Likely, Line, likely, numbers_in, transfers_in
from grants.payments.models import Answer, Claim, OrderState, PaymentOrder, ReturnLine
from grants.payments.rules import can_read_order
from grants.people.models import Organisation

AT_MOST = 2000
ANSWERED = {
    Answer.ACCEPTED: (OrderState.APPROVED, OrderState.PAID),
    Answer.PAID: (OrderState.APPROVED, OrderState.PAID),
    Answer.REJECTED: (OrderState.PREPARED, OrderState.APPROVED, OrderState.PAID),
}
"""Where an order stands that such an answer may be about."""


def likely_orders(
    session: Session, found: Sequence[ReturnLine], *, viewer: Actor
) -> dict[UUID, list[Likely]]:
    """For each line, the orders of its funder that it may be about, best first. One statement.

    Those from which the viewer is recused are left out, and those of which another line says
    already that they were paid.
    """
    if not found:
        return {}
    orders = _candidates(session, found, viewer)
    return {
        line.id: likely(_said(line), [one for one in orders if _may_answer(line, one)])
        for line in found
    }


def _may_answer(line: ReturnLine, order: Candidate) -> bool:
    return (
        order.funder_id == line.funder_id
        and order.state in ANSWERED[line.answer]
        and not (line.answer is Answer.PAID and order.is_told)
    )


def _candidates(session: Session, found: Sequence[ReturnLine], viewer: Actor) -> list[Candidate]:
    told = exists().where(ReturnLine.order_id == PaymentOrder.id, ReturnLine.answer == Answer.PAID)
    signed_on = cast(func.timezone(str(PARIS), PaymentOrder.approved_at), Date)
    last = max(line.happened_on for line in found)
    rows = session.execute(
        select(
            PaymentOrder,
            told.label("is_told"),
            signed_on.label("signed_on"),
            Organisation.name,
            Claim.holder,
        )
        .join(Claim, Claim.id == PaymentOrder.claim_id)
        .join(Application, Application.id == PaymentOrder.application_id)
        .outerjoin(Organisation, Organisation.id == Application.organisation_id)
        .where(
            can_read_order.where(viewer),
            PaymentOrder.funder_id.in_({line.funder_id for line in found}),
            PaymentOrder.unit == "EUR",
            PaymentOrder.state != OrderState.REJECTED,
            _meant(found),
        )
        .order_by(*_nearest(signed_on, last), PaymentOrder.year, PaymentOrder.serial)
        .limit(AT_MOST)
    )
    return [_candidate(row) for row in rows]


def _nearest(signed_on: ColumnElement[date], last: date) -> tuple[Any, ...]:
    return (func.abs(signed_on - last).nulls_last(), PaymentOrder.funder_id)


def _meant(found: Sequence[ReturnLine]) -> ColumnElement[bool]:
    """Of the amount of one of these lines, or named by one."""
    texts = [_said(line).text for line in found]
    named = sorted({number for text in texts for number in numbers_in(text)})
    ids = sorted({UUID(signs) for text in texts for signs in transfers_in(text)})
    asked = [PaymentOrder.amount.in_(sorted({line.amount for line in found}))]
    if named:
        asked.append(tuple_(PaymentOrder.year, PaymentOrder.serial).in_(named))
    if ids:
        asked.append(PaymentOrder.id.in_(ids))
    return or_(*asked)


def _said(line: ReturnLine) -> Line:
    return Line(line.amount, line.happened_on, f"{line.reference} {line.motive} {line.label}")


def _candidate(row: Any) -> Candidate:
    order = row.PaymentOrder
    return Candidate(
        order_id=order.id,
        funder_id=order.funder_id,
        year=order.year,
        serial=order.serial,
        amount=order.amount,
        state=order.state,
        is_told=row.is_told,
        signed_on=row.signed_on,
        names=tuple(filter(None, (row.name, row.holder))),
    )
