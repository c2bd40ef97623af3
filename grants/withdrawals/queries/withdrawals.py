"""Withdrawals, each for those who may see them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Select, cast, exists, func, select
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from grants.applications.models import Application
from grants.applications.rules import is_author_side
from grants.decisions.models import Decision, Deliberation
from grants.kernel.access import Actor
from grants.kernel.errors import Unknown
from grants.withdrawals.models import (
    Recovery,
    Withdrawal,
    WithdrawalFile,
    WithdrawalState,
)
from grants.withdrawals.rules import can_read, may_collect, may_withdraw

UNDER_WAY = frozenset({WithdrawalState.ASKED, WithdrawalState.NOTIFIED, WithdrawalState.DECIDED})
BACK = (
    select(cast(func.coalesce(func.sum(Recovery.amount), 0), BigInteger))
    .where(Recovery.withdrawal_id == Withdrawal.id)
    .correlate(Withdrawal)
    .scalar_subquery()
)
"""What came back of each withdrawal, in SQL."""


def withdrawals(*, viewer: Actor, states: Collection[WithdrawalState] = ()) -> Select[Withdrawal]:
    """Those that the viewer may read, the first to be answered first, to be cut in pages."""
    statement = select(Withdrawal).where(can_read.where(viewer)).options(*_around())
    if states:
        statement = statement.where(Withdrawal.state.in_(states))
    return statement.order_by(
        Withdrawal.observations_until.asc().nulls_first(), Withdrawal.started_at, Withdrawal.id
    )


def to_collect(*, viewer: Actor, all_of_them: bool = False) -> Select[*tuple[Any, ...]]:
    """Those by which money is owed, with what came back of each; the oldest first.

    Without `all_of_them`, those that are settled are left out.
    """
    statement: Select[*tuple[Any, ...]] = select(Withdrawal, BACK.label("back")).where(
        can_read.where(viewer),
        Withdrawal.state == WithdrawalState.EFFECTIVE,
        Withdrawal.to_claim > 0,
    )
    if not all_of_them:
        statement = statement.where(Withdrawal.to_claim > BACK)
    return statement.options(*_around()).order_by(Withdrawal.executory_on, Withdrawal.id)


def withdrawal(session: Session, withdrawal_id: UUID, *, viewer: Actor) -> Withdrawal:
    """One withdrawal, with its award, documents and recoveries, for the office.

    Raises:
        Unknown: there is none that the viewer may read.
    """
    return _one(session, _whole(withdrawal_id).where(can_read.where(viewer)))


def own(session: Session, withdrawal_id: UUID, *, viewer: Actor, lock: bool = False) -> Withdrawal:
    """One withdrawal of an award of the viewer's own application; locked on request.

    Raises:
        Unknown: there is none, or it is somebody else's.
    """
    statement = _whole(withdrawal_id).where(
        exists().where(Application.id == Withdrawal.application_id, is_author_side.where(viewer))
    )
    return _one(session, statement, lock=lock)


def locked(
    session: Session, withdrawal_id: UUID, *, actor: Actor, collecting: bool = False
) -> Withdrawal:
    """One withdrawal, locked; `collecting`: for whoever asks the money back.

    Raises:
        Unknown: there is none that the actor may read.
        Forbidden: they may read it, and no more.
    """
    statement = _whole(withdrawal_id).where(can_read.where(actor))
    found = _one(session, statement, lock=True)
    (may_collect if collecting else may_withdraw).require(actor, found)
    return found


def of_decision(session: Session, decision_id: UUID) -> Sequence[Withdrawal]:
    """Every withdrawal of one award, oldest first. The caller has checked who reads."""
    return session.scalars(
        select(Withdrawal)
        .where(Withdrawal.decision_id == decision_id)
        .order_by(Withdrawal.started_at, Withdrawal.id)
    ).all()


def of_application(session: Session, application_id: UUID) -> Sequence[Withdrawal]:
    """Every withdrawal of one application's awards. The caller has checked who reads."""
    return session.scalars(
        select(Withdrawal)
        .where(Withdrawal.application_id == application_id)
        .order_by(Withdrawal.started_at, Withdrawal.id)
    ).all()


def open_for(session: Session, decision_id: UUID) -> Withdrawal | None:
    """The withdrawal of an award that is under way, if there is one."""
    return next((one for one in of_decision(session, decision_id) if one.state in UNDER_WAY), None)


def recovered(session: Session, withdrawal_id: UUID) -> int:
    """What came back of what one withdrawal asked."""
    back = select(func.coalesce(func.sum(Recovery.amount), 0)).where(
        Recovery.withdrawal_id == withdrawal_id
    )
    return int(session.scalar(back) or 0)


def withdrawal_file(session: Session, file_id: UUID, *, viewer: Actor) -> WithdrawalFile:
    """A document of observations, for the office and for whoever gave it.

    Raises:
        Unknown: there is none that the viewer may read.
    """
    found = session.scalar(
        select(WithdrawalFile)
        .join(Withdrawal, Withdrawal.id == WithdrawalFile.withdrawal_id)
        .join(Application, Application.id == Withdrawal.application_id)
        .where(WithdrawalFile.id == file_id, can_read.where(viewer) | is_author_side.where(viewer))
        .options(joinedload(WithdrawalFile.stored_file))
    )
    if found is None:
        raise Unknown
    return found


def _around() -> tuple[ORMOption, ...]:
    return (
        joinedload(Withdrawal.application, innerjoin=True).options(
            joinedload(Application.organisation), joinedload(Application.call, innerjoin=True)
        ),
        joinedload(Withdrawal.decision, innerjoin=True)
        .joinedload(Decision.deliberation, innerjoin=True)
        .joinedload(Deliberation.funder, innerjoin=True),
    )


def _whole(withdrawal_id: UUID) -> Select[Withdrawal]:
    return (
        select(Withdrawal)
        .where(Withdrawal.id == withdrawal_id)
        .options(
            *_around(),
            selectinload(Withdrawal.files).joinedload(WithdrawalFile.stored_file),
            selectinload(Withdrawal.recoveries),
        )
        .execution_options(populate_existing=True)
    )


def _one(session: Session, statement: Select[Withdrawal], *, lock: bool = False) -> Withdrawal:
    if lock:
        statement = statement.with_for_update(of=Withdrawal)
    found = session.scalar(statement)
    if found is None:
        raise Unknown
    return found
