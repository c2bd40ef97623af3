"""Meetings, found and locked; and what one person sees of the point at hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple, TypeAlias
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select, text
from sqlalchemy.orm import Session, contains_eager, joinedload

from grants.applications.models import Application
from grants.calls.models import Call, Jury
from grants.juries import queries as seen
from grants.juries import rules as juries
from grants.juries.models import SEATS_MAX, Recusal, Seat, SeatRole
from grants.juries.rules import may_close
from grants.kernel.access import Actor, not_among
from grants.kernel.errors import Unknown
from grants.people.models import Organisation, Person
from grants.sittings import rules
from grants.sittings.arithmetic import Participation, Place, participation, stepped_out, votes_of
from grants.sittings.models import Attendance, Motion, MotionVote, Proxy, Sitting, SittingItem
from grants.sittings.queries.pulses import beat, live

Who: TypeAlias = Callable[[Actor], ColumnElement[bool]]


class ItemLine(NamedTuple):
    """One line of the agenda; nobody sees those that they are recused from."""

    id: UUID
    application_id: UUID
    position: int
    number: str
    title: str
    applicant: str
    is_current: bool
    began_at: datetime | None
    ended_at: datetime | None
    note: str


class Figures(NamedTuple):
    """The final scores of one application, in thousandths of a point, and mine if any."""

    scores: int
    mean: int | None
    median: int | None
    least: int | None
    most: int | None
    mine: int | None
    mine_is_final: bool


class Revised(NamedTuple):
    """A score changed in the discussion, with its sentence."""

    name: str
    before: int
    total: int
    reason: str
    revised_at: datetime


@dataclass(frozen=True)
class Room:
    """A meeting as one person sees it at this instant.

    `is_out`: the point at hand is one from which the viewer is recused; then `item`, `figures`
    and `motions` hold nothing of it. `stamp` changes with everything that the screen shows.
    `here_id` is the line at hand, a name without meaning, for whoever moves on.
    """

    sitting: Sitting
    seat: Seat | None
    leads: bool
    item: ItemLine | None
    is_out: bool
    places: list[Place]
    figures: Figures | None = None
    revised: list[Revised] = field(default_factory=list)
    motions: list[Motion] = field(default_factory=list)
    voted: frozenset[UUID] = frozenset()
    stamp: str = ""
    here_id: UUID | None = None

    @property
    def jury(self) -> Jury:
        """Whose meeting it is."""
        return self.sitting.jury

    @property
    def presides(self) -> bool:
        """Whether the viewer is the chair."""
        return self.seat is not None and self.seat.role is SeatRole.CHAIR

    @property
    def participation(self) -> Participation:
        """Who counts for the point at hand."""
        return participation(self.places, self.jury.quorum)

    @property
    def stepping_out(self) -> list[str]:
        """Who must leave the room; nobody is named to whoever must leave it."""
        return [] if self.is_out else stepped_out(self.places)

    @property
    def place(self) -> Place | None:
        """The viewer's own place."""
        mine = self.seat.id if self.seat else None
        return next((one for one in self.places if one.seat_id == mine), None)

    @property
    def motion(self) -> Motion | None:
        """The motion being voted on."""
        return next((one for one in self.motions if one.closed_at is None), None)

    @property
    def to_cast(self) -> list[Place]:
        """For whom the viewer has still to vote on it."""
        if self.motion is None or self.seat is None:
            return []
        asked = votes_of(self.places, self.seat.id)
        return [one for one in asked if one.seat_id not in self.voted]


HALF = Decimal("0.5")


def sittings_of(session: Session, jury_id: UUID, viewer: Actor) -> Sequence[Sitting]:
    """The meetings of a jury, the open one first, then the latest. One statement.

    Raises:
        Unknown: the jury is not the viewer's to see.
    """
    known = select(Jury.id).where(Jury.id == jury_id, rules.sees.where(viewer))
    if session.scalar(known) is None:
        raise Unknown
    is_open = Sitting.opened_at.is_not(None) & Sitting.closed_at.is_(None)
    statement = select(Sitting).where(Sitting.jury_id == jury_id)
    return session.scalars(
        statement.order_by(is_open.desc(), Sitting.meets_at.desc(), Sitting.id).limit(50)
    ).all()


def sitting(
    session: Session, sitting_id: UUID, viewer: Actor, *, who: Who = rules.sees.where
) -> Sitting:
    """One meeting with its jury, stage and call.

    Raises:
        Unknown: there is none, or the viewer is not `who` may know of it.
    """
    return _one(session, _with_jury(select(Sitting)).where(Sitting.id == sitting_id, who(viewer)))


