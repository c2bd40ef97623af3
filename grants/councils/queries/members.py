"""The members of the body, and the accounts that they may have."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, joinedload

from grants.councils import rules
from grants.councils.models import CouncilSeat, Meeting
from grants.decisions.models import Body
from grants.decisions.rules import RECORDERS
from grants.kernel.access import Actor, FunderRole
from grants.people.models import Funder, FunderMember, Person

BY_NAME = func.lower(func.unaccent(CouncilSeat.name))
"""Éléonore stands among the E, as on any list of a council."""


def seats(*, viewer: Actor) -> Select[CouncilSeat]:
    """The members, present and past, of the viewer's funders, to be cut in pages."""
    return (
        select(CouncilSeat)
        .where(rules.reads_seats.where(viewer))
        .options(joinedload(CouncilSeat.person))
        .order_by(
            CouncilSeat.until.desc().nulls_first(),
            CouncilSeat.in_bureau.desc(),
            BY_NAME,
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
    ordered = statement.order_by(CouncilSeat.in_bureau.desc(), BY_NAME, CouncilSeat.id)
    return session.scalars(ordered).all()


def called(session: Session, meeting: Meeting) -> Sequence[CouncilSeat]:
    """The members whom a meeting calls, with their accounts: by e-mail where they have one."""
    sitting = meeting.council_session
    seats = in_office(session, sitting.funder_id, sitting.body, sitting.held_on)
    ids = [one.id for one in seats]
    return session.scalars(
        select(CouncilSeat)
        .where(CouncilSeat.id.in_(ids))
        .options(joinedload(CouncilSeat.person))
        .order_by(CouncilSeat.name, CouncilSeat.id)
    ).all()


def own_funders(session: Session, viewer: Actor) -> dict[UUID, str]:
    """The authorities for which the viewer holds meetings, by name."""
    ours = sorted(viewer.funders_as(*RECORDERS))
    rows = session.execute(
        select(Funder.id, Funder.name).where(Funder.id.in_(ours)).order_by(Funder.name)
    )
    return {row.id: row.name for row in rows}


def elected(session: Session, viewer: Actor) -> dict[UUID, str]:
    """The accounts of the elected members of those authorities: name and address."""
    rows = session.execute(
        select(Person.id, Person.name, Person.email)
        .join(FunderMember, FunderMember.person_id == Person.id)
        .where(
            FunderMember.funder_id.in_(sorted(viewer.funders_as(*RECORDERS))),
            FunderMember.role == FunderRole.ELECTED,
        )
        .order_by(Person.name, Person.id)
        .distinct()
    )
    return {row.id: f"{row.name} ({row.email})" for row in rows}
