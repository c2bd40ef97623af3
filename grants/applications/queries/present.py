"""Who else has a section of an application open at this minute."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, select

from grants.applications.filling import Presence
from grants.kernel.access import Actor
from grants.people.models import Person

LASTS = timedelta(seconds=60)


class Present(NamedTuple):
    """Somebody with a section open."""

    section_key: str
    person_id: UUID
    name: str
    seen_at: datetime


def others_present(application_id: UUID, viewer: Actor, now: datetime) -> Select[*tuple[Any, ...]]:
    """Those seen in the last minute, the viewer aside, by section and name."""
    return (
        select(Presence.section_key, Presence.person_id, Person.name, Presence.seen_at)
        .join(Person, Person.id == Presence.person_id)
        .where(
            Presence.application_id == application_id,
            Presence.person_id != viewer.id,
            Presence.seen_at > now - LASTS,
        )
        .order_by(Presence.section_key, Person.name)
    )
