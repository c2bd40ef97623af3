"""Meetings and their agendas. What concerns the viewer stays hidden from them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from grants.applications.models import Application
from grants.councils import rules
from grants.councils.models import AgendaItem, Covered, Meeting, Paper, Reported
from grants.councils.queries.rooms import covered
from grants.decisions.models import CouncilSession, Deliberation, Proposal
from grants.juries.models import Recusal
from grants.juries.models.seats import ReasonClass, RecusalOrigin
from grants.kernel.access import Actor, Rule
from grants.kernel.errors import Unknown
from grants.people.models import Person


class RecusedFrom(NamedTuple):
    """One line of the register that goes with an item."""

    declared_at: datetime
    person: str
    number: str | None
    title: str
    origin: RecusalOrigin
    reason_class: ReasonClass


@dataclass(frozen=True)
class ItemSheet:
    """One item as the viewer may read it; `is_hidden` when an application of it concerns them."""

    item: AgendaItem
    applications: Sequence[Application]
    proposals: Sequence[Proposal]
    is_hidden: bool


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


def papers(session: Session, meeting_id: UUID) -> dict[UUID, list[Paper]]:
    """The files of each item of a meeting that the viewer reads. The wall is `sheets`'s."""
    found: dict[UUID, list[Paper]] = defaultdict(list)
    for one in session.scalars(
        select(Paper)
        .join(AgendaItem, AgendaItem.id == Paper.item_id)
        .where(AgendaItem.meeting_id == meeting_id)
        .order_by(Paper.format.desc())
    ):
        found[one.item_id].append(one)
    return found


def paper(session: Session, paper_id: UUID, *, viewer: Actor) -> Paper:
    """One file of an item, with its document.

    Raises:
        Unknown: there is none, none of the viewer's authorities, or it concerns them.
    """
    hidden = select(Covered.item_id).where(
        Covered.item_id == Paper.item_id,
        Covered.application_id.in_(sorted(viewer.recused_from)),
    )
    found = session.scalar(
        select(Paper)
        .join(AgendaItem, AgendaItem.id == Paper.item_id)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .join(CouncilSession, CouncilSession.id == Meeting.council_session_id)
        .where(Paper.id == paper_id, rules.reads_agenda.where(viewer), ~hidden.exists())
        .options(joinedload(Paper.stored_file))
    )
    if found is None:
        raise Unknown
    return found


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


def recusals(session: Session, applications: Collection[UUID]) -> list[RecusedFrom]:
    """Who stepped back from these applications, oldest first. The wall is `sheets`'s."""
    rows = session.execute(
        select(
            Recusal.declared_at,
            Person.name,
            Application.number,
            Application.title,
            Recusal.origin,
            Recusal.reason_class,
        )
        .join(Application, Application.id == Recusal.application_id)
        .join(Person, Person.id == Recusal.person_id)
        .where(Recusal.application_id.in_(list(applications)))
        .order_by(Recusal.declared_at, Person.name, Application.number, Recusal.id)
    )
    return [RecusedFrom._make(row) for row in rows]
