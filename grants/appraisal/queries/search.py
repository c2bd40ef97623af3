"""The officers' list, across calls or within one: searched, sorted, counted and cut in SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, and_, func, literal, select, union_all
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from grants.applications import rules
from grants.applications.models import Application, ApplicationState
from grants.appraisal import rules as own_rules
from grants.appraisal.models import ApplicationLabel, ExportProfile, Label
from grants.appraisal.queries.conditions import (
    Referent,
    applicant_name,
    meets,
    place_qpv,
    says,
)
from grants.appraisal.search import Wanted
from grants.calls.models import Batch, Call, CallFunder, Track
from grants.juries.models import Review, ReviewState
from grants.kernel.access import Actor, FunderRole
from grants.kernel.money import Unit
from grants.people.models import FunderMember, Organisation, Person

NO_BATCH = UUID(int=0)
COUNTED_MAX = 5_000
"""Beyond so many the list says « more than »: no page works more because there are more files."""


class Line(NamedTuple):
    """One row of the list. `requested` counts `unit`; `score` is in thousandths of 100."""

    id: UUID
    number: str
    title: str
    applicant: str
    requested: int
    unit: Unit
    state: ApplicationState
    submitted_at: datetime
    track_key: str | None
    complement_due_on: date | None
    call_id: UUID
    call_fr: str
    call_en: str
    referent: str | None
    town: str | None
    qpv: bool | None
    labels: Sequence[str]
    track_fr: str | None
    track_en: str | None
    batch_fr: str | None
    batch_en: str | None


class InBatch(NamedTuple):
    """One gathering of a rolling call, with how many of its files the viewer may read."""

    id: UUID
    label_fr: str
    label_en: str
    cut_off_at: datetime
    files: int


@dataclass(frozen=True)
class Sought:
    """What is asked of the list. `sort` is a key of `SORTS`, behind « - » downwards.

    `batch_id` is a gathering of a rolling call; `NO_BATCH` asks for the files of none.
    """

    wanted: Wanted
    call_id: UUID | None = None
    state: ApplicationState | None = None
    track_key: str = ""
    batch_id: UUID | None = None
    sort: str = ""
    number: int = 1
    per_page: int = 50

    @property
    def is_everything(self) -> bool:
        """Whether nothing narrows the list."""
        return self.wanted.is_everything and not (self.state or self.track_key or self.batch_id)


_scores = (
    select(Review.application_id, func.avg(Review.total).label("mean"))
    .where(Review.state == ReviewState.FINAL, Review.set_aside_at.is_(None))
    .group_by(Review.application_id)
    .subquery()
)
SORTS: Mapping[str, Any] = {
    "number": Application.submitted_at,
    "submitted": Application.submitted_at,
    "title": func.lower(Application.title),
    "applicant": func.lower(applicant_name),
    "requested": Application.requested,
    "state": Application.state,
    "referent": func.lower(Referent.name),
    "score": _scores.c.mean,
}


def lines(session: Session, sought: Sought, viewer: Actor, *, now: datetime) -> list[Line]:
    """One page of the list. One statement."""
    key = sought.sort.removeprefix("-")
    down = sought.sort.startswith("-") if key in SORTS else sought.call_id is None
    key = key if key in SORTS else "number"
    column: Any = SORTS[key]
    tie: Any = Application.id
    if sought.call_id is not None and key in {"number", "submitted"}:
        column = Application.place  # the order of arrival, and an index
    statement = (
        joined(_labelled(viewer))
        .outerjoin(Batch, Batch.id == Application.batch_id)
        .outerjoin(
            Track,
            and_(Track.call_id == Application.call_id, Track.key == Application.track_key),
        )
    )
    if key == "score":
        statement = statement.outerjoin(_scores, _scores.c.application_id == Application.id)
        order = [column.desc().nulls_last() if down else column.asc().nulls_last(), tie]
    else:
        order = [column.desc(), tie.desc()] if down else [column.asc(), tie.asc()]
    statement = (
        statement.where(*narrowed(sought, viewer, now=now))
        .order_by(*order)
        .limit(sought.per_page)
        .offset((sought.number - 1) * sought.per_page)
    )
    return [Line._make(row) for row in session.execute(statement)]


def total(session: Session, sought: Sought, viewer: Actor, *, now: datetime) -> int:
    """How many lines the list has, counted up to `COUNTED_MAX`. One statement."""
    found = joined(select(literal(1))).where(*narrowed(sought, viewer, now=now))
    limited = found.limit(COUNTED_MAX).subquery()
    return session.scalar(select(func.count()).select_from(limited)) or 0


def ids(
    session: Session, sought: Sought, viewer: Actor, *, now: datetime, limit: int
) -> list[tuple[UUID, str]]:
    """Which files the whole search finds, with their numbers, in the order of arrival."""
    statement = joined(select(Application.id, Application.number))
    statement = statement.where(*narrowed(sought, viewer, now=now))
    ordered = statement.order_by(Application.submitted_at, Application.id).limit(limit)
    return [(one, str(number)) for one, number in session.execute(ordered)]


def numbers_of(session: Session, chosen: Sequence[UUID], viewer: Actor) -> list[tuple[UUID, str]]:
    """Those of the chosen files that the viewer may read, with their numbers."""
    statement = select(Application.id, Application.number).where(
        Application.id.in_(chosen), rules.is_funder_side.where(viewer)
    )
    ordered = statement.order_by(Application.submitted_at, Application.id)
    return [(one, str(number)) for one, number in session.execute(ordered)]


class Choices(NamedTuple):
    """What an officer chooses from around a list: (id, name) pairs, by name."""

    labels: list[tuple[UUID, str]]
    officers: list[tuple[UUID, str]]
    layouts: list[tuple[UUID, str]]


def choices(session: Session, viewer: Actor, *, call_id: UUID | None = None) -> Choices:
    """The labels and the officers of the viewer's funders, or of a call's, and their layouts.

    One statement.
    """
    funders = viewer.funders_as(*own_rules.READERS)
    if not funders:
        return Choices([], [], [])
    ours: Any = sorted(funders)
    if call_id is not None:
        ours = select(CallFunder.funder_id).where(CallFunder.call_id == call_id)
    labels = select(literal("label").label("kind"), Label.id, Label.name).where(
        Label.funder_id.in_(ours), own_rules.reads_labels.where(viewer)
    )
    officers = (
        select(literal("officer"), Person.id, Person.name)
        .join(FunderMember, FunderMember.person_id == Person.id)
        .where(
            FunderMember.role == FunderRole.OFFICER,
            FunderMember.funder_id.in_(ours),
            Person.disabled_at.is_(None),
        )
        .distinct()
    )
    layouts = select(literal("layout"), ExportProfile.id, ExportProfile.name).where(
        own_rules.reads_profiles.where(viewer)
    )
    every = union_all(labels, officers, layouts).subquery()
    rows = session.execute(select(every).order_by(func.lower(every.c.name), every.c.id)).all()
    found: dict[str, list[tuple[UUID, str]]] = {"label": [], "officer": [], "layout": []}
    for kind, one, name in rows:
        found[kind].append((one, name))
    return Choices(found["label"], found["officer"], found["layout"])


def batches(session: Session, call_id: UUID, viewer: Actor) -> list[InBatch]:
    """The gatherings of a rolling call, the latest first, and their files. One statement."""
    files = (
        select(func.count())
        .where(
            Application.batch_id == Batch.id,
            rules.was_submitted.where(viewer),
            rules.not_recused.where(viewer),
        )
        .correlate(Batch)
        .scalar_subquery()
    )
    statement = select(Batch.id, Batch.label_fr, Batch.label_en, Batch.cut_off_at, files).where(
        Batch.call_id == call_id,
        select(Call.id)
        .where(Call.id == call_id, rules.call_is_read_for_funder(viewer))
        .exists()
        .correlate(None),
    )
    rows = session.execute(statement.order_by(Batch.cut_off_at.desc(), Batch.id))
    return [InBatch._make(row) for row in rows]


def narrowed(sought: Sought, viewer: Actor, *, now: datetime) -> list[ColumnElement[bool]]:
    """What a file meets to be in the list: first of all, that the viewer may read it."""
    clauses = [rules.was_submitted.where(viewer), rules.not_recused.where(viewer)]
    if sought.call_id is None:
        clauses.append(rules.is_funder_side.where(viewer))
    else:
        readable = select(Call.id).where(
            Call.id == sought.call_id, rules.call_is_read_for_funder(viewer)
        )
        clauses += [Application.call_id == sought.call_id, readable.exists().correlate(None)]
    if sought.state:
        clauses.append(Application.state == sought.state)
    if sought.track_key:
        clauses.append(Application.track_key == sought.track_key)
    if sought.batch_id:
        wanted = None if sought.batch_id == NO_BATCH else sought.batch_id
        clauses.append(Application.batch_id.is_not_distinct_from(wanted))
    clauses += [meets(term, viewer, now) for term in sought.wanted.terms]
    return clauses + says(sought.wanted)


def joined(statement: Any) -> Select[*tuple[Any, ...]]:
    """The statement over a file, its call, its author, its organisation and its referent."""
    found: Select[*tuple[Any, ...]] = (
        statement.select_from(Application)
        .join(Call, Call.id == Application.call_id)
        .join(Person, Person.id == Application.author_id)
        .outerjoin(Organisation, Organisation.id == Application.organisation_id)
        .outerjoin(Referent, Referent.id == Application.referent_id)
    )
    return found


def stuck_labels(viewer: Actor) -> Any:
    """The names of the labels on a file that the viewer's own funders stuck, as an array."""
    names = (
        select(Label.name)
        .join(ApplicationLabel, ApplicationLabel.label_id == Label.id)
        .where(
            ApplicationLabel.application_id == Application.id, own_rules.reads_labels.where(viewer)
        )
        .order_by(func.lower(Label.name))
        .correlate(Application)
        .scalar_subquery()
    )
    return func.array(names, type_=ARRAY(String))


def _labelled(viewer: Actor) -> Select[*tuple[Any, ...]]:
    return select(
        Application.id,
        Application.number,
        Application.title,
        applicant_name,
        Application.requested,
        Call.unit,
        Application.state,
        Application.submitted_at,
        Application.track_key,
        Application.complement_due_on,
        Application.call_id,
        Call.title_fr,
        Call.title_en,
        Referent.name,
        func.coalesce(Organisation.place_city, Organisation.city),
        place_qpv,
        stuck_labels(viewer),
        Track.label_fr,
        Track.label_en,
        Batch.label_fr,
        Batch.label_en,
    )
