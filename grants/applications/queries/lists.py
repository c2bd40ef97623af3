"""Many applications: mine, and a call's. Counted, searched, sorted and cut in SQL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Integer,
    ScalarSelect,
    Select,
    SQLColumnExpression,
    String,
    Uuid,
    cast,
    column,
    func,
    select,
    table,
)
from sqlalchemy.orm import Session, joinedload

from grants.applications import rules
from grants.applications.models import Application, ApplicationState, folded
from grants.applications.queries.history import announced
from grants.calls.models import Call
from grants.kernel.access import Actor
from grants.kernel.errors import Unknown
from grants.kernel.money import Unit
from grants.people.models import Organisation, Person

WORDS_MAX = 8

# Juries stand above applications: only the columns of theirs that a list shows are named here.
review = table(
    "review",
    column("application_id", Uuid),
    column("state", String),
    column("total", Integer),
    column("set_aside_at"),
)


class OwnLine(NamedTuple):
    """One application among the applicant's own. `requested` counts `unit`."""

    id: UUID
    title: str
    number: str | None
    state: ApplicationState
    requested: int
    unit: Unit
    saved_at: datetime | None
    submitted_at: datetime | None
    complement_due_on: date | None
    decided_at: datetime | None
    knew_at: datetime | None
    announced: bool
    organisation: str | None
    organisation_id: UUID | None
    call_id: UUID
    call_title_fr: str
    call_title_en: str
    closes_at: datetime | None


class InboxLine(NamedTuple):
    """One row of the officers' list. `requested` counts the call's unit."""

    id: UUID
    number: str
    title: str
    applicant: str
    requested: int
    state: ApplicationState
    submitted_at: datetime
    track_key: str | None
    complement_due_on: date | None


@dataclass(frozen=True)
class Asked:
    """What an officer asks of the list. `sort` is a key of `SORTS`, behind « - » downwards."""

    text: str = ""
    state: ApplicationState | None = None
    track_key: str = ""
    sort: str = "number"
    number: int = 1
    per_page: int = 50


applicant_name = func.coalesce(Organisation.name, Person.name)

# `place` is the order of arrival, and of the numbers.
SORTS: Mapping[str, SQLColumnExpression[Any]] = {
    "number": Application.place,
    "submitted": Application.place,
    "title": func.lower(Application.title),
    "applicant": func.lower(applicant_name),
    "requested": Application.requested,
    "state": Application.state,
}


def call_of_inbox(session: Session, call_id: UUID, viewer: Actor) -> Call:
    """A call whose applications the viewer may list, with its form and tracks. One statement.

    Raises:
        Unknown: there is none, or the viewer reads for none of its funders.
    """
    statement = (
        select(Call)
        .where(Call.id == call_id, rules.call_is_read_for_funder(viewer))
        .options(joinedload(Call.current_revision), joinedload(Call.tracks))
    )
    call: Call | None = session.scalars(statement).unique().one_or_none()
    if call is None:
        raise Unknown
    return call


def mean_scores(session: Session, ids: Sequence[UUID]) -> dict[UUID, int]:
    """The mean of final reviews by application, in thousandths of 100; absent without any.

    One statement, and none for no application. Abstentions and recused jurors do not count.
    """
    if not ids:
        return {}
    statement = (
        select(review.c.application_id, cast(func.round(func.avg(review.c.total)), Integer))
        .where(
            review.c.application_id.in_(ids),
            review.c.state == "final",
            review.c.set_aside_at.is_(None),
        )
        .group_by(review.c.application_id)
    )
    rows = session.execute(statement).all()
    return {application_id: mean for application_id, mean in rows}  # noqa: C416 -- rows


def draft_beside_call(viewer: Actor) -> ScalarSelect[UUID]:
    """The draft that the viewer's side has already begun for a call, the latest if several.

    To be read in the statement that reads the call.
    """
    return (
        select(Application.id)
        .where(
            Application.call_id == Call.id,
            Application.state == ApplicationState.DRAFT,
            Application.is_test.is_(False),
            rules.is_author_side.where(viewer),
        )
        .order_by(Application.started_at.desc(), Application.id.desc())
        .limit(1)
        .correlate(Call)
        .scalar_subquery()
    )


