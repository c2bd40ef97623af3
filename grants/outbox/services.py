"""Announce with the fact, relay after it, claim once, seal for ever."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import CTE, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from grants.kernel.access import Actor
from grants.kernel.identity import new_id
from grants.outbox.models import Delivery, Handled, Message

ANNOUNCE = """
    WITH told AS (
        INSERT INTO outbox_message (id, kind, actor_id, funder_id, subject_id, at, payload)
        VALUES (%(id)s, %(kind)s, %(actor)s, %(funder)s, %(subject)s, %(at)s,
                CAST(%(payload)s AS jsonb))
    )
    INSERT INTO outbox_delivery (message_id, due_at) VALUES (%(id)s, %(at)s)
"""
"""In the driver's own words: nearly every service says it, and some say nothing else."""

TOLD = """
    told AS (
        INSERT INTO outbox_message (id, kind, actor_id, funder_id, subject_id, at, payload)
        SELECT %(message)s, %(kind)s, %(by)s, %(funder)s, %(subject)s, %(at)s,
               CAST(%(payload)s AS jsonb) FROM fact
    ), owed AS (
        INSERT INTO outbox_delivery (message_id, due_at) SELECT %(message)s, %(at)s FROM fact
    )
"""
"""The same, to be added to a statement in the driver's words: as often as its `fact` has rows."""

SETTLE = """
    UPDATE outbox_delivery d SET settled_at = :now
    FROM outbox_message m
    WHERE m.id = d.message_id AND d.sent_at IS NOT NULL AND d.settled_at IS NULL
      AND NOT EXISTS (
        SELECT 1 FROM unnest(CAST(:kinds AS text[]), CAST(:names AS text[])) AS h(kind, name)
        WHERE h.kind = m.kind AND NOT EXISTS (
            SELECT 1 FROM outbox_handled o WHERE o.message_id = m.id AND o.handler = h.name))
"""
# Each time it is waited for twice as long, half an hour at most: what one worker is only slow
# to reach must not fill the queue again and again with itself.
REVIVE = """
    UPDATE outbox_delivery SET sent_at = NULL, due_at = :now
    WHERE settled_at IS NULL AND sent_at < CAST(:now AS timestamptz)
        - least(CAST(:after AS interval) * power(2, least(attempts, 20) - 1), interval '30 min')
    RETURNING message_id
"""


@dataclass(frozen=True)
class News:
    """What a service is handed to announce with the fact that it makes: see `announce`."""

    kind: str
    funder: UUID | None = None
    subject: UUID | None = None
    payload: Mapping[str, Any] = field(default_factory=dict)

    def said(self, *, by: Actor, at: datetime) -> dict[str, Any]:
        """The parameters of `TOLD`."""
        return {
            "message": new_id(),
            "kind": self.kind,
            "by": by.id,
            "funder": self.funder,
            "subject": self.subject,
            "at": at,
            "payload": _json(self.payload),
        }


def announce(
    session: Session,
    kind: str,
    *,
    by: Actor,
    at: datetime,
    funder: UUID | None = None,
    subject: UUID | None = None,
    **payload: Any,
) -> UUID:
    """Record that `kind` happened to `subject`; return the message's id.

    It leaves for the queue only if this transaction commits. `payload` holds identifiers,
    numbers and codes, never names, addresses or account numbers: history outlives them.
    One statement.
    """
    message_id = new_id()
    session.flush()  # the driver's own words flush nothing: what happened stands before its news
    session.connection().exec_driver_sql(
        ANNOUNCE,
        {
            "id": message_id,
            "kind": kind,
            "actor": by.id,
            "funder": funder,
            "subject": subject,
            "at": at,
            "payload": _json(payload),
        },
    )
    return message_id


def announcing(
    kind: str, *, by: Actor, at: datetime, funder: UUID | None, subject: UUID, **payload: Any
) -> tuple[CTE, CTE]:
    """The same, to be added to the statement that makes the fact: no round trip of its own."""
    message_id = new_id()
    message = insert(Message).values(
        id=message_id,
        kind=kind,
        actor_id=by.id,
        funder_id=funder,
        subject_id=subject,
        at=at,
        payload=json.loads(_json(payload)),
    )
    delivery = insert(Delivery).values(message_id=message_id, due_at=at, attempts=0)
    return message.cte("told"), delivery.cte("owed")


def relay(
    session: Session, publish: Callable[[str, UUID], None], *, now: datetime, limit: int = 200
) -> int:
    """Hand due messages to `publish(kind, id)`, oldest first; return how many.

    At least once: a crash between publish and commit publishes again, which handlers
    must bear (see `first_time`). Locks rows with SKIP LOCKED, so relays may run side by side.
    A message whose handlers have not all claimed it comes back (see `revive`).
    """
    due = (
        select(Delivery, Message.kind)
        .join(Message, Message.id == Delivery.message_id)
        .where(Delivery.sent_at.is_(None), Delivery.due_at <= now)
        .order_by(Delivery.due_at, Message.serial)
        .limit(limit)
        .with_for_update(skip_locked=True, of=Delivery)
    )
    rows = session.execute(due).all()
    for delivery, kind in rows:
        publish(kind, delivery.message_id)
        delivery.sent_at = now
        delivery.attempts += 1
    return len(rows)


def revive(
    session: Session, handlers: dict[str, tuple[str, ...]], *, now: datetime, after: timedelta
) -> int:
    """Put back what was published more than `after` ago and that some handler never claimed.

    `after` doubles with each attempt, up to half an hour.

    The broker may be emptied at any instant: PostgreSQL alone knows what is still owed. What every
    handler has claimed (or no handler hears) is settled and never looked at again, so that the
    work does not grow with history. Returns how many messages will leave again.
    """
    pairs = [(kind, name) for kind, names in handlers.items() for name in names]
    owed = {"kinds": [kind for kind, _ in pairs], "names": [name for _, name in pairs]}
    session.execute(text(SETTLE), {"now": now, **owed})
    revived = session.execute(text(REVIVE), {"now": now, "after": after})
    return len(revived.all())


def first_time(session: Session, message_id: UUID, handler: str) -> bool:
    """Claim a message for a handler, in the transaction that holds the handler's effects."""
    claim = insert(Handled).values(message_id=message_id, handler=handler)
    claimed = session.execute(claim.on_conflict_do_nothing().returning(Handled.message_id))
    return claimed.scalar_one_or_none() is not None


def _json(payload: Mapping[str, Any]) -> str:
    return json.dumps(payload, ensure_ascii=False, default=str)
