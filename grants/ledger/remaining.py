"""What was taken back of awards: cancelled before payment, or claimed back after it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, case, func, select, type_coerce
from sqlalchemy.orm import InstrumentedAttribute, Session

from grants.ledger.models import Account, Entry, Posting
from grants.ledger.operations import Stage

CANCELLING = ("decommit",)
"""The operations that give an award's money back to its envelope."""
CLAIMED = (Stage.CLAIMED, Stage.RECOVERED)
HELD = (Stage.COMMITTED, Stage.ORDERED, Stage.PAID)


@dataclass(frozen=True)
class TakenBack:
    """In the smallest part of the envelope's unit; both zero where nothing was taken back."""

    cancelled: int = 0
    claimed: int = 0

    @property
    def total(self) -> int:
        """All that the award is no longer worth."""
        return self.cancelled + self.claimed


def taken_back(session: Session, award_ids: Collection[UUID]) -> dict[UUID, TakenBack]:
    """For each of these awards, what it lost since it was voted. Two statements."""
    wanted = list(award_ids)
    if not wanted:
        return {}
    award = type_coerce(Account.award_id, Uuid())
    cancelled = (
        select(award, func.sum(-Posting.amount))
        .join(Posting, Posting.account_id == Account.id)
        .join(Entry, Entry.id == Posting.entry_id)
        .where(
            Account.award_id.in_(wanted),
            Account.stage == Stage.COMMITTED,
            Entry.operation.in_(CANCELLING),
        )
        .group_by(Account.award_id)
    )
    claimed = (
        select(award, func.sum(Account.balance))
        .where(Account.award_id.in_(wanted), Account.stage.in_(CLAIMED))
        .group_by(Account.award_id)
    )
    off = {one: int(amount) for one, amount in session.execute(cancelled)}
    back = {one: int(amount) for one, amount in session.execute(claimed)}
    return {one: TakenBack(off.get(one, 0), back.get(one, 0)) for one in wanted}


def standing(award: InstrumentedAttribute[UUID]) -> Any:
    """What the books of all years hold of an award, less what is claimed back, as `net`.

    To be joined beside the column of the award; null while nothing of it is committed.
    """
    signed = case((Account.stage.in_(CLAIMED), -Account.balance), else_=Account.balance)
    return (
        select(func.sum(signed).label("net"))
        .where(
            type_coerce(Account.award_id, Uuid()) == award,
            Account.stage.in_((*HELD, *CLAIMED)),
        )
        .lateral()
    )