def mine(session: Session, viewer: Actor, *, call_id: UUID | None = None) -> Sequence[OwnLine]:
    """Everything on the viewer's side as applicant (to one call), the last touched first.

    One statement; the latest 500 at most.
    """
    narrowed = () if call_id is None else (Application.call_id == call_id,)
    statement = (
        select(
            Application.id,
            Application.title,
            Application.number,
            Application.state,
            Application.requested,
            Call.unit,
            Application.saved_at,
            Application.submitted_at,
            Application.complement_due_on,
            Application.decided_at,
            Application.knew_at,
            announced(Application.id),
            Organisation.name,
            Application.organisation_id,
            Application.call_id,
            Call.title_fr,
            Call.title_en,
            Call.closes_at,
        )
        .join(Call, Call.id == Application.call_id)
        .outerjoin(Organisation, Organisation.id == Application.organisation_id)
        .where(rules.is_author_side.where(viewer), Application.is_test.is_(False), *narrowed)
        .order_by(
            func.coalesce(Application.saved_at, Application.started_at).desc(), Application.id
        )
        .limit(500)
    )
    return [OwnLine._make(row) for row in session.execute(statement)]


def inbox(session: Session, call_id: UUID, viewer: Actor, asked: Asked) -> list[InboxLine]:
    """One page of a call's submitted applications, for the funders' side. One statement."""
    down = asked.sort.startswith("-")
    column = SORTS.get(asked.sort.removeprefix("-"), Application.place)
    tie = Application.place
    order = [column.desc(), tie.desc()] if down else [column.asc(), tie.asc()]
    statement = (
        _lines(call_id, viewer)
        .where(*_filters(asked), *_state(asked))
        .order_by(*(order if column is not tie else order[:1]))
        .limit(asked.per_page)
        .offset((asked.number - 1) * asked.per_page)
    )
    return [InboxLine._make(row) for row in session.execute(statement)]


def counts_by_state(session: Session, call_id: UUID, viewer: Actor) -> dict[ApplicationState, int]:
    """How many submitted applications of a call stand in each state. One statement.

    Drafts are nobody's business yet.
    """
    statement = (
        select(Application.state, func.count())
        .where(*_of_call(call_id, viewer))
        .group_by(Application.state)
    )
    rows = session.execute(statement).all()
    return {state: count for state, count in rows}  # noqa: C416 -- rows, not tuples


def total(session: Session, call_id: UUID, viewer: Actor, asked: Asked) -> int:
    """How many lines the inbox has. One statement.

    Without a filter nothing is counted, for no page should do work that grows with the call:
    places run from 1 without gaps, so the last one is the number of submissions.
    """
    if asked.state or asked.text.strip() or asked.track_key:
        statement = select(func.count()).select_from(Application)
        statement = statement.where(*_of_call(call_id, viewer), *_filters(asked), *_state(asked))
        return session.scalar(statement) or 0
    mine = Application.call_id == call_id
    last = select(func.max(Application.place)).where(mine).scalar_subquery()
    hidden = (
        select(func.count())
        .where(mine, Application.submitted_at.is_not(None), ~rules.not_recused.where(viewer))
        .scalar_subquery()
    )
    readable = select(func.coalesce(last, 0) - hidden).where(*_of_call(call_id, viewer)[1:2])
    return session.scalar(readable) or 0


def exported(session: Session, call_id: UUID, viewer: Actor) -> Iterator[tuple[Any, ...]]:
    """Every line of the inbox with its answers, in the order of arrival, 200 rows in memory."""
    statement = (
        _lines(call_id, viewer)
        .add_columns(Application.answers)
        .order_by(Application.place)
        .execution_options(yield_per=200)
    )
    for row in session.execute(statement):
        yield tuple(row)


def _lines(call_id: UUID, viewer: Actor) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Application.id,
            Application.number,
            Application.title,
            applicant_name,
            Application.requested,
            Application.state,
            Application.submitted_at,
            Application.track_key,
            Application.complement_due_on,
        )
        .join(Person, Person.id == Application.author_id)
        .outerjoin(Organisation, Organisation.id == Application.organisation_id)
        .where(*_of_call(call_id, viewer))
    )


def _of_call(call_id: UUID, viewer: Actor) -> list[ColumnElement[bool]]:
    """`rules.is_funder_side` within one call: its funders are looked up once, not once a row."""
    return [
        Application.call_id == call_id,
        select(Call.id)
        .where(Call.id == call_id, rules.call_is_read_for_funder(viewer))
        .exists()
        .correlate(None),
        rules.was_submitted.where(viewer),
        rules.not_recused.where(viewer),
    ]


def _filters(asked: Asked) -> list[ColumnElement[bool]]:
    words = folded(asked.text).split()[:WORDS_MAX]
    found: list[ColumnElement[bool]] = [
        Application.search_text.contains(word, autoescape=True)
        | func.lower(Application.number).contains(word, autoescape=True)
        for word in words
    ]
    if asked.track_key:
        found.append(Application.track_key == asked.track_key)
    return found


def _state(asked: Asked) -> list[ColumnElement[bool]]:
    return [Application.state == asked.state] if asked.state else []
