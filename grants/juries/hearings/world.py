"""Everything that decides where a jury may hear whom, read at once: eight statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, func, or_, select, union
from sqlalchemy.orm import Session

from grants.applications.models import Application
from grants.applications.rules import not_recused
from grants.calls.models import Jury
from grants.juries import rules
from grants.juries.hearings.models import (
    Convocation,
    Hearing,
    HearingAvailability,
    HearingImpossibility,
    HearingPlan,
    HearingSeat,
)
from grants.juries.hearings.slots import Board, Case, Held, Hours, Juror, Span, halves_of
from grants.juries.models import Recusal, Seat, SeatRole
from grants.juries.queries import READABLE
from grants.kernel.access import Actor
from grants.people.models import Organisation, Person

KEPT = or_(
    Hearing.attendance.is_not(None),
    exists().where(
        Convocation.jury_id == Hearing.jury_id,
        Convocation.application_id == Hearing.application_id,
        Convocation.is_cancelled.is_(False),
    ),
)
"""Whether a hearing outlives a new plan: its applicant was told, or it took place."""


@dataclass(frozen=True)
class Line:
    """One application to be heard, as the service names it."""

    application_id: UUID
    number: str
    title: str
    applicant: str


@dataclass(frozen=True)
class Standing:
    """One hearing of the call that stands, by this jury or another; `is_kept` as KEPT says."""

    hearing_id: UUID
    jury_id: UUID
    application_id: UUID
    span: Span
    is_kept: bool
    seats: frozenset[UUID]


@dataclass(frozen=True)
class World:
    """A jury with its plan, its members, its applications and what stands already."""

    jury: Jury
    plan: HearingPlan
    hours: Hours
    jurors: tuple[Juror, ...]
    silent: tuple[str, ...]
    lines: Mapping[UUID, Line]
    cases: Mapping[UUID, Case]
    standing: tuple[Standing, ...]

    def board(self, *, only_kept: bool) -> Board:
        """The grid. With `only_kept`, this jury's hearings that may still move do not count."""
        return self._board(
            one
            for one in self.standing
            if one.is_kept or not only_kept or one.jury_id != self.jury.id
        )

    def without(self, *applications: UUID) -> Board:
        """The grid as if this jury's hearings of these applications were not there."""
        return self._board(
            one
            for one in self.standing
            if one.jury_id != self.jury.id or one.application_id not in applications
        )

    def _board(self, standing: Iterable[Standing]) -> Board:
        held = [Held(one.span, one.application_id, one.seats) for one in standing]
        return Board(self.hours, self.jurors, held, self.jury.quorum)

    def hearing_of(self, application_id: UUID) -> Standing | None:
        """The hearing of an application by this jury."""
        found = (one for one in self.standing if one.application_id == application_id)
        return next((one for one in found if one.jury_id == self.jury.id), None)


def hours_of(plan: HearingPlan) -> Hours:
    """The grid that a plan describes."""
    lunch = None
    if plan.lunch_from is not None and plan.lunch_until is not None:
        lunch = (plan.lunch_from, plan.lunch_until)
    return Hours(
        tuple(date.fromisoformat(one) for one in plan.days),
        plan.first_minute,
        plan.last_minute,
        plan.length_minutes,
        plan.pause_minutes,
        tuple(plan.places),
        lunch,
    )


def plan_of(session: Session, jury_id: UUID) -> HearingPlan | None:
    """The constraints of a jury's hearings, once they were written. The caller read the jury."""
    return session.scalar(select(HearingPlan).where(HearingPlan.jury_id == jury_id))


def world_of(session: Session, jury: Jury, plan: HearingPlan, viewer: Actor) -> World:
    """The whole of it, applications that the viewer is recused from aside.

    What these take stands in the way all the same, without a name. The caller read the jury.
    """
    hours = hours_of(plan)
    jurors, silent = _jurors(session, jury, plan, halves_of(hours))
    lines = _lines(session, jury, viewer)
    standing = _standing(session, jury)
    kept_from = _kept_from(session, jury)
    away = _away(session, jury, standing)
    cases = {
        one.application_id: Case(
            one.application_id,
            one.number,
            frozenset(kept_from[one.application_id]),
            tuple(away[one.application_id]),
        )
        for one in lines.values()
    }
    return World(jury, plan, hours, jurors, silent, lines, cases, standing)