def locked_sitting(
    session: Session, sitting_id: UUID, viewer: Actor, *, who: Who, alone: bool = False
) -> Sitting:
    """The same to write on, locked behind its jury; `alone` keeps reviews out meanwhile.

    Raises:
        Unknown: there is none, or the viewer is not `who` may know of it.
    """
    panel = select(Jury.id).join(Sitting, Sitting.jury_id == Jury.id)
    panel = panel.where(Sitting.id == sitting_id, who(viewer))
    panel = panel.with_for_update(of=Jury, read=not alone, key_share=not alone)
    if session.scalar(panel) is None:
        raise Unknown
    statement = (
        select(Sitting)
        .where(Sitting.id == sitting_id)
        .options(
            joinedload(Sitting.jury, innerjoin=True).joinedload(Jury.stage, innerjoin=True),
            joinedload(Sitting.jury, innerjoin=True)
            .joinedload(Jury.call, innerjoin=True)
            .selectinload(Call.funders),
        )
        .with_for_update(of=Sitting)
    )
    return _one(session, statement.execution_options(populate_existing=True))


def agenda(sitting: Sitting, viewer: Actor) -> Select[*tuple[Any, ...]]:
    """The lines of an agenda in their order, without those that the viewer is recused from.

    Titles and applicants are as the viewer may read them. The jury's stage must be loaded.
    """
    viewer = rules.eyes(viewer, sitting.jury_id)
    return (
        select(
            SittingItem.id,
            SittingItem.application_id,
            SittingItem.position,
            Application.number,
            seen.title_of(sitting.jury, viewer),
            seen.applicant_of(sitting.jury, viewer),
            SittingItem.is_current,
            SittingItem.began_at,
            SittingItem.ended_at,
            SittingItem.note,
        )
        .join(Application, Application.id == SittingItem.application_id)
        .join(Person, Person.id == Application.author_id)
        .outerjoin(Organisation, Organisation.id == Application.organisation_id)
        .where(
            SittingItem.sitting_id == sitting.id,
            not_among(SittingItem.application_id, viewer.recused_from),
        )
        .order_by(SittingItem.position)
    )


def leads(session: Session, sitting: Sitting, viewer: Actor) -> bool:
    """Whether the viewer leads a meeting: the jury's chair, or an officer of its call."""
    leading = select(Jury.id).where(Jury.id == sitting.jury_id, may_close(viewer))
    return session.scalar(leading) is not None


def presides(session: Session, sitting: Sitting, viewer: Actor) -> bool:
    """Whether the viewer chairs the jury."""
    chairing = select(Jury.id).where(Jury.id == sitting.jury_id, juries.chairs(viewer))
    return session.scalar(chairing) is not None


def agenda_lines(session: Session, sitting: Sitting, viewer: Actor) -> list[ItemLine]:
    """The whole agenda that the viewer may read, in one piece. One statement."""
    return [ItemLine._make(row) for row in session.execute(agenda(sitting, viewer))]


def current(session: Session, sitting: Sitting) -> SittingItem | None:
    """The point at hand, whoever asks: for services, and to know that one must leave."""
    return session.scalar(
        select(SittingItem).where(SittingItem.sitting_id == sitting.id, SittingItem.is_current)
    )


def places(session: Session, sitting: Sitting, application_id: UUID | None) -> list[Place]:
    """Every member who accepted, as the point at hand finds them; chair first. One statement."""
    recused = (
        select(Recusal.id)
        .where(Recusal.person_id == Seat.person_id, Recusal.application_id == application_id)
        .exists()
    )
    statement = (
        select(
            Seat.id,
            Seat.person_id,
            Seat.name,
            Seat.role,
            Attendance.mode,
            Attendance.came_at,
            recused,
            Proxy.holder_id,
            Proxy.used_at.is_not(None),
        )
        .outerjoin(
            Attendance,
            (Attendance.seat_id == Seat.id)
            & (Attendance.sitting_id == sitting.id)
            & Attendance.left_at.is_(None),
        )
        .outerjoin(
            Proxy,
            (Proxy.giver_id == Seat.id)
            & (Proxy.sitting_id == sitting.id)
            & Proxy.revoked_at.is_(None),
        )
        .where(Seat.jury_id == sitting.jury_id, Seat.accepted_at.is_not(None))
        .order_by(Seat.role, func.lower(Seat.name), Seat.id)
        .limit(SEATS_MAX)
    )
    rows: Sequence[Any] = session.execute(statement).all()
    return [Place(*row) for row in rows]


