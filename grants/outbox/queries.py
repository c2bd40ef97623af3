"""History, read back."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.outbox.models import Message


def history(session: Session, *, subject: UUID) -> Sequence[Message]:
    """Everything that happened to one row, oldest first."""
    statement = select(Message).where(Message.subject_id == subject)
    return session.scalars(statement.order_by(Message.at, Message.serial)).all()


def message(session: Session, message_id: UUID) -> Message:
    """One message, for the task that hears it. A message that is gone is a bug."""
    return session.get_one(Message, message_id)
