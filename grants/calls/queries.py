"""Calls, read: by the public without a viewer, by the funders' people as far as they may."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    and_,
    case,
    column,
    func,
    literal,
    null,
    or_,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.interfaces import LoaderOption

from grants.calls import rules
from grants.calls.models import Batch, Call, CallFunder, CallKind, CallState, Jury, Stage
from grants.kernel.access import Actor, FunderRole
from grants.kernel.errors import Unknown
from grants.people.models import Funder

SECONDS_A_DAY = 86_400


class Moment(StrEnum):
    """Where a published call stands on the calendar."""

    OPEN = "open"
    UPCOMING = "upcoming"
    PAST = "past"


def days_left(closes_at: datetime | None, now: datetime) -> int | None:
    """Whole days before a call closes, 0 on the last one; None when it never does."""
    if closes_at is None:
        return None
    return max(0, int((closes_at - now).total_seconds() // SECONDS_A_DAY))


def is_open(now: datetime) -> ColumnElement[bool]:
    """`Call.is_open` in SQL."""
    return and_(
        Call.state == CallState.PUBLISHED,
        Call.opens_at <= now,
        or_(Call.closes_at.is_(None), Call.closes_at > now),
    )


def receives_until() -> ColumnElement[Any]:
    """`Call.receives_until` in SQL."""
    return Call.closes_at + func.make_interval(0, 0, 0, 0, 0, 0, Call.grace_seconds)


def is_upcoming(now: datetime) -> ColumnElement[bool]:
    """`Call.is_upcoming` in SQL."""
    return and_(Call.state == CallState.PUBLISHED, Call.opens_at > now)


def cards(now: datetime, *moments: Moment) -> Select[Any]:
    """Published calls as lists show them, without form nor long text; to be paged or cut.

    Rows have slug, titles, summaries, kind, unit, dates, themes, award rule, `moment` and
    `funder_names` (lead first). Open ones come first, soonest closing first; past ones last,
    latest first.
    """
    moment = case(
        (is_open(now), literal(Moment.OPEN.value)),
        (is_upcoming(now), literal(Moment.UPCOMING.value)),
        else_=literal(Moment.PAST.value),
    )
    rank = case((is_open(now), 0), (is_upcoming(now), 1), else_=2)
    past_first = case((rank == 2, Call.closes_at))  # noqa: PLR2004 -- the rank of the past
    statement = select(*CARD_COLUMNS, moment.label("moment"), _funder_names().label("funder_names"))
    statement = statement.where(Call.state != CallState.DRAFT)
    if moments:
        statement = statement.where(moment.in_([one.value for one in moments]))
    return statement.order_by(
        rank, past_first.desc().nulls_last(), Call.closes_at.asc().nulls_last(), Call.id
    )


CARD_COLUMNS: tuple[Any, ...] = (
    Call.id,
    Call.slug,
    Call.kind,
    Call.title_fr,
    Call.title_en,
    Call.summary_fr,
    Call.summary_en,
    Call.unit,
    Call.state,
    Call.opens_at,
    Call.closes_at,
    Call.themes,
    Call.award_rule,
)


def _funder_names() -> Any:
    ordered = aggregate_order_by(Funder.name, CallFunder.position)
    return (
        select(func.array_agg(ordered))
        .join(CallFunder, CallFunder.funder_id == Funder.id)
        .where(CallFunder.call_id == Call.id)
        .correlate(Call)
        .scalar_subquery()
    )


def published(session: Session, slug: str) -> Call:
    """A call as its public page shows it: funders, form, stages, juries, criteria, batches.

    Two statements; three for a call by batches, the only kind that has any.

    Raises:
        Unknown: there is none, or it is a draft.
    """
    return published_beside(session, slug, null())[0]


def published_beside(
    session: Session, slug: str, beside: SQLColumnExpression[Any]
) -> tuple[Call, Any]:
    """The same, with the one value that `beside` finds for it, in no statement more.

    Raises:
        Unknown: there is none, or it is a draft.
    """
    statement = select(Call, beside).where(Call.slug == slug, rules.is_public.where(NOBODY))
    fresh = statement.options(*WHOLE).execution_options(populate_existing=True)
    found = session.execute(fresh).unique().one_or_none()
    if found is None:
        raise Unknown
    call: Call = found[0]
    batches: Sequence[Batch] = ()
    if call.kind is CallKind.ROLLING:
        theirs = select(Batch).where(Batch.call_id == call.id).order_by(Batch.cut_off_at)
        batches = session.scalars(theirs.execution_options(populate_existing=True)).all()
    set_committed_value(call, "batches", list(batches))
    return call, found[1]


def titled(session: Session, slug: str) -> Any:
    """The identifier, slug and titles of a published call, or None; for headings."""
    statement = select(Call.id, Call.slug, Call.title_fr, Call.title_en)
    return session.execute(
        statement.where(Call.slug == slug, rules.is_public.where(NOBODY))
    ).one_or_none()


def open_to_applications(session: Session, slug: str, *, now: datetime) -> Call:
    """A call to which one may apply at this instant, with its form and funders: two statements.

    Raises:
        Unknown: there is none, or it is not open.
    """
    statement = select(Call).where(Call.slug == slug, is_open(now)).options(*FORM)
    return _one(session, statement)


def readable(session: Session, call_id: UUID, *, viewer: Actor) -> Call:
    """A whole call (as `published`), draft or not, for whoever may read it.

    Raises:
        Unknown: there is none, or the viewer may not read it.
    """
    statement = select(Call).where(Call.id == call_id, rules.can_read.where(viewer))
    return _one(session, statement.options(*WHOLE))


def managed(session: Session, call_id: UUID, *, viewer: Actor, documents: bool = False) -> Call:
    """A whole call of one of the viewer's funders, envelopes included.

    Raises:
        Unknown: there is none, or none of the viewer's funders takes part in it.
    """
    statement = select(Call).where(Call.id == call_id, rules.reads_for_a_funder.where(viewer))
    more = (selectinload(Call.documents),) if documents else ()
    return _one(session, statement.options(*WHOLE, selectinload(Call.envelopes), *more))


def written(session: Session, call_id: UUID, *, viewer: Actor) -> Call:
    """A call with every row that its workshop shows, for one of its funders' people.

    Eight statements, whatever the call.

    Raises:
        Unknown: there is none, or none of the viewer's funders takes part in it.
    """
    statement = select(Call).where(Call.id == call_id, rules.reads_for_a_funder.where(viewer))
    return _one(session, statement.options(*WHOLE, *ROWS))


def locked(session: Session, call_id: UUID, *, viewer: Actor) -> Call:
    """A whole call of one of the viewer's funders, its row locked.

    Raises:
        Unknown: there is none, or none of the viewer's funders takes part in it.
    """
    allowed = or_(rules.reads_for_a_funder.where(viewer), rules.is_system.where(viewer))
    statement = select(Call).where(Call.id == call_id, allowed).with_for_update(of=Call)
    return _one(session, statement.options(*CHECKED))


def expiring(session: Session, *, now: datetime) -> Sequence[Call]:
    """Published calls past their end and grace, with their funders, locked; others' are skipped."""
    return _due(session, and_(Call.closes_at <= now, receives_until() <= now))


