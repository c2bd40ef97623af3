"""The urn: ballots go in so that nothing in the database says whose each one is.

A ballot shares no identifier and no instant with a voter. PostgreSQL, however, marks every row
with the transaction that wrote it (xmin) and with a place (ctid); a ballot written alone in the
transaction of its voter would be known by them. Hence each ballot goes in with others: up to
`COVER` of those already there are taken out and put back beside it, in an order drawn by lot.
See docs/adr/0007-secret-ballots.md for what this holds against, and what it does not.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from grants.polls.models import PollBallot

COVER = 64
"""Among how many others a ballot is written; all of them while there are fewer."""


def put(session: Session, poll_id: UUID, receipt: str, choices: Mapping[UUID, int]) -> None:
    """Put a ballot in, replacing the one of that receipt. The caller holds the poll's row."""
    others = _taken_out(session, poll_id, receipt)
    session.execute(
        delete(PollBallot).where(PollBallot.poll_id == poll_id, PollBallot.receipt == receipt)
    )
    # Candidates in the order of their identifiers: that of ticking could be somebody's own.
    given = {str(one): choices[one] for one in sorted(choices)}
    _put_back(session, [*others, {"poll_id": poll_id, "receipt": receipt, "choices": given}])


def stir(session: Session, poll_id: UUID) -> list[dict[str, int]]:
    """Rewrite the whole urn in one order drawn by lot; return what the ballots hold."""
    everything = _taken_out(session, poll_id, "", limit=None)
    _put_back(session, everything)
    return [dict(one["choices"]) for one in everything]


def _taken_out(
    session: Session, poll_id: UUID, but: str, limit: int | None = COVER
) -> list[dict[str, Any]]:
    drawn = select(PollBallot.receipt).where(
        PollBallot.poll_id == poll_id, PollBallot.receipt != but
    )
    if limit is not None:
        drawn = drawn.order_by(func.random()).limit(limit)
    gone = session.execute(
        delete(PollBallot)
        .where(PollBallot.poll_id == poll_id, PollBallot.receipt.in_(drawn))
        .returning(PollBallot.receipt, PollBallot.choices)
        .execution_options(synchronize_session=False)
    )
    return [
        {"poll_id": poll_id, "receipt": receipt, "choices": choices} for receipt, choices in gone
    ]


def _put_back(session: Session, ballots: Sequence[Mapping[str, Any]]) -> None:
    rows = list(ballots)
    secrets.SystemRandom().shuffle(rows)
    if rows:
        session.execute(insert(PollBallot), rows)


__all__ = ["COVER", "put", "stir"]
