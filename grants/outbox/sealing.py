"""The hash chain over history: made by the relay, checked by anyone.

Within a chain, `hash(n) = sha256(hash(n-1) ‖ canonical JSON of message n)`, the first one
following 32 zero bytes. Canonical JSON: sorted keys, no spaces, UTF-8, instants in UTC with
microseconds.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from grants.outbox.models import Message, Seal

NO_FUNDER = UUID(int=0)
GENESIS = bytes(32)
LOCK = 0x4C_41_55_52  # one sealer at a time; any constant of our own does


@dataclass(frozen=True)
class Finding:
    """One place where history does not agree with its seal."""

    chain_id: UUID
    number: int
    what: str


def seal(session: Session, *, now: datetime, limit: int = 1000) -> int:
    """Seal what is not sealed yet, in the order of its serial; return how many.

    Runs behind the request's path. Serials may commit out of order, so only messages older
    than ten seconds are taken. Holds an advisory lock: one sealer at a time.
    """
    if not session.scalar(select(func.pg_try_advisory_xact_lock(LOCK))):
        return 0
    sealed = select(Seal.message_id).where(Seal.message_id == Message.id).exists()
    waiting = (
        select(Message)
        .where(~sealed, Message.created_at < func.now() - timedelta(seconds=10))
        .order_by(Message.serial)
        .limit(limit)
    )
    ends = _ends(session)
    rows = []
    for message in session.scalars(waiting):
        chain = message.funder_id or NO_FUNDER
        number, previous = ends.get(chain, (0, GENESIS))
        digest = link(previous, message)
        ends[chain] = (number + 1, digest)
        rows.append(
            {
                "chain_id": chain,
                "number": number + 1,
                "message_id": message.id,
                "hash": digest,
                "sealed_at": now,
            }
        )
    if rows:
        session.execute(insert(Seal), rows)
    return len(rows)


def verify(session: Session) -> list[Finding]:
    """Walk every chain; tell each altered, missing or reordered message.

    A message that is not sealed yet is no finding, unless a later one of its chain is.
    """
    findings = [*_broken_links(session)]
    skipped = select(Message.funder_id, Message.id, Message.serial).where(
        ~select(Seal.message_id).where(Seal.message_id == Message.id).exists(),
        Message.created_at < func.now() - timedelta(hours=1),
    )
    findings += [
        Finding(row.funder_id or NO_FUNDER, 0, f"message {row.id} was never sealed")
        for row in session.execute(skipped)
    ]
    return findings


def link(previous: bytes, message: Message) -> bytes:
    """The hash of a message behind the hash of the one before it."""
    return hashlib.sha256(previous + canonical(message)).digest()


def canonical(message: Message) -> bytes:
    """The bytes of a message that the seal covers."""
    content = {
        "id": str(message.id),
        "serial": message.serial,
        "kind": message.kind,
        "actor": str(message.actor_id),
        "funder": str(message.funder_id) if message.funder_id else None,
        "subject": str(message.subject_id) if message.subject_id else None,
        "at": message.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "payload": message.payload,
    }
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def _ends(session: Session) -> dict[UUID, tuple[int, bytes]]:
    last = text(
        "SELECT DISTINCT ON (chain_id) chain_id, number, hash FROM outbox_seal "
        "ORDER BY chain_id, number DESC"
    )
    return {row.chain_id: (row.number, bytes(row.hash)) for row in session.execute(last)}


def _broken_links(session: Session) -> Iterator[Finding]:
    rows = session.execute(
        select(Seal, Message)
        .outerjoin(Message, Message.id == Seal.message_id)
        .order_by(Seal.chain_id, Seal.number)
        .execution_options(yield_per=1000)
    )
    chain, number, previous = NO_FUNDER, 0, GENESIS
    for sealed, message in rows:
        if sealed.chain_id != chain:
            chain, number, previous = sealed.chain_id, 0, GENESIS
        if sealed.number != number + 1:
            yield Finding(chain, number + 1, "a link of the chain is missing")
        number = sealed.number
        if message is None:
            yield Finding(chain, number, f"message {sealed.message_id} is missing")
        elif link(previous, message) != bytes(sealed.hash):
            yield Finding(chain, number, f"message {sealed.message_id} was altered")
        previous = bytes(sealed.hash)