def opening(session: Session, *, now: datetime) -> Sequence[Call]:
    """Published calls past their beginning whose opening was not told, locked likewise."""
    return _due(session, and_(Call.opens_at <= now, Call.opened_at.is_(None)))


def _due(session: Session, condition: ColumnElement[bool]) -> Sequence[Call]:
    statement = (
        select(Call)
        .where(Call.state == CallState.PUBLISHED, condition)
        .order_by(Call.id)
        .with_for_update(skip_locked=True, of=Call)
        .options(selectinload(Call.funders))
        .execution_options(populate_existing=True)
    )
    return session.scalars(statement).all()


def followed(*, viewer: Actor, state: str = "", search: str = "", sort: str = "") -> Select[Any]:
    """The calls of the viewer's funders as rows for the officer's list; to be paged.

    Rows are cards, with `leads` when the viewer's funder leads the call, how many applications
    it `received`, and how many of them are `waiting` for an officer's first look.
    """
    statement = select(
        *CARD_COLUMNS,
        _funder_names().label("funder_names"),
        rules.leads.where(viewer).label("leads"),
        _count(viewer, APPLICATION.c.submitted_at.is_not(None)).label("received"),
        _count(viewer, APPLICATION.c.state == "submitted").label("waiting"),
    ).where(rules.reads_for_a_funder.where(viewer))
    if state in set(CallState):
        statement = statement.where(Call.state == CallState(state))
    if search:
        pattern = search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        statement = statement.where(Call.title_fr.ilike(f"%{pattern}%"))
    return statement.order_by(*_order(sort), Call.id)


