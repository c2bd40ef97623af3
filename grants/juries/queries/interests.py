"""Declarations of interests, read by whoever made them, and those that end soon."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from grants.calls.models import Jury
from grants.juries.models import InterestsDeclaration, Seat
from grants.kernel.access import Actor
from grants.kernel.clock import paris_date

REMINDED_BEFORE = timedelta(days=30)
REMINDED_AT_ONCE = 500


def own_declaration(session: Session, viewer: Actor) -> InterestsDeclaration | None:
    """The viewer's latest declaration, in force or lapsed, with its lines."""
    return session.scalars(
        select(InterestsDeclaration)
        .where(InterestsDeclaration.person_id == viewer.id)
        .options(selectinload(InterestsDeclaration.interests))
        .order_by(InterestsDeclaration.declared_at.desc(), InterestsDeclaration.id.desc())
        .limit(1)
    ).one_or_none()


def sits_or_is_asked(session: Session, viewer: Actor) -> bool:
    """Whether the viewer holds a seat, or is offered one: only they have anything to declare."""
    asked = (Seat.person_id == viewer.id) | (
        Seat.person_id.is_(None) & (Seat.email == viewer.email)
    )
    return (
        session.scalar(select(Seat.id).where(asked, Seat.declined_at.is_(None)).limit(1))
        is not None
    )


def is_declared(session: Session, viewer: Actor, *, now: datetime) -> bool:
    """Whether the viewer's interests are declared at this instant."""
    return (
        session.scalar(
            select(InterestsDeclaration.id)
            .where(
                InterestsDeclaration.person_id == viewer.id,
                InterestsDeclaration.lapses_on > paris_date(now),
            )
            .limit(1)
        )
        is not None
    )


def lapsing(session: Session, today: date) -> Sequence[InterestsDeclaration]:
    """Declarations of the next thirty days' end that nobody was told of, locked.

    Only of people who hold a seat on a jury that is not closed, and who have not declared anew.
    Rows that another worker holds are left to it.
    """
    later = (
        select(InterestsDeclaration.id)
        .where(InterestsDeclaration.person_id == Seat.person_id)
        .where(InterestsDeclaration.lapses_on > today + REMINDED_BEFORE)
        .correlate(Seat)
        .exists()
    )
    seated = (
        select(Seat.person_id)
        .join(Seat.jury)
        .where(Seat.accepted_at.is_not(None), Jury.closed_at.is_(None))
        .where(~later)
    )
    return session.scalars(
        select(InterestsDeclaration)
        .where(
            InterestsDeclaration.reminded_at.is_(None),
            InterestsDeclaration.lapses_on > today,
            InterestsDeclaration.lapses_on <= today + REMINDED_BEFORE,
            InterestsDeclaration.person_id.in_(seated),
        )
        .order_by(InterestsDeclaration.lapses_on, InterestsDeclaration.id)
        .limit(REMINDED_AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
