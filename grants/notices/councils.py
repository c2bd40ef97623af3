"""What a deliberative body tells its members: that they are called, for when, about what."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from grants.councils.models import AgendaItem, CouncilSeat, Meeting
from grants.councils.queries import covered
from grants.decisions.models import CouncilSession
from grants.juries.queries import hidden_from
from grants.notices.about import Notice, as_recipient
from grants.notices.giving import Site
from grants.outbox.models import Message

AGENDA_PAGE = "/instruction/seances/{id}"


def called(session: Session, message: Message, site: Site) -> Notice:
    """To a member: the session, its agenda, and where its files are.

    Of an item that concerns them, its place alone: they leave the room for it.
    """
    seat = session.get_one(CouncilSeat, UUID(message.payload["seat"]))
    meeting = session.scalars(
        select(Meeting)
        .where(Meeting.id == message.subject_id)
        .options(
            joinedload(Meeting.council_session).joinedload(CouncilSession.funder),
            selectinload(Meeting.items).joinedload(AgendaItem.rapporteur),
        )
    ).one()
    sitting = meeting.council_session
    person = joinedload(CouncilSeat.person)
    whole = select(CouncilSeat).where(CouncilSeat.id == seat.id).options(person)
    member = session.scalars(whole).one().person
    if member is None or member.disabled_at is not None:
        return Notice([])
    hidden = hidden_from(session, member.id, member.email)
    facts = {
        "meeting": meeting,
        "body": sitting.body.value,
        "funder": sitting.funder,
        "service": sitting.funder,
        "items": _items(session, meeting, hidden),
        "missed": session.get(CouncilSession, meeting.first_id) if meeting.first_id else None,
        "url": site.page(AGENDA_PAGE.format(id=meeting.id)),
    }
    return Notice([as_recipient(member)], facts)


def _items(
    session: Session, meeting: Meeting, hidden: Collection[UUID]
) -> list[tuple[int, str | None]]:
    by_item = covered(session, meeting.id)
    return [
        (one.position, None if set(by_item.get(one.id, [])) & set(hidden) else one.object)
        for one in meeting.items
    ]
