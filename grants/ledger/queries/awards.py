"""What became of awards, and where their money lies."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, func, select, type_coerce
from sqlalchemy.orm import Session

from grants.kernel.access import Actor
from grants.kernel.errors import Unknown
from grants.kernel.money import Unit
from grants.ledger.models import Account, Book, Entry, Envelope, Posting
from grants.ledger.operations import Kind, Stage
from grants.ledger.rules import can_read

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
    """Where each award's money lies: envelope by envelope, the amount at each stage; oldest first.

    Of years alone: nothing is ordered on an authorisation.
    """
    statement = (
        select(AWARD, Account.envelope_id, Account.stage, Account.balance)
        .join(Envelope, Envelope.id == Account.envelope_id)
        .join(Book, Book.id == Envelope.book_id)
        .where(
            Account.award_id.in_(list(award_ids)),
            Account.stage != Stage.CLAIM_CONTRA,
            Account.balance != 0,
            Envelope.kind == Kind.ANNUAL,
        )
        .order_by(Book.year, Envelope.id, Account.stage)
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


@dataclass(frozen=True)
class AwardLeg:
    """One posting that concerns an award, with the book and the envelope that it lies in."""

    book_id: UUID
    year: int
    number: int
    booked_on: date
    operation: str
    reason: str
    envelope_id: UUID
    envelope: str
    kind: Kind
    unit: Unit
    stage: Stage
    amount: int
    key: str


def award_legs(
    session: Session, award_id: UUID, *, viewer: Actor, on: date | None = None
) -> list[AwardLeg]:
    """Every posting that concerns an award, oldest first. One statement.

    Raises:
        Unknown: it was never booked, or in books that the viewer may not know of.
    """
    statement: Select[*tuple[Any, ...]] = (
        select(
            *(Book.id, Book.year, Entry.number, Entry.booked_on, Entry.operation, Entry.reason),
            *(Envelope.id, Envelope.label, Envelope.kind, Envelope.unit),
            *(Account.stage, Posting.amount, Entry.key),
        )
        .join_from(Account, Posting, Posting.account_id == Account.id)
        .join(Entry, Entry.id == Posting.entry_id)
        .join(Book, Book.id == Entry.book_id)
        .join(Envelope, Envelope.id == Account.envelope_id)
        .where(Account.award_id == award_id, can_read.where(viewer))
        .order_by(Entry.booked_on, Entry.booked_at, Book.year, Entry.number, Posting.position)
    )
    found = [AwardLeg(*row) for row in session.execute(statement)]
    if not found:
        raise Unknown
    return [one for one in found if on is None or one.booked_on <= on]
