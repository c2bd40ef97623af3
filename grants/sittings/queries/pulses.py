"""What a screen asks each second, in one statement; two with who asks."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from grants.calls.models import Jury
from grants.juries import rules as juries
from grants.kernel.access import Actor
from grants.kernel.errors import Unknown
from grants.sittings import rules

LIVE = text(
    """
    SELECT s.id, s.jury_id, s.version, s.closed_at IS NOT NULL AS over,
        i.id AS item_id, i.application_id,
        (SELECT m.votes_for + m.votes_against + m.abstentions FROM motion m
         WHERE m.sitting_id = s.id AND m.closed_at IS NULL) AS voted,
        (SELECT count(*) FROM review_revision v JOIN review r ON r.id = v.review_id
         WHERE r.jury_id = s.jury_id AND r.application_id = i.application_id) AS revisions
    FROM sitting s
    LEFT JOIN sitting_item i ON i.sitting_id = s.id AND i.is_current
    WHERE s.id = :sitting
    """
)


class Pulse(NamedTuple):
    """What a screen asks each second: whether to look again, and how many voted."""

    stamp: str
    voted: int | None
    over: bool


def pulse(session: Session, sitting_id: UUID, viewer: Actor) -> Pulse:
    """One statement for members; a second one for those who read for a funder.

    Raises:
        Unknown: there is no such meeting, or it is not the viewer's to see.
    """
    return beat(live(session, sitting_id, viewer), viewer)


def live(session: Session, sitting_id: UUID, viewer: Actor) -> Any:
    """A meeting's version and the line at hand, whoever asks.

    Raises:
        Unknown: there is no such meeting, or it is not the viewer's to see.
    """
    row = session.execute(LIVE, {"sitting": sitting_id}).one_or_none()
    if row is None:
        raise Unknown
    if row.jury_id not in viewer.juries:
        known = select(Jury.id).where(Jury.id == row.jury_id, juries.follows.where(viewer))
        if session.scalar(known) is None:
            raise Unknown
    return row


def beat(row: Any, viewer: Actor) -> Pulse:
    """What `live` gave, as the viewer may know it."""
    viewer = rules.eyes(viewer, row.jury_id)
    is_out = row.application_id in viewer.recused_from
    hidden = len(viewer.recused_from)
    if is_out:  # what goes on in the room they left changes nothing on their screen
        return Pulse(f"out.{row.item_id}.{hidden}", None, row.over)
    return Pulse(f"{row.version}.{row.revisions}.{hidden}", row.voted, row.over)
