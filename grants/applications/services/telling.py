"""What is announced of an application always says which one, and to which authority."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CTE
from sqlalchemy.orm import Session

from grants.kernel.access import Actor
from grants.outbox.services import announce, announcing


def tell(
    session: Session,
    kind: str,
    application_id: UUID,
    funder_id: UUID | None,
    *,
    actor: Actor,
    now: datetime,
    **more: Any,
) -> None:
    """Announce `kind` about one application; `funder_id` is the call's lead."""
    announce(
        session,
        kind,
        by=actor,
        at=now,
        funder=funder_id,
        subject=application_id,
        application=str(application_id),
        **more,
    )


def telling(
    kind: str, application_id: UUID, funder_id: UUID | None, *, actor: Actor, now: datetime
) -> tuple[CTE, CTE]:
    """The same, to be added to the statement that makes it so."""
    return announcing(
        kind,
        by=actor,
        at=now,
        funder=funder_id,
        subject=application_id,
        application=str(application_id),
    )
