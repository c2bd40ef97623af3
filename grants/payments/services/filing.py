"""Files of a batch for whoever pays: made by a job, kept with their fingerprint, handed over."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from grants.jobs import services as jobs
from grants.kernel.access import Actor
from grants.kernel.bank import Vault
from grants.kernel.errors import Forbidden, Refused
from grants.kernel.identity import new_id
from grants.outbox.services import announce
from grants.payments import queries
from grants.payments.models import OrderFile, Out
from grants.payments.rules import BANK_READERS
from grants.payments.services.sending import (
    Made,
    made,
    require_sendable,
    require_whole,
    transfers,
)

KIND = "payments.file"
"""The job that makes one."""


def ask_file(
    session: Session, batch_id: UUID, out: Out, *, reason: str = "", actor: Actor, now: datetime
) -> UUID:
    """Have a file of a batch made; return the job. What would stop it is said at once.

    `reason` says why transfers leave a second time.

    Announces `job.started`.

    Raises:
        Unknown, Forbidden, Refused: see `sending.require_sendable`.
    """
    batch = require_sendable(session, batch_id, out, reason=reason.strip(), actor=actor)
    return jobs.start(
        session,
        KIND,
        payload={"batch": str(batch.id), "out": out.value, "reason": reason.strip()},
        total=len(transfers(session, batch.id, out, actor)),
        actor=actor,
        now=now,
        funder=batch.funder_id,
        subject=batch.id,
    )


def keep_file(
    session: Session,
    batch_id: UUID,
    out: Out,
    *,
    reason: str = "",
    vault: Vault,
    actor: Actor,
    now: datetime,
    tell: Callable[[int], None] = lambda _done: None,
) -> OrderFile:
    """Make a file of a batch and keep it; the same bytes of the same batch are one file.

    Announces `order_batch.sent_out`, with the fingerprint and without any account number.

    Raises:
        Unknown, Forbidden, Refused: see `sending.require_sendable`.
        ValueError: the file does not fit its schema.
    """
    batch = require_sendable(session, batch_id, out, reason=reason, actor=actor)
    found, orders = made(session, batch, out, vault=vault, actor=actor, now=now, tell=tell)
    row, sha256 = new_id(), hashlib.sha256(found.data).hexdigest()
    fresh = session.execute(
        insert(OrderFile)
        .values(
            id=row,
            batch_id=batch.id,
            form=out,
            name=found.name,
            media_type=found.media_type,
            sha256=sha256,
            size=len(found.data),
            orders=orders,
            reason=reason,
            cipher=vault.lock_bytes(found.data, row=row),
            made_by=actor.id,
            made_at=now,
        )
        .on_conflict_do_nothing()
        .returning(OrderFile.id)
    ).scalar_one_or_none()
    if fresh is not None:
        told: dict[str, Any] = {"form": out.value, "orders": orders, "sha256": sha256}
        whose: dict[str, Any] = {"funder": batch.funder_id, "subject": batch.id}
        announce(session, "order_batch.sent_out", by=actor, at=now, **whose, **told)
    same = (OrderFile.batch_id == batch.id, OrderFile.form == out, OrderFile.sha256 == sha256)
    kept = session.scalars(select(OrderFile).where(*same)).one_or_none()
    if kept is None:  # the transfers of this batch left meanwhile, in another file
        raise Refused("order_batch.sent_already", field="reason", made_at=now)
    return kept


def take_file(
    session: Session, file_id: UUID, *, vault: Vault, actor: Actor, now: datetime
) -> Made:
    """A file that was made, to hand over; each taking is kept.

    Announces `order_batch.file_taken`, without any account number.

    Raises:
        Unknown: there is no such file of a batch that the actor may read.
        Forbidden: the actor does not read account numbers for that funder.
        Refused: `order_batch.not_whole`: the actor is recused from some of it.
    """
    kept, cipher = queries.order_file(session, file_id)
    batch = queries.batch(session, kept.batch_id, viewer=actor)
    if batch.funder_id not in actor.funders_as(*BANK_READERS):
        raise Forbidden
    require_whole(session, batch.id, actor)
    announce(
        session,
        "order_batch.file_taken",
        by=actor,
        at=now,
        funder=batch.funder_id,
        subject=batch.id,
        form=kept.form.value,
        sha256=kept.sha256,
    )
    return Made(kept.name, kept.media_type, vault.unlock_bytes(cipher, row=kept.id))
