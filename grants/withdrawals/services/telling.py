"""What became of a withdrawal, for whoever listens."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from grants.kernel.access import Actor
from grants.outbox.services import announce
from grants.withdrawals.models import Withdrawal


def tell(session: Session, kind: str, row: Withdrawal, *, actor: Actor, now: datetime) -> None:
    """Announce it about its application."""
    announce(
        session,
        f"withdrawal.{kind}",
        by=actor,
        at=now,
        funder=row.funder_id,
        subject=row.application_id,
        withdrawal=str(row.id),
    )
