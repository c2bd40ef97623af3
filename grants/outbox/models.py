"""Messages, the proof that they were handled, and the seal that keeps history honest."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Identity, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from grants.db import Base, Row


class Message(Row, Base):
    """Something that happened, and who did it. `kind` is a past tense: "application.submitted".

    One row, three readers: the relay sends it on, people read it as a timeline, the auditor
    as history. Never altered, never deleted (trigger); delivery is told in `outbox_delivery`.
    """

    __tablename__ = "outbox_message"
    __table_args__ = (Index(None, "subject_id", "at"),)

    serial: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    kind: Mapped[str]
    actor_id: Mapped[UUID]
    funder_id: Mapped[UUID | None]
    subject_id: Mapped[UUID | None]
    at: Mapped[datetime]
    payload: Mapped[dict[str, Any]]


class Delivery(Base):
    """Where a message stands on its way: due, sent to the queue, settled by every handler."""

    __tablename__ = "outbox_delivery"
    __table_args__ = (
        Index("ix_outbox_delivery_due", "due_at", postgresql_where=text("sent_at IS NULL")),
        Index(
            "ix_outbox_delivery_unsettled", "sent_at", postgresql_where=text("settled_at IS NULL")
        ),
    )

    message_id: Mapped[UUID] = mapped_column(primary_key=True)
    due_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")


class Handled(Base):
    """Proof that one handler took one message; the primary key makes a redelivery a no-op."""

    __tablename__ = "outbox_handled"

    message_id: Mapped[UUID] = mapped_column(primary_key=True)
    handler: Mapped[str] = mapped_column(primary_key=True)


class Seal(Base):
    """One link of a funder's chain: this message, after that one, and not a byte otherwise.

    `chain_id` is the funder, or zero for what concerns no funder. Insert-only (trigger).
    """

    __tablename__ = "outbox_seal"
    __table_args__ = (UniqueConstraint("message_id"),)

    chain_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    message_id: Mapped[UUID]
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_at: Mapped[datetime]
