"""Conflicts suggested over a jury, for the officers who answer; never for who sits on it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, select, text
from sqlalchemy.orm import Session, contains_eager

from grants.applications.models import Application
from grants.calls.models import Jury
from grants.juries import rules
from grants.juries.models import (
    Answer,
    Assignment,
    ConflictHint,
    InterestKind,
    Seat,
    Strength,
)
from grants.juries.queries.juries import jury
from grants.juries.queries.radar import FUNDERS
from grants.kernel.access import Actor, not_among
from grants.kernel.errors import Unknown
from grants.people.models import Organisation, Person

ORDER = case(
    (ConflictHint.strength == Strength.STRONG, 0),
    (ConflictHint.strength == Strength.MEDIUM, 1),
    else_=2,
)


class HintLine(NamedTuple):
    """One suggestion with whom and what it is about; `given`: the member reads the file now."""

    hint: ConflictHint
    member: str
    number: str
    title: str
    applicant: str
    answerer: str | None
    given: bool


def oversees(viewer: Actor) -> ColumnElement[bool]:
    """Whether a jury's declared interests are the viewer's to see: its officers, off its seats."""
    own = select(Seat.id).where(
        Seat.jury_id == Jury.id, Seat.person_id == viewer.id, Seat.accepted_at.is_not(None)
    )
    return and_(rules.manages.where(viewer), ~own.exists())


def jury_overseen(session: Session, jury_id: UUID, viewer: Actor) -> Jury:
    """A jury whose conflicts the viewer answers.

    Raises:
        Unknown: there is none; the viewer is no officer of its call, or sits on it.
    """
    return jury(session, jury_id, viewer, who=oversees)


def hints(
    panel: Jury, viewer: Actor, *, answer: Answer | None = None, answered: bool = False
) -> Select[*tuple[Any, ...]]:
    """The suggestions of a jury, strongest first; open ones unless told otherwise. To be paged.

    The caller has read the jury by `jury_overseen`.
    """
    said = ConflictHint.answer == answer if answer else ConflictHint.answer.is_not(None)
    return _lines(panel, viewer).where(
        said if answer or answered else ConflictHint.answer.is_(None)
    )


def hint(session: Session, panel: Jury, hint_id: UUID, viewer: Actor) -> HintLine:
    """One suggestion.

    Raises:
        Unknown: there is none on this jury, or the viewer is recused from its application.
    """
    row = session.execute(_lines(panel, viewer).where(ConflictHint.id == hint_id)).one_or_none()
    if row is None:
        raise Unknown
    return HintLine._make(row)


def locked_hint(session: Session, jury_id: UUID, hint_id: UUID, viewer: Actor) -> ConflictHint:
    """The same to write, with its seat. Raises as `hint`."""
    found = session.scalars(
        select(ConflictHint)
        .join(ConflictHint.seat)
        .options(contains_eager(ConflictHint.seat))
        .where(
            ConflictHint.id == hint_id,
            ConflictHint.jury_id == jury_id,
            not_among(ConflictHint.application_id, viewer.recused_from),
        )
        .with_for_update(of=ConflictHint)
    ).one_or_none()
    if found is None:
        raise Unknown
    return found


def open_hints(session: Session, jury_id: UUID, viewer: Actor) -> int | None:
    """How many suggestions wait for an answer; None for who may not see them. One statement."""
    number = (
        select(func.count())
        .where(
            ConflictHint.jury_id == Jury.id,
            ConflictHint.answer.is_(None),
            not_among(ConflictHint.application_id, viewer.recused_from),
        )
        .scalar_subquery()
    )
    return session.scalar(
        select(number).select_from(Jury).where(Jury.id == jury_id, oversees(viewer))
    )


class FunderTie(NamedTuple):
    """A member who declared a tie to a funder of the call itself; `until` None: it goes on."""

    seat_id: UUID
    member: str
    kind: InterestKind
    body: str
    role: str
    until: date | None
    funder: str


def funder_ties(session: Session, panel: Jury) -> list[FunderTie]:
    """Members tied to a funder of the call, its co-funders included, by what they declared last.

    No suggestion over one application, which somebody would answer two hundred times: the tie is
    the same with all of them, and is weighed once, when seats are given. One statement. The
    caller has read the jury by `jury_overseen`.
    """
    rows = session.execute(text(FUNDERS), {"jury": panel.id, "call": panel.call_id})
    return [FunderTie._make(row) for row in rows]


class OpenPair(NamedTuple):
    """A member and an application between whom a suggestion waits."""

    seat_id: UUID
    application_id: UUID
    strength: Strength


def open_pairs(
    session: Session, jury_id: UUID, applications: Sequence[UUID], viewer: Actor
) -> list[OpenPair]:
    """Pairs of these applications with an open suggestion. One statement."""
    statement = (
        select(ConflictHint.seat_id, ConflictHint.application_id, func.min(ORDER))
        .join(Jury, Jury.id == ConflictHint.jury_id)
        .where(
            ConflictHint.jury_id == jury_id,
            ConflictHint.answer.is_(None),
            ConflictHint.application_id.in_(applications),
            not_among(ConflictHint.application_id, viewer.recused_from),
            oversees(viewer),
        )
        .group_by(ConflictHint.seat_id, ConflictHint.application_id)
    )
    strengths = list(Strength)
    return [OpenPair(seat, one, strengths[at]) for seat, one, at in session.execute(statement)]


def _lines(panel: Jury, viewer: Actor) -> Select[*tuple[Any, ...]]:
    answerer = select(Person.name).where(Person.id == ConflictHint.answered_by).scalar_subquery()
    author = select(Person.name).where(Person.id == Application.author_id).scalar_subquery()
    given = (
        select(Assignment.id)
        .where(
            Assignment.seat_id == ConflictHint.seat_id,
            Assignment.application_id == ConflictHint.application_id,
            Assignment.withdrawn_at.is_(None),
        )
        .exists()
    )
    return (
        select(
            ConflictHint,
            Seat.name,
            Application.number,
            Application.title,
            func.coalesce(Organisation.name, author),
            answerer,
            given,
        )
        .join(Seat, Seat.id == ConflictHint.seat_id)
        .join(Application, Application.id == ConflictHint.application_id)
        .outerjoin(Organisation, Organisation.id == Application.organisation_id)
        .where(
            ConflictHint.jury_id == panel.id,
            not_among(ConflictHint.application_id, viewer.recused_from),
        )
        .order_by(ORDER, func.lower(Seat.name), Application.number, ConflictHint.id)
    )


__all__ = [
    "FunderTie",
    "HintLine",
    "OpenPair",
    "funder_ties",
    "hint",
    "hints",
    "jury_overseen",
    "locked_hint",
    "open_hints",
    "open_pairs",
    "oversees",
]
