"""Who is in the room at an instant, who votes for whom, and whom each item concerns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, contains_eager

from grants.councils.models import (
    AgendaItem,
    CouncilSeat,
    Covered,
    Leaving,
    Meeting,
    MeetingProxy,
    Office,
    Presence,
    Voice,
)
from grants.councils.queries.members import in_office
from grants.councils.room import Room, concerned_by
from grants.juries.models import Recusal

ORDER = (Office.PRESIDENT, Office.VICE_PRESIDENT, Office.MEMBER)


@dataclass
class Hall:
    """Who is there at an instant: what the arithmetic of every item starts from."""

    seats: Sequence[CouncilSeat]
    present: dict[UUID, Presence]
    proxies: dict[UUID, MeetingProxy]
    concerned: Mapping[UUID, frozenset[UUID]]
    second_convocation: bool
    chair_id: UUID | None = None
    names: dict[UUID, str] = field(init=False)

    def __post_init__(self) -> None:
        self.names = {one.id: one.name for one in self.seats}

    def room(self, item_id: UUID | None = None) -> Room:
        """The room for one item; for none of them, with nobody outside."""
        return Room(
            members=tuple(one.id for one in self.seats),
            present=frozenset(self.present),
            proxies={giver: one.holder_id for giver, one in self.proxies.items()},
            concerned=self.concerned.get(item_id, frozenset()) if item_id else frozenset(),
            second_convocation=self.second_convocation,
        )

    def president(self, item_id: UUID) -> UUID | None:
        """Who presides over an item: the chair; where they are out, the next in order (L2122-17).

        Vice-presidents before other members, the longest in office first. None: nobody is there.
        """
        room = self.room(item_id)
        ranked = sorted(self.seats, key=lambda one: (ORDER.index(one.office), one.since, one.name))
        every = [self.chair_id, *(one.id for one in ranked)]
        return next((one for one in every if one is not None and room.presides(one)), None)


def hall(session: Session, meeting: Meeting, at: datetime) -> Hall:
    """Who is in the building at an instant, who votes for whom, and whom each item concerns."""
    sitting = meeting.council_session
    members = in_office(session, sitting.funder_id, sitting.body, sitting.held_on)
    present = session.scalars(
        select(Presence).where(
            Presence.meeting_id == meeting.id,
            Presence.arrived_at <= at,
            or_(Presence.left_at.is_(None), Presence.left_at > at),
        )
    )
    proxies = session.scalars(
        select(MeetingProxy).where(
            MeetingProxy.meeting_id == meeting.id,
            MeetingProxy.given_at <= at,
            or_(MeetingProxy.revoked_at.is_(None), MeetingProxy.revoked_at > at),
        )
    )
    return Hall(
        seats=members,
        present={one.seat_id: one for one in present},
        proxies={one.giver_id: one for one in proxies},
        concerned=_concerned(session, meeting, members),
        second_convocation=meeting.first_id is not None,
        chair_id=meeting.chair_id,
    )


def covered(session: Session, meeting_id: UUID) -> dict[UUID, list[UUID]]:
    """The applications that each item of a meeting decides upon. For services alone: no wall."""
    rows = session.execute(
        select(Covered.item_id, Covered.application_id)
        .join(AgendaItem, AgendaItem.id == Covered.item_id)
        .where(AgendaItem.meeting_id == meeting_id)
        .order_by(Covered.application_id)
    )
    found: dict[UUID, list[UUID]] = defaultdict(list)
    for item_id, application_id in rows:
        found[item_id].append(application_id)
    return found


def voices(session: Session, item_id: UUID) -> Sequence[Voice]:
    """How each member counted for an item that was voted, by name."""
    return session.scalars(
        select(Voice)
        .join(Voice.seat)
        .where(Voice.item_id == item_id)
        .options(contains_eager(Voice.seat))
        .order_by(CouncilSeat.name, CouncilSeat.id)
    ).all()


def presided(session: Session, deliberation_id: UUID) -> str:
    """Who presided over the item that became this act; "" where no meeting here voted it."""
    found = session.scalar(
        select(CouncilSeat.name)
        .join(AgendaItem, AgendaItem.presided_by_id == CouncilSeat.id)
        .where(AgendaItem.deliberation_id == deliberation_id)
    )
    return found or ""


def _concerned(
    session: Session, meeting: Meeting, members: Sequence[CouncilSeat]
) -> dict[UUID, frozenset[UUID]]:
    """By item, the members who must leave: by their recusals, or because they said so."""
    accounts = {one.id: one.person_id for one in members if one.person_id is not None}
    by_item = covered(session, meeting.id)
    pairs = session.execute(
        select(Recusal.person_id, Recusal.application_id).where(
            Recusal.person_id.in_(list(accounts.values())),
            Recusal.application_id.in_({one for many in by_item.values() for one in many}),
        )
    ).all()
    recusals = {(row.person_id, row.application_id) for row in pairs}
    said: dict[UUID, set[UUID]] = defaultdict(set)
    for item_id, seat_id in session.execute(
        select(Leaving.item_id, Leaving.seat_id)
        .join(AgendaItem, AgendaItem.id == Leaving.item_id)
        .where(AgendaItem.meeting_id == meeting.id)
    ):
        said[item_id].add(seat_id)
    return {
        item.id: frozenset(
            concerned_by(accounts, recusals, by_item.get(item.id, [])) | said[item.id]
        )
        for item in meeting.items
    }
