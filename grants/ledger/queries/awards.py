"""What became of awards, and where their money lies."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, func, select, type_coerce
from sqlalchemy.orm import Session

from grants.ledger.models import Account, Envelope
from grants.ledger.operations import Kind, Stage

AWARD: ColumnElement[UUID] = type_coerce(Account.award_id, Uuid())
"""The award of an account that has one."""


def award_balances(session: Session, award_ids: Collection[UUID]) -> dict[UUID, dict[Stage, int]]:
    """What became of some awards: the amount at each of their stages, zeros left out.

    `carried` has left for a later book, where it is committed again.
    """
    balance = func.sum(Account.balance)
    statement = (
        select(AWARD, Account.stage, balance)
        .where(Account.award_id.in_(list(award_ids)), Account.stage != Stage.CLAIM_CONTRA)
        .group_by(Account.award_id, Account.stage)
        .having(balance != 0)
    )
    found: dict[UUID, dict[Stage, int]] = {award_id: {} for award_id in award_ids}
    for award_id, stage, amount in session.execute(statement):
        found.setdefault(award_id, {})[stage] = int(amount)
    return found


def award_envelopes(
    session: Session, award_ids: Collection[UUID]
) -> dict[UUID, Mapping[UUID, Mapping[Stage, int]]]:
    """Where each award's money lies: envelope by envelope, the amount at each stage.

    Of years alone: nothing is ordered on an authorisation.
    """
    statement = (
        select(AWARD, Account.envelope_id, Account.stage, Account.balance)
        .join(Envelope, Envelope.id == Account.envelope_id)
        .where(
            Account.award_id.in_(list(award_ids)),
            Account.stage != Stage.CLAIM_CONTRA,
            Account.balance != 0,
            Envelope.kind == Kind.ANNUAL,
        )
    )
    found: dict[UUID, dict[UUID, dict[Stage, int]]] = {award_id: {} for award_id in award_ids}
    for award_id, envelope_id, stage, amount in session.execute(statement):
        found.setdefault(award_id, {}).setdefault(envelope_id, {})[stage] = int(amount)
    return {**found}


def committed_awards(session: Session, award_ids: Collection[UUID]) -> set[UUID]:
    """Those of these awards that were committed, whatever became of them afterwards."""
    statement = select(AWARD).where(
        Account.award_id.in_(list(award_ids)), Account.stage == Stage.COMMITTED
    )
    return set(session.scalars(statement))
