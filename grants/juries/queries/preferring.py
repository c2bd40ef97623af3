"""What a juror may say a preference about: numbers and titles, before any file is opened."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from grants.applications.models import Application
from grants.juries import rules
from grants.juries.models import Liking, ReadingPreference, Seat
from grants.juries.queries.blind import applicant_of, title_of
from grants.juries.queries.work import READABLE
from grants.kernel.access import Actor, not_among
from grants.people.models import Organisation, Person


class PreferenceLine(NamedTuple):
    """One application as its reader may be shown it, and what they said of it so far."""

    application_id: UUID
    number: str
    title: str
    applicant: str
    requested: int
    liking: Liking | None


def preferences(seat: Seat, viewer: Actor) -> Select[*tuple[Any, ...]]:
    """Everything that the holder of a seat may be given to read, by number; to be paged.

    The seat's jury and stage are loaded.
    """
    said = (ReadingPreference.application_id == Application.id) & (
        ReadingPreference.seat_id == seat.id
    )
    return (
        select(
            Application.id,
            Application.number,
            title_of(seat.jury, viewer),
            applicant_of(seat.jury, viewer),
            Application.requested,
            ReadingPreference.liking,
        )
        .join(Person, Person.id == Application.author_id)
        .outerjoin(Organisation, Organisation.id == Application.organisation_id)
        .outerjoin(ReadingPreference, said)
        .where(*_theirs(seat, viewer))
        .order_by(Application.number)
    )


def preferable(session: Session, seat: Seat, viewer: Actor, ids: Iterable[UUID]) -> set[UUID]:
    """Which of these applications the holder of a seat may say something of; one statement."""
    statement = select(Application.id).where(Application.id.in_(sorted(ids)))
    return set(session.scalars(statement.where(*_theirs(seat, viewer))))


def _theirs(seat: Seat, viewer: Actor) -> tuple[ColumnElement[bool], ...]:
    return (
        Application.call_id == seat.jury.call_id,
        Application.state.in_(READABLE),
        not_among(Application.id, viewer.recused_from),
        ~rules.own_side(viewer.id),
    )
