"""What the minutes of a session say: who was there, who voted for whom, and what was decided."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from grants.councils.models import AgendaItem, CouncilSeat, Meeting, MeetingProxy, Presence, Voice
from grants.councils.queries.agendas import ItemSheet, meeting, reported_to, sheets
from grants.councils.queries.members import in_office
from grants.councils.rules import holds_meetings
from grants.decisions.models import Deliberation
from grants.kernel.access import Actor
from grants.kernel.errors import Refused


@dataclass(frozen=True)
class Proceedings:
    """A session that is over, as its minutes tell it."""

    meeting: Meeting
    seats: Sequence[CouncilSeat]
    presences: dict[UUID, list[Presence]]
    proxies: Sequence[MeetingProxy]
    sheets: Sequence[ItemSheet]
    voices: dict[UUID, list[Voice]]
    reported: Sequence[Deliberation]

    @property
    def names(self) -> dict[UUID, str]:
        """Every member by name."""
        return {one.id: one.name for one in self.seats}

    @property
    def quorum(self) -> int:
        """How many must be in the room: more than half of the members in office."""
        return len(self.seats) // 2 + 1


def require_minutes(session: Session, meeting_id: UUID, *, viewer: Actor) -> Meeting:
    """A session whose minutes the viewer may have written: all of it, once it is over.

    Raises:
        Unknown: not the viewer's meeting.
        Refused: `council.minutes_too_early`; `council.minutes_concern_you`: an item of it
            concerns the viewer, and minutes tell of each.
    """
    found = meeting(session, meeting_id, viewer=viewer, who=holds_meetings)
    if found.closed_at is None:
        raise Refused("council.minutes_too_early")
    if any(one.is_hidden for one in sheets(session, found, viewer=viewer)):
        raise Refused("council.minutes_concern_you")
    return found


def proceedings(session: Session, meeting_id: UUID, *, viewer: Actor) -> Proceedings:
    """All that the minutes say. A constant number of statements.

    Raises:
        Unknown, Refused: as `require_minutes`.
    """
    found = require_minutes(session, meeting_id, viewer=viewer)
    sitting = found.council_session
    stays: dict[UUID, list[Presence]] = defaultdict(list)
    for one in session.scalars(
        select(Presence)
        .where(Presence.meeting_id == found.id)
        .order_by(Presence.arrived_at, Presence.id)
    ):
        stays[one.seat_id].append(one)
    proxies = session.scalars(
        select(MeetingProxy)
        .where(MeetingProxy.meeting_id == found.id)
        .order_by(MeetingProxy.given_at, MeetingProxy.id)
    ).all()
    return Proceedings(
        meeting=found,
        seats=in_office(session, sitting.funder_id, sitting.body, sitting.held_on),
        presences=stays,
        proxies=proxies,
        sheets=sheets(session, found, viewer=viewer),
        voices=_voices(session, found.id),
        reported=reported_to(session, sitting.id),
    )


def _voices(session: Session, meeting_id: UUID) -> dict[UUID, list[Voice]]:
    found: dict[UUID, list[Voice]] = defaultdict(list)
    for one in session.scalars(
        select(Voice)
        .join(AgendaItem, AgendaItem.id == Voice.item_id)
        .join(Voice.seat)
        .where(AgendaItem.meeting_id == meeting_id)
        .options(contains_eager(Voice.seat))
        .order_by(CouncilSeat.name, CouncilSeat.id)
    ):
        found[one.item_id].append(one)
    return found
