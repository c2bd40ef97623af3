"""What the juries of a call leave behind, for the pages where one follows the whole course."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.calls.models import Jury
from grants.kernel.access import Actor
from grants.sittings import rules
from grants.sittings.models import Minutes, Sitting


class Held(NamedTuple):
    """One meeting, and when its minutes were signed."""

    sitting: Sitting
    signed_at: datetime | None


@dataclass(frozen=True)
class Trail:
    """A jury with its meetings, the earliest first."""

    jury: Jury
    meetings: list[Held] = field(default_factory=list)


def trails(session: Session, calls: Collection[UUID], viewer: Actor) -> list[Trail]:
    """The juries of these calls that the viewer follows or sits on, in order. One statement."""
    statement = (
        select(Jury, Sitting, Minutes.signed_at)
        .outerjoin(Sitting, Sitting.jury_id == Jury.id)
        .outerjoin(Minutes, Minutes.sitting_id == Sitting.id)
        .where(Jury.call_id.in_(sorted(calls)), rules.sees.where(viewer))
        .order_by(Jury.call_id, Jury.position, Jury.id, Sitting.meets_at, Sitting.id)
    )
    found: dict[UUID, Trail] = {}
    for jury, sitting, signed_at in session.execute(statement):
        trail = found.setdefault(jury.id, Trail(jury))
        if sitting is not None:
            trail.meetings.append(Held(sitting, signed_at))
    return list(found.values())
