"""Finding a call among all: words without accents, and what people look for in one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import REGCONFIG
from sqlalchemy.orm import Session

from grants.calls import queries
from grants.calls.eligibility import Applicant, is_closed_to
from grants.calls.models import Call, CallFunder, CallState
from grants.calls.queries import Moment
from grants.kernel.money import Unit
from grants.people.models import Funder

FRENCH = literal("laureat_french", REGCONFIG)
ENGLISH = literal("english", REGCONFIG)


@dataclass(frozen=True)
class Filters:
    """What is looked for; empty is anything.

    `funder` is a key, `territory` a code, `theme` a key, `applicant` a value of `Applicant`,
    `moment` one of `Moment`; `amount` is in euros: a call that may give so much.
    """

    q: str = ""
    funder: str = ""
    territory: str = ""
    applicant: str = ""
    theme: str = ""
    amount: int | None = None
    moment: str = ""

    def kept(self) -> dict[str, Any]:
        """What an alert keeps: what is set, the moment aside (an alert is about openings)."""
        return {name: value for name, value in asdict(self).items() if value and name != "moment"}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Filters:
        """Filters out of what an alert kept."""
        return cls(**{name: kept[name] for name in cls.__dataclass_fields__ if name in kept})

    @property
    def narrows(self) -> bool:
        """Whether anything is asked, the moment aside."""
        return bool(self.kept())


def found(filters: Filters, *, now: datetime, closed: Collection[UUID] = ()) -> Select[Any]:
    """Published calls that match, as `queries.cards` gives them.

    `closed`: calls that refuse the sort of applicant asked for (see `closed_to`).
    """
    moments = [Moment(filters.moment)] if filters.moment in set(Moment) else []
    return queries.cards(now, *moments).where(*_conditions(filters, closed))


def tally(
    session: Session, filters: Filters, *, now: datetime, closed: Collection[UUID] = ()
) -> dict[Moment, int]:
    """How many match at each moment, whichever moment is asked for. One statement."""
    moment = case(
        (queries.is_open(now), literal(Moment.OPEN.value)),
        (queries.is_upcoming(now), literal(Moment.UPCOMING.value)),
        else_=literal(Moment.PAST.value),
    )
    counted = select(moment.label("moment"), func.count().label("calls"))
    counted = counted.where(Call.state != CallState.DRAFT, *_conditions(filters, closed))
    rows = session.execute(counted.group_by(moment.label("moment")))
    by_moment = {row.moment: row.calls for row in rows}
    return {one: by_moment.get(one.value, 0) for one in Moment}


def closed_to(session: Session, applicant: str) -> list[UUID]:
    """The published calls that refuse that sort of applicant. One statement, none for "".

    Their rules are expressions, which PostgreSQL does not read: they are put to each here.
    """
    if applicant not in set(Applicant):
        return []
    rows = session.execute(
        select(Call.id, Call.eligibility_rules, Call.allows_persons).where(
            Call.state != CallState.DRAFT
        )
    )
    kind = Applicant(applicant)
    return [
        row.id
        for row in rows
        if is_closed_to(kind, row.eligibility_rules, allows_persons=row.allows_persons)
    ]


@dataclass(frozen=True)
class Offered:
    """What the filters may offer: (value, words) pairs, by words."""

    funders: Sequence[tuple[str, str]]
    territories: Sequence[tuple[str, str]]


def offered(session: Session) -> Offered:
    """The funders and territories that published calls have. One statement."""
    published = Call.state != CallState.DRAFT
    place = func.jsonb_array_elements(Call.territories).table_valued("value").alias("place")
    funders = (
        select(literal("funder").label("kind"), Funder.key.label("key"), Funder.name.label("name"))
        .join(CallFunder, CallFunder.funder_id == Funder.id)
        .join(Call, Call.id == CallFunder.call_id)
        .where(published)
    )
    places = (
        select(literal("place"), place.c.value.op("->>")("code"), place.c.value.op("->>")("name"))
        .select_from(Call)
        .join(place, literal(True))  # noqa: FBT003 -- a lateral join has no condition
        .where(published)
    )
    each = union_all(funders, places).subquery()
    rows = session.execute(select(each.c.kind, each.c.key, each.c.name).distinct().order_by("name"))
    pairs = [(row.kind, (row.key, row.name)) for row in rows]
    return Offered(
        funders=[pair for kind, pair in pairs if kind == "funder"],
        territories=[pair for kind, pair in pairs if kind == "place"],
    )


def searched(text: Any) -> ColumnElement[Any]:
    """What people type in a search box, as PostgreSQL looks for it in French or in English."""
    in_french = func.websearch_to_tsquery(FRENCH, func.french_singular(text))
    in_english = func.websearch_to_tsquery(ENGLISH, func.unaccent(text))
    return in_french.op("||")(in_english)


def words_of_call() -> ColumnElement[Any]:
    """The words of a call and of the names of its funders."""
    names = (
        select(func.string_agg(Funder.name, " "))
        .join(CallFunder, CallFunder.funder_id == Funder.id)
        .where(CallFunder.call_id == Call.id)
        .correlate(Call)
        .scalar_subquery()
    )
    of_funders = func.to_tsvector(FRENCH, func.french_singular(func.coalesce(names, "")))
    # Read through the table: the attribute is never loaded, lists have no use for it.
    return Call.__table__.c.words.op("||")(of_funders)


def amount_max() -> ColumnElement[Any]:
    """The most that one award may be, in the smallest unit; null when the rule has no ceiling."""
    amounts = [
        cast(Call.award_rule.op("->>")(name), BigInteger)
        for name in ("amount", "amount_max", "ceiling")
    ]
    return func.least(*amounts)


def _conditions(filters: Filters, closed: Collection[UUID]) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.q:
        conditions.append(words_of_call().op("@@")(searched(filters.q)))
    if filters.funder:
        theirs = (
            select(CallFunder.call_id)
            .join(Funder, Funder.id == CallFunder.funder_id)
            .where(Funder.key == filters.funder)
        )
        conditions.append(Call.id.in_(theirs))
    if filters.territory:
        everywhere = func.jsonb_array_length(Call.territories) == 0
        conditions.append(or_(everywhere, Call.territories.contains([{"code": filters.territory}])))
    if filters.theme:
        conditions.append(Call.themes.contains([filters.theme]))
    if filters.amount:
        wanted = filters.amount * Unit.EUR.scale
        conditions.append(Call.unit == Unit.EUR)
        conditions.append(func.coalesce(amount_max(), wanted) >= wanted)
    if closed:
        conditions.append(Call.id.not_in(closed))
    return conditions