# Applications stand above calls: named here as text, because a list of calls without their
# counts would take one more statement per page, and a second list to join by hand.
APPLICATION = table(
    "application", column("id"), column("call_id"), column("state"), column("submitted_at")
)


def _count(viewer: Actor, condition: ColumnElement[bool]) -> Any:
    counted = select(func.count()).select_from(APPLICATION)
    counted = counted.where(APPLICATION.c.call_id == Call.id, condition)
    if viewer.recused_from:
        counted = counted.where(APPLICATION.c.id.not_in(sorted(viewer.recused_from)))
    return counted.correlate(Call).scalar_subquery()


SORTS: dict[str, Any] = {
    "title": Call.title_fr,
    "opens": Call.opens_at,
    "closes": Call.closes_at,
    "state": Call.state,
}


def _order(sort: str) -> tuple[ColumnElement[Any], ...]:
    column = SORTS.get(sort.removeprefix("-"))
    if column is None:
        return (Call.opens_at.desc(),)
    return (column.desc().nulls_last() if sort.startswith("-") else column.asc().nulls_last(),)


def led_funders(session: Session, *, viewer: Actor) -> Sequence[Funder]:
    """The funders for which the viewer may open a call, by name."""
    theirs = sorted(viewer.funders_as(FunderRole.OFFICER))
    if not theirs:
        return []
    statement = select(Funder).where(Funder.id.in_(theirs)).order_by(Funder.name)
    return session.scalars(statement).all()


def possible_partners(session: Session) -> Sequence[Funder]:
    """Every authority of the installation by name: whom one funds with is public."""
    return session.scalars(select(Funder).order_by(Funder.name)).all()


def taken_prefixes(session: Session, prefix: str) -> set[str]:
    """The numbering prefixes that begin so and are in use."""
    statement = select(Call.number_prefix).where(
        Call.number_prefix.startswith(prefix, autoescape=True)
    )
    return set(session.scalars(statement))


def whereabouts(session: Session, slug: str) -> Any:
    """The identifier of the call at this address and of its lead (`funder_id`), or None."""
    statement = select(Call.id, CallFunder.funder_id).join(
        CallFunder, and_(CallFunder.call_id == Call.id, CallFunder.is_lead)
    )
    return session.execute(statement.where(Call.slug == slug)).one_or_none()


def slug_is_taken(session: Session, slug: str) -> bool:
    """Whether a call has this address already."""
    return session.scalar(select(Call.id).where(Call.slug == slug)) is not None


NOBODY = Actor(id=UUID(int=0))
"""Whoever reads public pages: the rule that applies holds for anyone."""

FORM: tuple[LoaderOption, ...] = (
    joinedload(Call.current_revision),
    selectinload(Call.funders).joinedload(CallFunder.funder),
)

WHOLE: tuple[LoaderOption, ...] = (
    joinedload(Call.current_revision),
    joinedload(Call.funders).joinedload(CallFunder.funder),
    selectinload(Call.stages).joinedload(Stage.juries).joinedload(Jury.criteria),
)

ROWS: tuple[LoaderOption, ...] = (
    selectinload(Call.envelopes),
    selectinload(Call.documents),
    selectinload(Call.tracks),
    selectinload(Call.batches),
)

CHECKED: tuple[LoaderOption, ...] = (
    # A row lock cannot cross an outer join: everything comes in statements of its own.
    selectinload(Call.current_revision),
    selectinload(Call.funders),
    *ROWS,
    selectinload(Call.stages).selectinload(Stage.juries).selectinload(Jury.criteria),
)


def _one(session: Session, statement: Select[Call]) -> Call:
    fresh = statement.execution_options(populate_existing=True)
    call: Call | None = session.scalars(fresh).unique().one_or_none()
    if call is None:
        raise Unknown
    return call
