"""Meetings, agendas and who is in the room. What concerns the viewer stays hidden from them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from grants.applications.models import Application
from grants.councils import rules
from grants.councils.models import (
    AgendaItem,
    CouncilSeat,
    Covered,
    Leaving,
    Meeting,
    MeetingProxy,
    Presence,
    Reported,
    Voice,
)
from grants.councils.room import Room, concerned_by
from grants.decisions.models import Body, CouncilSession, Deliberation, Proposal
from grants.juries.models import Recusal
from grants.kernel.access import Actor, Rule
from grants.kernel.errors import Unknown


@dataclass(frozen=True)
class ItemSheet:
    """One item as the viewer may read it; `is_hidden` when an application of it concerns them."""

    item: AgendaItem
    applications: Sequence[Application]
    proposals: Sequence[Proposal]
    is_hidden: bool


@dataclass
class Hall:
    """Who is there at an instant: what the arithmetic of every item starts from."""

    seats: Sequence[CouncilSeat]
    present: dict[UUID, Presence]
    proxies: dict[UUID, MeetingProxy]
    concerned: Mapping[UUID, frozenset[UUID]]
    second_convocation: bool
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


def meetings(*, viewer: Actor) -> Select[Meeting]:
    """Every meeting that the viewer may read of, the latest first, to be cut in pages."""
    return (
        select(Meeting)
        .join(Meeting.council_session)
        .where(rules.reads_agenda.where(viewer))
        .options(
            contains_eager(Meeting.council_session).joinedload(CouncilSession.funder),
        )
        .order_by(CouncilSession.held_on.desc(), Meeting.id)
    )


def meeting(
    session: Session, meeting_id: UUID, *, viewer: Actor, who: Rule = rules.reads_agenda
) -> Meeting:
    """One meeting with its session, funder, chair and items.

    Raises:
        Unknown: there is none that the viewer may read of.
    """
    found = session.scalar(
        select(Meeting)
        .join(Meeting.council_session)
        .where(Meeting.id == meeting_id, who.where(viewer))
        .options(
            contains_eager(Meeting.council_session).joinedload(CouncilSession.funder),
            joinedload(Meeting.chair),
            selectinload(Meeting.items).options(
                joinedload(AgendaItem.rapporteur), joinedload(AgendaItem.deliberation)
            ),
        )
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise Unknown
    return found


def locked_meeting(session: Session, meeting_id: UUID, *, viewer: Actor) -> Meeting:
    """The same, locked until the transaction ends, for who holds it."""
    lock = select(Meeting.id).where(Meeting.id == meeting_id).with_for_update()
    session.execute(lock)
    return meeting(session, meeting_id, viewer=viewer, who=rules.holds_meetings)


def locked_item(session: Session, item_id: UUID, *, viewer: Actor) -> tuple[Meeting, AgendaItem]:
    """One item with its meeting, locked, for who holds it.

    Raises:
        Unknown: there is none that the viewer may hold.
    """
    meeting_id = session.scalar(select(AgendaItem.meeting_id).where(AgendaItem.id == item_id))
    if meeting_id is None:
        raise Unknown
    found = locked_meeting(session, meeting_id, viewer=viewer)
    return found, next(one for one in found.items if one.id == item_id)


def seats(*, viewer: Actor) -> Select[CouncilSeat]:
    """The members, present and past, of the viewer's funders, to be cut in pages."""
    return (
        select(CouncilSeat)
        .where(rules.reads_seats.where(viewer))
        .options(joinedload(CouncilSeat.person))
        .order_by(
            CouncilSeat.until.desc().nulls_first(),
            CouncilSeat.in_bureau.desc(),
            CouncilSeat.name,
            CouncilSeat.id,
        )
    )


def in_office(session: Session, funder_id: UUID, body: Body, day: date) -> Sequence[CouncilSeat]:
    """The members of a body in office on a day: offices first, then by name."""
    statement = select(CouncilSeat).where(
        CouncilSeat.funder_id == funder_id,
        CouncilSeat.since <= day,
        or_(CouncilSeat.until.is_(None), CouncilSeat.until > day),
    )
    if body is Body.BUREAU:
        statement = statement.where(CouncilSeat.in_bureau)
    elif body is Body.PRESIDENT:
        statement = statement.where(CouncilSeat.office == "president")
    ordered = statement.order_by(CouncilSeat.in_bureau.desc(), CouncilSeat.name, CouncilSeat.id)
    return session.scalars(ordered).all()


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
    )


