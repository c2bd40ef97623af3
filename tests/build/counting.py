"""What was said and how much there is, asked of the database."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grants.db import Base
from grants.outbox.models import Message


def told(session: Session, kind: str) -> Sequence[Message]:
    """The messages of a kind."""
    return session.scalars(select(Message).where(Message.kind == kind)).all()


def number(session: Session, model: type[Base]) -> int:
    """How many rows there are."""
    return session.scalar(select(func.count()).select_from(model)) or 0