def never_heard_by(jury: Jury) -> Select[*tuple[Any, ...]]:
    """Pairs of a seat and an application that it must not hear: recusals, and one's own side."""
    recused = (
        select(Seat.id, Recusal.application_id)
        .join(Recusal, Recusal.person_id == Seat.person_id)
        .where(Seat.jury_id == jury.id)
    )
    own = (
        select(Seat.id, Application.id)
        .join(Application, Application.call_id == jury.call_id)
        .where(
            Seat.jury_id == jury.id,
            Seat.person_id.is_not(None),
            Application.state.in_(READABLE),
            rules.own_side(Seat.person_id),
        )
    )
    both = union(recused, own).subquery()
    return select(both.c[0], both.c[1])


def _jurors(
    session: Session, jury: Jury, plan: HearingPlan, halves: Sequence[str]
) -> tuple[tuple[Juror, ...], tuple[str, ...]]:
    statement = (
        select(Seat.id, Seat.name, Seat.role, HearingAvailability.halves)
        .outerjoin(HearingAvailability, HearingAvailability.seat_id == Seat.id)
        .where(Seat.jury_id == jury.id, Seat.accepted_at.is_not(None))
        .order_by(func.lower(Seat.name), Seat.id)
    )
    rows = session.execute(statement).all()
    free = halves if plan.counts_silent else ()
    jurors = tuple(
        Juror(
            seat_id,
            name,
            frozenset(free if said is None else said) & frozenset(halves),
            presides=role is SeatRole.CHAIR,
        )
        for seat_id, name, role, said in rows
    )
    return jurors, tuple(name for _seat, name, _role, said in rows if said is None)


def _lines(session: Session, jury: Jury, viewer: Actor) -> dict[UUID, Line]:
    statement = (
        select(
            Application.id,
            Application.number,
            Application.title,
            func.coalesce(Organisation.name, Person.name),
        )
        .join(Person, Person.id == Application.author_id)
        .outerjoin(Organisation, Organisation.id == Application.organisation_id)
        .where(
            Application.call_id == jury.call_id,
            Application.state.in_(READABLE),
            not_recused.where(viewer),
        )
        .order_by(Application.number)
    )
    rows = session.execute(statement)
    return {one[0]: Line(one[0], one[1] or "", one[2], one[3]) for one in rows}


def _standing(session: Session, jury: Jury) -> tuple[Standing, ...]:
    seats = func.array_agg(HearingSeat.seat_id).filter(HearingSeat.seat_id.is_not(None))
    statement = (
        select(Hearing, KEPT, seats)
        .outerjoin(HearingSeat, HearingSeat.hearing_id == Hearing.id)
        .where(Hearing.call_id == jury.call_id)
        .group_by(Hearing.id)
        .order_by(Hearing.starts_at, Hearing.place)
    )
    return tuple(
        Standing(
            one.id,
            one.jury_id,
            one.application_id,
            Span(one.starts_at, one.ends_at, one.place),
            bool(kept),
            frozenset(sitting or ()),
        )
        for one, kept, sitting in session.execute(statement)
    )


def _kept_from(session: Session, jury: Jury) -> defaultdict[UUID, set[UUID]]:
    found: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for seat_id, application_id in session.execute(never_heard_by(jury)):
        found[application_id].add(seat_id)
    return found


def _away(
    session: Session, jury: Jury, standing: Sequence[Standing]
) -> defaultdict[UUID, list[Any]]:
    """When applicants cannot come: what they said, and their hearings by other juries."""
    found: defaultdict[UUID, list[tuple[datetime, datetime]]] = defaultdict(list)
    statement = select(HearingImpossibility).where(HearingImpossibility.jury_id == jury.id)
    for one in session.scalars(statement.order_by(HearingImpossibility.starts_at)):
        found[one.application_id].append((one.starts_at, one.ends_at))
    for other in standing:
        if other.jury_id != jury.id:
            found[other.application_id].append((other.span.starts_at, other.span.ends_at))
    return found
