"""Before the meeting: the members and the agenda."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from grants.applications.models import Application
from grants.applications.rules import not_recused
from grants.calls.models import CallFunder
from grants.councils import queries, rules
from grants.councils.models import AgendaItem, CouncilSeat, Covered, Meeting, Office
from grants.decisions import services as decisions
from grants.decisions.models import Body
from grants.decisions.rules import RECORDERS
from grants.kernel.access import Actor
from grants.kernel.clock import paris_date
from grants.kernel.errors import Refused, Unknown
from grants.kernel.identity import new_id
from grants.outbox.services import announce


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What an item of the agenda says and decides upon."""

    object: str
    draft: str = ""
    number: str = ""
    rapporteur_id: UUID | None = None
    applications: Collection[UUID] = ()


def seat(
    session: Session,
    funder_id: UUID,
    *,
    name: str,
    since: date,
    office: Office = Office.MEMBER,
    in_bureau: bool = False,
    person_id: UUID | None = None,
    actor: Actor,
    now: datetime,
) -> CouncilSeat:
    """Write a member down, in office since a day. The same again is the same member.

    Announces `council.seated`.

    Raises:
        Unknown: the actor does not record decisions for that funder.
        Refused: `council.name_missing`, `council.president_in_office`.
    """
    if funder_id not in actor.funders_as(*RECORDERS):
        raise Unknown
    _lock_seats(session, funder_id)
    _refuse_seat(session, funder_id, name.strip(), office)
    made: CouncilSeat | None = session.scalar(
        insert(CouncilSeat)
        .values(
            id=new_id(),
            funder_id=funder_id,
            name=name.strip(),
            office=office,
            in_bureau=in_bureau or office is Office.PRESIDENT,
            since=since,
            person_id=person_id,
        )
        .on_conflict_do_nothing(index_elements=["funder_id", "name", "since"])
        .returning(CouncilSeat)
    )
    if made is None:
        return session.scalars(
            select(CouncilSeat).where(
                CouncilSeat.funder_id == funder_id,
                CouncilSeat.name == name.strip(),
                CouncilSeat.since == since,
            )
        ).one()
    announce(session, "council.seated", by=actor, at=now, funder=funder_id, subject=made.id)
    return made


