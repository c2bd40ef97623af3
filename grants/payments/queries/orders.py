"""Payment orders, and the accounts they pay to, for those who may see them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import Session, joinedload

from grants.applications.models import Application
from grants.calls.form import Field
from grants.calls.models import FormRevision
from grants.decisions.models import Decision
from grants.kernel.access import Actor
from grants.kernel.bank import INDEX, is_sealed, last4
from grants.kernel.errors import Unknown
from grants.kernel.money import Unit
from grants.payments.models import (
    Claim,
    Instalment,
    OrderBatch,
    OrderState,
    PaymentOrder,
)
from grants.payments.rules import can_read_batch, can_read_order


@dataclass(frozen=True)
class AnsweredAccount:
    """An account given in the application's form, sealed; whether it is the one claimed on."""

    field: Field
    sealed: Mapping[str, Any]
    is_claimed: bool


def _around_order(statement: Select[PaymentOrder]) -> Select[PaymentOrder]:
    return statement.options(
        joinedload(PaymentOrder.claim)
        .joinedload(Claim.instalment)
        .joinedload(Instalment.decision)
        .options(
            joinedload(Decision.deliberation),
            joinedload(Decision.application).joinedload(Application.organisation),
        ),
        joinedload(PaymentOrder.batch),
    )


def orders(*, viewer: Actor, states: Collection[OrderState] = ()) -> Select[PaymentOrder]:
    """The payment orders that the viewer may read, latest first, to be cut in pages."""
    statement = select(PaymentOrder).where(can_read_order.where(viewer))
    if states:
        statement = statement.where(PaymentOrder.state.in_(states))
    return _around_order(statement).order_by(
        PaymentOrder.year.desc(), PaymentOrder.serial.desc(), PaymentOrder.id
    )


def order_counts(session: Session, *, viewer: Actor) -> dict[OrderState, int]:
    """How many orders stand in each state, among those that the viewer may read."""
    rows = session.execute(
        select(PaymentOrder.state, func.count())
        .where(can_read_order.where(viewer))
        .group_by(PaymentOrder.state)
    )
    return dict(rows.all())


def order(session: Session, order_id: UUID, *, viewer: Actor, lock: bool = False) -> PaymentOrder:
    """One payment order with its claim, award and application; locked on request.

    Raises:
        Unknown: there is none that the viewer may read.
    """
    statement = select(PaymentOrder).where(
        PaymentOrder.id == order_id, can_read_order.where(viewer)
    )
    statement = _around_order(statement)
    if lock:
        statement = statement.with_for_update(of=PaymentOrder)
    found = session.scalar(statement.execution_options(populate_existing=True))
    if found is None:
        raise Unknown
    return found


def answered_accounts(session: Session, order: PaymentOrder) -> list[AnsweredAccount]:
    """The bank accounts that the application's form asked for, sealed, in its order.

    One statement, and none where the application gives no account. For whoever reads `order`.
    """
    application = order.claim.instalment.decision.application
    if not application.accounts:
        return []
    form = (
        session.scalars(select(FormRevision).where(FormRevision.id == application.revision_id))
        .one()
        .form
    )
    return [
        AnsweredAccount(field, kept, bytes.fromhex(kept[INDEX]) == order.claim.iban_index)
        for field in form.fields()
        if is_sealed(kept := application.answers.get(field.key)) and last4(kept)
    ]


@dataclass(frozen=True)
class BatchLine:
    """One batch in a list: how many orders, how many wait for a signature, how much of each unit.

    `amounts` leave out what was turned down.
    """

    batch: OrderBatch
    orders: int
    to_sign: int
    amounts: tuple[tuple[Unit, int], ...]


def _holds_something(viewer: Actor) -> ColumnElement[bool]:
    """A batch all of whose orders one is recused from does not exist; another is cut short."""
    return exists().where(PaymentOrder.batch_id == OrderBatch.id, can_read_order.where(viewer))


def batches(*, viewer: Actor) -> Select[OrderBatch]:
    """The batches with an order that the viewer may read, latest first, to be cut in pages."""
    return (
        select(OrderBatch)
        .where(can_read_batch.where(viewer), _holds_something(viewer))
        .order_by(OrderBatch.year.desc(), OrderBatch.serial.desc(), OrderBatch.id)
    )


def batch_lines(
    session: Session, found: Collection[OrderBatch], *, viewer: Actor
) -> list[BatchLine]:
    """What these batches hold, orders of which the viewer is recused left out. One statement."""
    waiting = func.count().filter(PaymentOrder.state == OrderState.PREPARED)
    live = func.coalesce(
        func.sum(PaymentOrder.amount).filter(PaymentOrder.state != OrderState.REJECTED), 0
    )
    rows = session.execute(
        select(PaymentOrder.batch_id, PaymentOrder.unit, func.count(), waiting, live)
        .where(PaymentOrder.batch_id.in_([one.id for one in found]), can_read_order.where(viewer))
        .group_by(PaymentOrder.batch_id, PaymentOrder.unit)
        .order_by(PaymentOrder.unit)
    )
    lines = {one.id: BatchLine(one, 0, 0, ()) for one in found}
    for batch_id, unit, orders, to_sign, amount in rows:
        known = lines[batch_id]
        lines[batch_id] = BatchLine(
            known.batch,
            known.orders + orders,
            known.to_sign + to_sign,
            (*known.amounts, (unit, int(amount))),
        )
    return list(lines.values())


def batch(session: Session, batch_id: UUID, *, viewer: Actor) -> OrderBatch:
    """One batch of the viewer's funders with an order that they may read.

    Raises:
        Unknown: there is none that the viewer may read.
    """
    found = session.scalar(
        select(OrderBatch).where(
            OrderBatch.id == batch_id, can_read_batch.where(viewer), _holds_something(viewer)
        )
    )
    if found is None:
        raise Unknown
    return found


def orders_of_batch(session: Session, batch_id: UUID, *, viewer: Actor) -> list[PaymentOrder]:
    """The orders of one batch that the viewer may read, in the order of their numbers."""
    statement = select(PaymentOrder).where(
        PaymentOrder.batch_id == batch_id, can_read_order.where(viewer)
    )
    return list(session.scalars(_around_order(statement).order_by(PaymentOrder.serial)))


def open_order_of(session: Session, decision_id: UUID) -> str | None:
    """The number of an order of that award that is neither paid nor turned down, or None."""
    found = session.scalars(
        select(PaymentOrder)
        .where(
            PaymentOrder.award_id == decision_id,
            PaymentOrder.state.in_([OrderState.PREPARED, OrderState.APPROVED]),
        )
        .order_by(PaymentOrder.year, PaymentOrder.serial)
        .limit(1)
    ).one_or_none()
    return found.number if found else None


def open_orders(session: Session, decision_ids: Collection[UUID]) -> dict[UUID, str]:
    """The first order of each of these awards that is neither paid nor turned down: its number."""
    rows = session.scalars(
        select(PaymentOrder)
        .where(
            PaymentOrder.award_id.in_(list(decision_ids)),
            PaymentOrder.state.in_([OrderState.PREPARED, OrderState.APPROVED]),
        )
        .order_by(PaymentOrder.year.desc(), PaymentOrder.serial.desc())
    )
    return {one.award_id: one.number for one in rows}


def live_order(session: Session, claim_id: UUID) -> PaymentOrder | None:
    """The order in force of a claim: the one that nobody turned down."""
    return session.scalar(
        select(PaymentOrder).where(
            PaymentOrder.claim_id == claim_id, PaymentOrder.state != OrderState.REJECTED
        )
    )