FIGURES = text(
    """
    SELECT count(*) AS scores,
        ((2 * sum(r.total)::bigint + count(*)) / (2 * nullif(count(*), 0)))::int AS mean,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY r.total)::numeric AS median,
        min(r.total) AS least, max(r.total) AS most,
        max(r.total) FILTER (WHERE r.seat_id = :seat) AS mine
    FROM review r
    WHERE r.jury_id = :jury AND r.application_id = :application
      AND r.state = 'final' AND r.set_aside_at IS NULL
    """
)
REVISED = text(
    """
    SELECT s.name, v.total_before, v.total, v.reason, v.revised_at
    FROM review_revision v JOIN review r ON r.id = v.review_id JOIN seat s ON s.id = r.seat_id
    WHERE r.jury_id = :jury AND r.application_id = :application AND r.set_aside_at IS NULL
    ORDER BY v.revised_at, v.id LIMIT 100
    """
)


def room(session: Session, sitting_id: UUID, viewer: Actor) -> Room:
    """A meeting as the viewer sees it: at most eight statements.

    Raises:
        Unknown: there is none, or the viewer has no part in it.
    """
    at_hand = live(session, sitting_id, viewer)
    held = sitting(session, sitting_id, viewer)
    viewer = rules.eyes(viewer, held.jury_id)
    seat = session.scalar(
        select(Seat).where(Seat.jury_id == held.jury_id, juries.holds.where(viewer))
    )
    is_out = at_hand.application_id in viewer.recused_from
    item_id = None if is_out else at_hand.item_id
    seated = places(session, held, at_hand.application_id)
    facts: dict[str, Any] = {"item": None}
    if item_id is not None:
        facts = _about(session, held, at_hand, seat, viewer)
    if not is_out:
        facts |= _motions(session, held, item_id)
    return Room(
        sitting=held,
        seat=seat,
        leads=_leads(session, held, seat, viewer),
        is_out=is_out,
        places=seated,
        stamp=beat(at_hand, viewer).stamp,
        here_id=at_hand.item_id,
        **facts,
    )


def _leads(session: Session, held: Sitting, seat: Seat | None, viewer: Actor) -> bool:
    """As `leads`, without asking for a member who works for nobody: sixty screens draw at once."""
    if seat is not None and seat.role is SeatRole.CHAIR:
        return True
    return bool(viewer.funders) and leads(session, held, viewer)


def _about(
    session: Session, held: Sitting, at_hand: Any, seat: Seat | None, viewer: Actor
) -> dict[str, Any]:
    line = session.execute(agenda(held, viewer).where(SittingItem.id == at_hand.item_id)).one()
    known = {"jury": held.jury_id, "application": at_hand.application_id}
    own = {"seat": seat.id if seat else None}
    row = session.execute(FIGURES, known | own).one()
    median = None if row.median is None else int(row.median + HALF)
    figures = Figures(
        row.scores, row.mean, median, row.least, row.most, row.mine, row.mine is not None
    )
    changed = session.execute(REVISED, known) if at_hand.revisions else ()
    revised = [Revised._make(one) for one in changed]
    return {"item": ItemLine._make(line), "figures": figures, "revised": revised}


def _motions(session: Session, held: Sitting, item_id: UUID | None) -> dict[str, Any]:
    """The motions of the point at hand and those on the whole, latest first; who voted."""
    of_item = [Motion.item_id == item_id] if item_id is not None else []
    found = session.scalars(
        select(Motion)
        .where(Motion.sitting_id == held.id, or_(Motion.item_id.is_(None), *of_item))
        .order_by(Motion.number.desc())
        .limit(50)
    ).all()
    going = next((one.id for one in found if one.closed_at is None), None)
    voted: Sequence[UUID] = ()
    if going is not None:
        voted = session.scalars(
            select(MotionVote.seat_id).where(MotionVote.motion_id == going)
        ).all()
    return {"motions": list(found), "voted": frozenset(voted)}


def _with_jury(statement: Select[Sitting]) -> Select[Sitting]:
    whole = contains_eager(Sitting.jury)
    return (
        statement.join(Sitting.jury)
        .join(Jury.stage)
        .join(Jury.call)
        .options(whole.contains_eager(Jury.stage), whole.contains_eager(Jury.call))
    )


def _one(session: Session, statement: Select[Sitting]) -> Sitting:
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise Unknown
    return found
