"""Who may open and book, and what makes a request for a booking well formed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from grants.kernel.access import SYSTEM, Actor, FunderRole, Rule
from grants.kernel.errors import Forbidden, Unknown
from grants.ledger.models import Book
from grants.ledger.operations import ADMINISTRATOR, FINANCE, Operation

MOST = 10**15
"""The largest amount of one movement: ten thousand billion euros, far from BIGINT's end."""


@dataclass(frozen=True)
class Movement:
    """One amount, in the smallest part of its envelope's unit, that an operation moves.

    `award_id` exactly when the operation is per award; `to_envelope_id` exactly when it goes
    from one envelope to another (transfer, and what is carried to the next book).
    """

    envelope_id: UUID
    amount: int
    award_id: UUID | None = None
    to_envelope_id: UUID | None = None


@dataclass(frozen=True)
class BookingAct:
    """Under which key, when, why and by whom: shared by the entries of one booking."""

    key: str
    request: bytes
    on: date
    reason: str
    actor: Actor
    now: datetime
    answers: UUID | None = None


def chapter(nature: str | None) -> str:
    """The chapter of a M57 account: 204 stands alone, others have two digits; empty if unknown."""
    if not nature:
        return ""
    return "204" if nature.startswith("204") else nature[:2]


READERS = tuple(FunderRole)
KEEPERS = (ADMINISTRATOR, FINANCE)

can_read = Rule(
    "works for the funder of the book",
    lambda actor, row: row.funder_id in actor.funders_as(*READERS),
    lambda actor: Book.funder_id.in_(actor.funders_as(*READERS)),
)

keeps_books = Rule(
    "administers the funder of the book or keeps its accounts",
    lambda actor, row: row.funder_id in actor.funders_as(*KEEPERS),
    lambda actor: Book.funder_id.in_(actor.funders_as(*KEEPERS)),
)


def require_bookkeeper(actor: Actor, funder_id: UUID) -> None:
    """Let pass who may open books and envelopes for a funder, and the software itself.

    An operator of the instance may not: running the machines gives no hand on the money.

    Raises:
        Unknown: the actor holds no role for that funder.
        Forbidden: they hold another one.
    """
    if actor is SYSTEM or funder_id in actor.funders_as(*KEEPERS):
        return
    raise Forbidden if funder_id in actor.funders else Unknown


def funders_for(operation: Operation, actor: Actor) -> list[UUID] | None:
    """The funders whose books the actor may write with this operation; None means all.

    The software itself writes all: the service that calls it as `SYSTEM` answers for it.
    """
    if actor is SYSTEM:
        return None
    return sorted(actor.funders_as(*operation.roles))


def require_well_formed(operation: Operation, movements: Sequence[Movement]) -> None:
    """Stop on a request that no caller of ours should make.

    Raises:
        ValueError: nothing to book, an amount out of bounds, or an award or second envelope
            that the operation lacks or does not want.
    """
    if not movements:
        raise ValueError(f"{operation.name} of nothing")
    for one in movements:
        positive = 0 < one.amount <= MOST
        negative = operation.name == "vote" and -MOST <= one.amount < 0
        if not (positive or negative):
            raise ValueError(f"{operation.name} of {one.amount}")
        if (one.award_id is not None) != operation.per_award:
            raise ValueError(f"{operation.name} and its award")
        if (one.to_envelope_id is not None) != (operation.counterpart is not None):
            raise ValueError(f"{operation.name} and its second envelope")


def fingerprint(operation: Operation, movements: Sequence[Movement]) -> bytes:
    """What makes two requests the same: operation, envelopes, awards, amounts.

    Neither the day nor the reason counts, so that a retry after midnight is the same request.
    """
    lines = sorted(
        (str(one.envelope_id), str(one.award_id), str(one.to_envelope_id), one.amount)
        for one in movements
    )
    content = json.dumps([operation.name, lines], separators=(",", ":"))
    return hashlib.sha256(content.encode()).digest()
