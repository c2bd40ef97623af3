"""Who else is filling in, told to each within a minute."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from grants.applications import rules
from grants.applications.filling import Presence
from grants.applications.models import Application
from grants.applications.queries.present import Present, others_present
from grants.kernel.access import Actor
from grants.kernel.errors import Unknown

FORGOTTEN_AFTER = timedelta(days=1)


def be_present(
    session: Session, application_id: UUID, section_key: str, *, actor: Actor, now: datetime
) -> list[Present]:
    """Note that the actor has a section open; return who else has one. Two statements.

    Raises:
        Unknown: there is no such application, or the actor does not fill it in.
    """
    found = select(Application.id).where(
        Application.id == application_id, rules.may_fill.where(actor)
    )
    if session.scalar(found) is None:
        raise Unknown
    return seen(session, application_id, section_key, actor=actor, now=now)


def seen(
    session: Session, application_id: UUID, section_key: str, *, actor: Actor, now: datetime
) -> list[Present]:
    """The same for an application that the caller holds already. One statement."""
    row = insert(Presence).values(
        application_id=application_id, section_key=section_key, person_id=actor.id, seen_at=now
    )
    noted = row.on_conflict_do_update(
        index_elements=["application_id", "section_key", "person_id"], set_={"seen_at": now}
    )
    others = others_present(application_id, actor, now).add_cte(noted.cte("noted"))
    return [Present(*line) for line in session.execute(others)]


def forget_presence(session: Session, *, now: datetime) -> None:
    """Presence is of the moment: what is older than a day goes."""
    session.execute(delete(Presence).where(Presence.seen_at < now - FORGOTTEN_AFTER))