def sheets(session: Session, meeting: Meeting, *, viewer: Actor) -> list[ItemSheet]:
    """The items with what each proposes; of one that concerns the viewer, nothing but its place."""
    by_item = covered(session, meeting.id)
    ids = {one for many in by_item.values() for one in many} - viewer.recused_from
    applications = session.scalars(
        select(Application)
        .where(Application.id.in_(sorted(ids)))
        .options(joinedload(Application.organisation), joinedload(Application.call))
        .order_by(Application.number)
    ).all()
    proposals = proposed(session, meeting.council_session.funder_id, ids)
    found = []
    for item in meeting.items:
        mine = set(by_item.get(item.id, []))
        hidden = bool(mine & viewer.recused_from)
        found.append(
            ItemSheet(
                item,
                [] if hidden else [one for one in applications if one.id in mine],
                [] if hidden else [one for one in proposals if one.application_id in mine],
                hidden,
            )
        )
    return found


def proposed(session: Session, funder_id: UUID, ids: Collection[UUID]) -> Sequence[Proposal]:
    """What the funder's officers propose for these applications, in a stable order."""
    return session.scalars(
        select(Proposal)
        .join(Proposal.application)
        .where(Proposal.funder_id == funder_id, Proposal.application_id.in_(sorted(ids)))
        .options(contains_eager(Proposal.application).joinedload(Application.organisation))
        .order_by(Application.number, Proposal.created_at, Proposal.id)
    ).all()


def to_put_on(session: Session, meeting: Meeting, *, viewer: Actor) -> Sequence[Proposal]:
    """Proposals of the funder that no item of a meeting still to come covers yet."""
    taken = (
        select(Covered.application_id)
        .join(AgendaItem, AgendaItem.id == Covered.item_id)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .join(CouncilSession, CouncilSession.id == Meeting.council_session_id)
        .where(
            CouncilSession.funder_id == meeting.council_session.funder_id,
            Meeting.closed_at.is_(None),
            AgendaItem.deliberation_id.is_(None),
            AgendaItem.withdrawn_at.is_(None),
        )
    )
    statement = (
        select(Proposal)
        .join(Proposal.application)
        .where(
            Proposal.funder_id == meeting.council_session.funder_id,
            Proposal.application_id.not_in(taken),
            Proposal.application_id.not_in(sorted(viewer.recused_from)),
        )
        .options(
            contains_eager(Proposal.application).options(
                joinedload(Application.organisation), joinedload(Application.call)
            )
        )
        .order_by(Proposal.call_id, Application.number, Proposal.id)
    )
    return session.scalars(statement).all()


def voices(session: Session, item_id: UUID) -> Sequence[Voice]:
    """How each member counted for an item that was voted, by name."""
    return session.scalars(
        select(Voice)
        .join(Voice.seat)
        .where(Voice.item_id == item_id)
        .options(contains_eager(Voice.seat))
        .order_by(CouncilSeat.name, CouncilSeat.id)
    ).all()


def unreported(session: Session, funder_id: UUID, day: date) -> Sequence[Deliberation]:
    """Acts taken by delegation up to a day of which the council was not told yet, oldest first."""
    return session.scalars(
        select(Deliberation)
        .where(
            Deliberation.funder_id == funder_id,
            Deliberation.delegation_id.is_not(None),
            Deliberation.voted_on <= day,
            Deliberation.id.not_in(select(Reported.deliberation_id)),
        )
        .order_by(Deliberation.voted_on, Deliberation.number)
    ).all()


def reported_to(session: Session, council_session_id: UUID) -> Sequence[Deliberation]:
    """The delegated acts of which one session was told."""
    return session.scalars(
        select(Deliberation)
        .join(Reported, Reported.deliberation_id == Deliberation.id)
        .where(Reported.council_session_id == council_session_id)
        .order_by(Deliberation.voted_on, Deliberation.number)
    ).all()


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