def unseat(
    session: Session, seat_id: UUID, *, until: date, actor: Actor, now: datetime
) -> CouncilSeat:
    """Write down from which day a member is no longer in office. Announces `council.unseated`.

    Raises:
        Unknown: no such member of a funder for which the actor records.
        Refused: `council.ends_before_it_begins`; `council.ended`: on another day.
    """
    found = session.scalar(
        select(CouncilSeat)
        .where(CouncilSeat.id == seat_id, rules.keeps_seats.where(actor))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise Unknown
    if found.until == until:
        return found
    if found.until is not None:
        raise Refused("council.ended", field="until", until_on=found.until)
    if until <= found.since:
        raise Refused("council.ends_before_it_begins", field="until", since_on=found.since)
    found.until = until
    session.flush()
    announce(session, "council.unseated", by=actor, at=now, funder=found.funder_id, subject=seat_id)
    return found


def plan(
    session: Session,
    funder_id: UUID,
    *,
    body: Body,
    starts_at: datetime,
    place: str,
    clear_days: int = rules.NOTICE_DAYS,
    first_id: UUID | None = None,
    actor: Actor,
    now: datetime,
) -> Meeting:
    """Plan a meeting of a body. Planned before for that day, it is the same one.

    `first_id` is a meeting whose quorum was missed: this one takes up what was left of its agenda
    and asks for no quorum. Announces `council_meeting.planned`.

    Raises:
        Unknown: the actor does not record decisions for that funder, or no such first meeting.
        Refused: `council.first_had_its_quorum`, `council.second_too_soon`.
    """
    held_on = paris_date(starts_at)
    first = queries.locked_meeting(session, first_id, viewer=actor) if first_id else None
    if first is not None:
        _refuse_second(first, funder_id, body, held_on)
    sitting = decisions.open_session(
        session, funder_id, body=body, held_on=held_on, actor=actor, now=now
    )
    planned = session.scalar(
        insert(Meeting)
        .values(
            id=new_id(),
            council_session_id=sitting.id,
            starts_at=starts_at,
            place=place.strip(),
            clear_days=clear_days,
            first_id=first.council_session_id if first else None,
        )
        .on_conflict_do_nothing()
        .returning(Meeting.id)
    )
    if planned is None:
        same = select(Meeting.id).where(Meeting.council_session_id == sitting.id)
        return queries.meeting(session, session.scalars(same).one(), viewer=actor)
    if first is not None:
        _take_up(session, first, planned)
    announce(
        session, "council_meeting.planned", by=actor, at=now, funder=funder_id, subject=planned
    )
    return queries.meeting(session, planned, viewer=actor)


def add_item(
    session: Session, meeting_id: UUID, draft: Draft, *, actor: Actor, now: datetime
) -> AgendaItem:
    """Put an item at the end of the agenda. Locks the meeting. Announces `council_item.added`.

    Raises:
        Unknown: not the actor's meeting, or an application that they may not decide upon.
        Refused: `council.agenda_sent` once convened; `council.object_missing`;
            `council.second_agenda`: no new question is put on a second convocation.
    """
    meeting = queries.locked_meeting(session, meeting_id, viewer=actor)
    _require_draft(meeting, draft)
    if meeting.first_id is not None:
        raise Refused("council.second_agenda")
    item = AgendaItem(
        id=new_id(),
        meeting_id=meeting.id,
        position=max((one.position for one in meeting.items), default=0) + 1,
        object=draft.object.strip(),
    )
    session.add(item)
    _write(session, meeting, item, draft, actor)
    funder = meeting.council_session.funder_id
    announce(session, "council_item.added", by=actor, at=now, funder=funder, subject=item.id)
    return item


def edit_item(
    session: Session, item_id: UUID, draft: Draft, *, actor: Actor, now: datetime
) -> AgendaItem:
    """Change an item of an agenda that is not sent yet. Announces `council_item.changed`.

    Raises:
        Unknown, Refused: as `add_item`.
    """
    meeting, item = queries.locked_item(session, item_id, viewer=actor)
    _require_draft(meeting, draft)
    _write(session, meeting, item, draft, actor)
    funder = meeting.council_session.funder_id
    announce(session, "council_item.changed", by=actor, at=now, funder=funder, subject=item.id)
    return item


def move_item(session: Session, item_id: UUID, *, up: bool, actor: Actor, now: datetime) -> None:
    """Exchange an item with the one before or after it; at the end, nothing changes.

    Raises:
        Unknown, Refused: as `add_item`.
    """
    meeting, item = queries.locked_item(session, item_id, viewer=actor)
    _require_unsent(meeting)
    order = sorted(meeting.items, key=lambda one: one.position, reverse=up)
    at = order.index(item)
    if at + 1 == len(order):
        return
    other = order[at + 1]
    session.execute(
        update(AgendaItem)
        .where(AgendaItem.id.in_([item.id, other.id]))
        .values(position=item.position + other.position - AgendaItem.position)
        .execution_options(synchronize_session=False)
    )
    funder = meeting.council_session.funder_id
    announce(session, "council_item.moved", by=actor, at=now, funder=funder, subject=item.id)


def remove_item(session: Session, item_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Take an item off an agenda that is not sent yet. Announces `council_item.removed`.

    Raises:
        Unknown, Refused: as `add_item`.
    """
    meeting, item = queries.locked_item(session, item_id, viewer=actor)
    _require_unsent(meeting)
    session.execute(delete(AgendaItem).where(AgendaItem.id == item.id))
    funder = meeting.council_session.funder_id
    announce(session, "council_item.removed", by=actor, at=now, funder=funder, subject=item_id)


def _write(
    session: Session, meeting: Meeting, item: AgendaItem, draft: Draft, actor: Actor
) -> None:
    """The words of an item, then what it decides upon: applications that the actor may see."""
    ids = set(draft.applications)
    funder_id = meeting.council_session.funder_id
    known = set(
        session.scalars(
            select(Application.id)
            .join(CallFunder, CallFunder.call_id == Application.call_id)
            .where(
                Application.id.in_(sorted(ids)),
                CallFunder.funder_id == funder_id,
                not_recused.where(actor),
            )
        )
    )
    if known != ids:
        raise Unknown
    if draft.rapporteur_id is not None:
        rapporteur = session.get(CouncilSeat, draft.rapporteur_id)
        if rapporteur is None or rapporteur.funder_id != funder_id:
            raise Unknown
    item.object, item.draft = draft.object.strip(), draft.draft.strip()
    item.number, item.rapporteur_id = draft.number.strip(), draft.rapporteur_id
    session.flush()
    session.execute(delete(Covered).where(Covered.item_id == item.id))
    if ids:
        session.execute(
            insert(Covered), [{"item_id": item.id, "application_id": one} for one in sorted(ids)]
        )


def _require_unsent(meeting: Meeting) -> None:
    if meeting.council_session.convened_on is not None or meeting.opened_at is not None:
        raise Refused("council.agenda_sent")


def _require_draft(meeting: Meeting, draft: Draft) -> None:
    _require_unsent(meeting)
    if not draft.object.strip():
        raise Refused("council.object_missing", field="object")


def _lock_seats(session: Session, funder_id: UUID) -> None:
    """Seats of one funder are written one at a time."""
    key = select(func.pg_advisory_xact_lock(funder_id.int & (2**62 - 1)))
    session.execute(key)


def _refuse_seat(session: Session, funder_id: UUID, name: str, office: Office) -> None:
    if not name:
        raise Refused("council.name_missing", field="name")
    if office is not Office.PRESIDENT:
        return
    sitting = session.scalar(
        select(CouncilSeat.name).where(
            CouncilSeat.funder_id == funder_id,
            CouncilSeat.office == Office.PRESIDENT,
            CouncilSeat.until.is_(None),
            CouncilSeat.name != name,
        )
    )
    if sitting is not None:
        raise Refused("council.president_in_office", field="office", name=sitting)


def _refuse_second(first: Meeting, funder_id: UUID, body: Body, held_on: date) -> None:
    """A second convocation follows a missed quorum of the same body, some days later."""
    sitting = first.council_session
    if not first.quorum_missed or (sitting.funder_id, sitting.body) != (funder_id, body):
        raise Refused("council.first_had_its_quorum")
    earliest = sitting.held_on + timedelta(days=rules.SECOND_AFTER_DAYS)
    if held_on < earliest:
        raise Refused("council.second_too_soon", field="starts_on", earliest_on=earliest)


def _take_up(session: Session, first: Meeting, planned: UUID) -> None:
    """Copy what was left of an agenda: no other question may be put without a quorum."""
    by_item = queries.covered(session, first.id)
    for item in first.items:
        if item.deliberation_id is not None or item.withdrawn_at is not None:
            continue
        copy = AgendaItem(
            id=new_id(),
            meeting_id=planned,
            position=item.position,
            number=item.number,
            object=item.object,
            draft=item.draft,
            rapporteur_id=item.rapporteur_id,
        )
        session.add(copy)
        session.flush()
        if by_item.get(item.id):
            rows = [{"item_id": copy.id, "application_id": one} for one in by_item[item.id]]
            session.execute(insert(Covered), rows)
