"""What a decision rests on: rankings, meetings and their minutes, public votes."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy.orm import Session

from grants.kernel.access import Actor
from grants.polls import queries as polls
from grants.polls.models import Poll
from grants.sittings import queries as sittings
from grants.sittings.queries import Held, Trail


def meetings_of(session: Session, call_id: UUID, viewer: Actor) -> dict[UUID, list[Held]]:
    """The meetings of a call's juries, by jury. One statement."""
    return {one.jury.id: one.meetings for one in sittings.trails(session, [call_id], viewer)}


def grounds(
    session: Session, calls: Collection[UUID], viewer: Actor
) -> tuple[list[Trail], list[Poll]]:
    """The juries and counted votes behind decisions on these calls, for whoever follows them.

    One statement, then one for each call that the viewer follows the juries of.
    """
    trails = sittings.trails(session, calls, viewer)
    followed = sorted({one.jury.call_id for one in trails})
    return trails, [one for call_id in followed for one in polls.counted(session, call_id)]
