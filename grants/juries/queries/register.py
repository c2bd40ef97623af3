"""The register of recusals, and who certified at the end that they took no part."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session, joinedload

from grants.applications.models import Application
from grants.calls.models import Call, Jury
from grants.juries import rules
from grants.juries.models import (
    SEATS_MAX,
    Assignment,
    ReasonClass,
    Recusal,
    RecusalCertificate,
    RecusalOrigin,
    Seat,
)
from grants.kernel.access import Actor, not_among
from grants.kernel.errors import Refused, Unknown
from grants.people.models import FunderMember, Person

ALL = 100_000


class RegisterLine(NamedTuple):
    """One recusal as the annex of a deliberation says it: never the person's own words."""

    declared_at: datetime
    person: str
    number: str
    title: str
    origin: RecusalOrigin
    reason_class: ReasonClass


class Certified(NamedTuple):
    """One member with what they certified; None is missing."""

    seat: Seat
    recusals: int
    certified_at: datetime | None


def register(call: Call, viewer: Actor) -> Select[*tuple[Any, ...]]:
    """The register of a call that the viewer may follow, in the order of time; to be paged.

    Never a line about what the viewer is recused from: their own is not theirs to read.
    """
    return (
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
        .where(
            Application.call_id == call.id,
            not_among(Application.id, viewer.recused_from),
        )
        .order_by(Recusal.declared_at, Recusal.id)
    )


def whole_register(session: Session, call: Call, viewer: Actor) -> list[RegisterLine]:
    """The same in one piece, for the annex. One statement."""
    rows = session.execute(register(call, viewer).limit(ALL))
    return [RegisterLine._make(row) for row in rows]


def certificates(session: Session, jury: Jury, viewer: Actor) -> Sequence[Certified]:
    """Every member who joined, with what they certified, by name. One statement.

    The recusals counted are those that the viewer may know of.
    """
    many = (
        select(func.count())
        .select_from(Recusal)
        .join(Application, Application.id == Recusal.application_id)
        .where(
            Recusal.person_id == Seat.person_id,
            Application.call_id == jury.call_id,
            not_among(Application.id, viewer.recused_from),
        )
        .scalar_subquery()
    )
    statement = (
        select(Seat, many, RecusalCertificate.certified_at)
        .outerjoin(RecusalCertificate, RecusalCertificate.seat_id == Seat.id)
        .where(Seat.jury_id == jury.id, Seat.accepted_at.is_not(None))
        .order_by(func.lower(Seat.name), Seat.id)
        .limit(SEATS_MAX)
    )
    return [Certified(*row) for row in session.execute(statement)]


def certificate(session: Session, seat: Seat) -> RecusalCertificate | None:
    """What the holder of a seat certified, if they did. The caller has read the seat."""
    wanted = select(RecusalCertificate).where(RecusalCertificate.seat_id == seat.id)
    return session.scalar(wanted)


def stepped_from(session: Session, application_id: UUID, viewer: Actor) -> Application:
    """An application from which the viewer may step back as an agent, its call and funders.

    Raises:
        Unknown: there is none, or the viewer works for none of its funders, or is recused.
    """
    funders = joinedload(Application.call, innerjoin=True).selectinload(Call.funders)
    found = session.scalars(
        select(Application)
        .where(Application.id == application_id, rules.steps_back.where(viewer))
        .options(funders)
    ).one_or_none()
    if found is None:
        raise Unknown
    return found


def imposed_on(session: Session, number: str, viewer: Actor) -> UUID | None:
    """The application of that number from which the viewer may recuse an agent. One statement."""
    return session.scalar(
        select(Application.id).where(
            func.upper(Application.number) == number.strip().upper(), rules.imposes.where(viewer)
        )
    )


def agents(application: Application, viewer: Actor) -> Select[Person]:
    """Whoever works for a funder of an application's call and is not recused from it, by name.

    The viewer aside. The application's call and funders must be loaded.
    """
    funders = [one.funder_id for one in application.call.funders]
    works = exists().where(FunderMember.person_id == Person.id, FunderMember.funder_id.in_(funders))
    away = exists().where(Recusal.person_id == Person.id, Recusal.application_id == application.id)
    return (
        select(Person)
        .where(works, ~away, Person.id != viewer.id, Person.disabled_at.is_(None))
        .order_by(func.lower(Person.name), Person.id)
        .limit(500)
    )


def numbered(session: Session, jury: Jury, number: str, viewer: Actor) -> UUID:
    """The application of that number among those that a jury reads.

    Raises:
        Refused: `recusal.number`: none, or none that the viewer may know of.
    """
    statement = select(Application.id).where(
        func.upper(Application.number) == number.strip().upper(),
        Application.call_id == jury.call_id,
        exists().where(Assignment.jury_id == jury.id, Assignment.application_id == Application.id),
        not_among(Application.id, viewer.recused_from),
    )
    found = session.scalar(statement)
    if found is None:
        raise Refused("recusal.number", field="number")
    return found
