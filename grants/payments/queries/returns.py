"""Files that were taken in, their lines, and what does not agree yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, select, true
from sqlalchemy.orm import Session, joinedload

from grants.kernel.access import Actor
from grants.kernel.errors import Unknown
from grants.payments.models import (
    Answer,
    LineState,
    OrderState,
    PaymentOrder,
    PaymentReturn,
    ReturnLine,
)
from grants.payments.rules import can_read_order, can_read_return


@dataclass(frozen=True)
class Sum:
    """How many, and how many cents."""

    number: int
    amount: int


@dataclass(frozen=True)
class Differences:
    """What our orders and the answers to them do not say alike, in euros.

    `waiting`: signed, no answer that they were paid. `unproved`: marked as paid by hand, no
    line says so. `open_lines`: lines without an order. Nothing but zeros is agreement.
    """

    waiting: Sum
    unproved: Sum
    open_lines: Sum

    @property
    def is_zero(self) -> bool:
        """Whether every payment of ours is told by a line, and every line by an order."""
        return not (self.unproved.number or self.open_lines.number)


def returns(*, viewer: Actor) -> Select[PaymentReturn]:
    """The files of the viewer's funders, latest first, to be cut in pages."""
    return (
        select(PaymentReturn)
        .where(can_read_return.where(viewer))
        .order_by(PaymentReturn.taken_at.desc(), PaymentReturn.id)
    )


def _visible(viewer: Actor) -> ColumnElement[bool]:
    """No line that was matched to an order which the viewer is recused from."""
    if not viewer.recused_from:
        return true()
    readable = exists().where(PaymentOrder.id == ReturnLine.order_id, can_read_order.where(viewer))
    return ReturnLine.order_id.is_(None) | readable


def line_counts(
    session: Session, found: Sequence[PaymentReturn], *, viewer: Actor
) -> dict[UUID, dict[LineState, int]]:
    """How many lines of each file stand in each state. One statement."""
    rows = session.execute(
        select(ReturnLine.return_id, ReturnLine.state, func.count())
        .where(ReturnLine.return_id.in_([one.id for one in found]), _visible(viewer))
        .group_by(ReturnLine.return_id, ReturnLine.state)
    )
    counts: dict[UUID, dict[LineState, int]] = {one.id: {} for one in found}
    for return_id, state, number in rows:
        counts[return_id][state] = number
    return counts


def taken_in(session: Session, return_id: UUID, *, viewer: Actor) -> PaymentReturn:
    """One file.

    Raises:
        Unknown: there is none that the viewer may read.
    """
    found = session.scalar(
        select(PaymentReturn).where(PaymentReturn.id == return_id, can_read_return.where(viewer))
    )
    if found is None:
        raise Unknown
    return found


def lines_of(return_id: UUID, *, viewer: Actor) -> Select[ReturnLine]:
    """The lines of one file, those left over first, to be cut in pages."""
    return (
        select(ReturnLine)
        .where(ReturnLine.return_id == return_id, _visible(viewer))
        .options(joinedload(ReturnLine.order))
        .order_by(ReturnLine.state != LineState.OPEN, ReturnLine.position)
    )


def open_lines(*, viewer: Actor) -> Select[ReturnLine]:
    """The lines of every file that no order was found for, oldest first, to be cut in pages."""
    return (
        select(ReturnLine)
        .join(ReturnLine.taken_in)
        .where(can_read_return.where(viewer), ReturnLine.state == LineState.OPEN)
        .options(joinedload(ReturnLine.order))
        .order_by(ReturnLine.happened_on, ReturnLine.id)
    )


def line(session: Session, line_id: UUID, *, viewer: Actor, lock: bool = False) -> ReturnLine:
    """One line of a file that the viewer may read; locked on request.

    Raises:
        Unknown: there is none.
    """
    statement = (
        select(ReturnLine)
        .join(ReturnLine.taken_in)
        .where(ReturnLine.id == line_id, can_read_return.where(viewer), _visible(viewer))
        .execution_options(populate_existing=True)
    )
    if lock:
        statement = statement.with_for_update(of=ReturnLine)
    found = session.scalar(statement)
    if found is None:
        raise Unknown
    return found


def differences(session: Session, *, viewer: Actor) -> Differences:
    """What does not agree yet, over the funders whose answers the viewer reads."""
    told = exists().where(ReturnLine.order_id == PaymentOrder.id, ReturnLine.answer == Answer.PAID)
    ours = select(func.count(), func.coalesce(func.sum(PaymentOrder.amount), 0)).where(
        can_read_order.where(viewer), PaymentOrder.unit == "EUR"
    )
    waiting = session.execute(ours.where(PaymentOrder.state == OrderState.APPROVED)).one()
    unproved = session.execute(ours.where(PaymentOrder.state == OrderState.PAID, ~told)).one()
    left = session.execute(
        select(func.count(), func.coalesce(func.sum(ReturnLine.amount), 0))
        .join(ReturnLine.taken_in)
        .where(can_read_return.where(viewer), ReturnLine.state == LineState.OPEN)
    ).one()
    return Differences(*(Sum(row[0], int(row[1])) for row in (waiting, unproved, left)))
