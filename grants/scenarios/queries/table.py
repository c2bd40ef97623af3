"""The lines of a scenario: sorted, filtered and cut in SQL; and several scenarios side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from grants.applications.models import Application, ApplicationState, folded
from grants.decisions.models import Decision, Deliberation, Instrument, Outcome, Proposal
from grants.decisions.queries.standing import stands
from grants.kernel.access import Actor
from grants.kernel.money import Amount
from grants.people.models import Funder, Organisation, Person
from grants.scenarios import rules
from grants.scenarios.models import Scenario, ScenarioLine
from grants.scenarios.queries.scenarios import decided_by

NO_OUTCOME = "none"


class Row(NamedTuple):
    """One line as the table shows it. `decided`: the funder has decided upon it meanwhile."""

    application_id: UUID
    number: str
    title: str
    applicant: str
    track_key: str | None
    asked: Amount
    state: ApplicationState
    rank: int | None
    base: Amount
    aid_room: Amount | None
    town: str
    qpv: bool | None
    outcome: Outcome | None
    instrument: Instrument | None
    envelope_id: UUID | None
    amount: Amount | None
    rate: int | None
    shares: list[Any]
    reason: str
    why: dict[str, Any] | None
    version: int
    decided: bool

    @property
    def shown_rate(self) -> int | None:
        """The rate that was typed, or the nearest to the amount."""
        return self.rate if self.rate is not None else rules.rate_of(self.base, self.amount)

    @property
    def is_partial(self) -> bool:
        """Whether it would get less than it asked for."""
        return self.amount is not None and self.amount < self.asked


@dataclass(frozen=True)
class Sought:
    """What is asked of the table; `sort` is a key of `SORTS`, behind « - » downwards.

    `among`: these applications only.
    """

    text: str = ""
    outcome: str = ""
    track_key: str = ""
    envelope_id: UUID | None = None
    qpv: bool = False
    sort: str = ""
    among: frozenset[UUID] | None = None


@dataclass(frozen=True)
class Other:
    """What another funder of the call proposes or decided for an application."""

    funder: str
    outcome: Outcome
    amount: Amount | None
    decided: bool


SORTS: Mapping[str, Any] = {
    "rank": ScenarioLine.place,
    "title": func.lower(Application.title),
    "asked": Application.requested,
    "base": ScenarioLine.base,
    "amount": ScenarioLine.amount,
    "outcome": ScenarioLine.outcome,
}
APPLICANT = func.coalesce(Organisation.name, Person.name)


def rows(one: Scenario, sought: Sought, viewer: Actor) -> Select[*tuple[Any, ...]]:
    """The lines that the viewer may see, as `Row`'s fields. To be cut in pages.

    For whoever is recused from something, ranks are counted among what they may see.
    """
    key = sought.sort.removeprefix("-")
    column = SORTS.get(key, ScenarioLine.place)
    down = sought.sort.startswith("-") and key in SORTS
    return (
        select(
            ScenarioLine.application_id,
            Application.number,
            Application.title,
            APPLICANT,
            Application.track_key,
            Application.requested,
            Application.state,
            _rank(one, viewer),
            ScenarioLine.base,
            ScenarioLine.aid_room,
            ScenarioLine.town,
            ScenarioLine.qpv,
            ScenarioLine.outcome,
            ScenarioLine.instrument,
            ScenarioLine.envelope_id,
            ScenarioLine.amount,
            ScenarioLine.rate,
            ScenarioLine.shares,
            ScenarioLine.reason,
            ScenarioLine.why,
            ScenarioLine.version,
            decided_by(one.funder_id),
        )
        .join(Application, Application.id == ScenarioLine.application_id)
        .join(Person, Person.id == Application.author_id)
        .outerjoin(Organisation, Organisation.id == Application.organisation_id)
        .where(
            ScenarioLine.scenario_id == one.id, rules.sees_line.where(viewer), *_narrowed(sought)
        )
        .order_by(
            column.desc().nulls_last() if down else column.asc().nulls_last(), ScenarioLine.place
        )
    )


def _rank(one: Scenario, viewer: Actor) -> Any:
    if not viewer.recused_from:
        return ScenarioLine.rank
    before, theirs = aliased(ScenarioLine), aliased(Application)
    better = (
        select(func.count())
        .select_from(before)
        .join(theirs, theirs.id == before.application_id)
        .where(
            before.scenario_id == one.id,
            before.rank < ScenarioLine.rank,
            before.application_id.not_in(sorted(viewer.recused_from)),
            theirs.track_key.is_not_distinct_from(Application.track_key),
        )
        .correlate(ScenarioLine, Application)
        .scalar_subquery()
    )
    return case((ScenarioLine.rank.is_not(None), better + 1))


def _narrowed(sought: Sought) -> list[ColumnElement[bool]]:
    clauses: list[ColumnElement[bool]] = []
    if sought.text:
        pattern = f"%{folded(sought.text)}%"
        clauses.append(
            or_(
                Application.search_text.like(pattern),
                func.lower(Application.number).like(pattern),
                func.lower(APPLICANT).like(pattern),
            )
        )
    if sought.outcome == NO_OUTCOME:
        clauses.append(ScenarioLine.outcome.is_(None))
    elif sought.outcome:
        clauses.append(ScenarioLine.outcome == Outcome(sought.outcome))
    if sought.track_key:
        clauses.append(Application.track_key == sought.track_key)
    if sought.envelope_id:
        part = [{"envelope": str(sought.envelope_id)}]
        draws = ScenarioLine.shares.contains(part)
        clauses.append(or_(ScenarioLine.envelope_id == sought.envelope_id, draws))
    if sought.among is not None:
        clauses.append(ScenarioLine.application_id.in_(sorted(sought.among)))
    if sought.qpv:
        clauses.append(ScenarioLine.qpv.is_(True))
    return clauses


def others_of(
    session: Session, funder_id: UUID, application_ids: Sequence[UUID]
) -> dict[UUID, list[Other]]:
    """What the other funders of the call propose or decided for these. One statement.

    Waiting lists and proposals give way to what was decided.
    """
    decided = (
        select(
            Decision.application_id,
            Funder.name,
            Decision.outcome,
            Decision.amount,
            literal(True).label("decided"),  # noqa: FBT003 -- a column
        )
        .join(Funder, Funder.id == Decision.funder_id)
        .join(Deliberation, Deliberation.id == Decision.deliberation_id)
        .where(
            Decision.application_id.in_(application_ids),
            Decision.funder_id != funder_id,
            stands(),
        )
    )
    proposed = (
        select(
            Proposal.application_id,
            Funder.name,
            Proposal.outcome,
            Proposal.amount,
            literal(False),  # noqa: FBT003 -- a column
        )
        .join(Funder, Funder.id == Proposal.funder_id)
        .where(Proposal.application_id.in_(application_ids), Proposal.funder_id != funder_id)
    )
    every = union_all(decided, proposed).subquery()
    found: dict[UUID, list[Other]] = {}
    order = every.c.name, every.c.decided.desc(), every.c.outcome, every.c.amount.desc()
    for row in session.execute(select(every).order_by(*order)):
        other = Other(row.name, row.outcome, row.amount, row.decided)
        found.setdefault(row.application_id, []).append(other)
    return found


def compared(
    scenario_ids: Sequence[UUID], call_id: UUID, viewer: Actor, *, only_differences: bool
) -> Select[*tuple[Any, ...]]:
    """Two or three scenarios side by side: title, number, asked, then amount and outcome of each.

    In the order of the first. To be cut in pages; the caller has read the scenarios.
    """
    lines = [aliased(ScenarioLine) for _ in scenario_ids]
    columns: list[Any] = []
    for line in lines:
        columns += [line.outcome, line.amount]
    statement: Select[*tuple[Any, ...]] = select(
        Application.id, Application.number, Application.title, Application.requested, *columns
    ).where(Application.call_id == call_id)
    for scenario_id, line in zip(scenario_ids, lines, strict=True):
        same = and_(line.application_id == Application.id, line.scenario_id == scenario_id)
        statement = statement.outerjoin(line, same)
    statement = statement.where(or_(*(line.id.is_not(None) for line in lines)))
    if viewer.recused_from:
        statement = statement.where(Application.id.not_in(sorted(viewer.recused_from)))
    if only_differences:
        first = lines[0]
        differs = [
            or_(
                first.outcome.is_distinct_from(line.outcome),
                first.amount.is_distinct_from(line.amount),
            )
            for line in lines[1:]
        ]
        statement = statement.where(or_(*differs))
    return statement.order_by(lines[0].place.nulls_last(), Application.number)
