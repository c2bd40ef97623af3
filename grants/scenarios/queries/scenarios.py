"""Scenarios of a call, and the strip of envelopes that stands above each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Select, Uuid, cast, func, select, true
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session, joinedload, selectinload

from grants.applications.models import Application
from grants.calls.models import Call, CallEnvelope, CallFunder
from grants.decisions.models import Decision, Outcome
from grants.decisions.queries.standing import stands
from grants.decisions.rules import READERS
from grants.kernel.access import Actor
from grants.kernel.errors import Unknown
from grants.kernel.money import Amount, Unit
from grants.ledger import queries as ledger
from grants.people.models import Funder, Person
from grants.scenarios import rules
from grants.scenarios.models import Scenario, ScenarioChange, ScenarioLine


@dataclass(frozen=True)
class Strip:
    """One envelope above a scenario, in the smallest part of its unit.

    `available` is what the ledger has free; `reserved` is promised and not committed yet;
    `given` is what this scenario adds, decisions already taken left out.
    """

    id: UUID
    label: str
    unit: Unit
    section: str
    available: Amount
    reserved: Amount
    given: Amount

    @property
    def left(self) -> int:
        """What would be left; below zero, what is missing."""
        return self.available - self.given


@dataclass(frozen=True)
class Total:
    """What a funder's envelopes of one unit hold together."""

    unit: Unit
    available: int
    reserved: int
    given: int

    @property
    def left(self) -> int:
        """What would be left; below zero, what is missing."""
        return self.available - self.given


def of_call(call_id: UUID, viewer: Actor) -> Select[*tuple[Any, ...]]:
    """The scenarios of a call that the viewer reads, latest first: rows (scenario, maker, lines).

    Lines hidden from the viewer are not counted. To be cut in pages.
    """
    counted = (
        select(func.count(), func.coalesce(func.sum(ScenarioLine.amount), 0))
        .where(ScenarioLine.scenario_id == Scenario.id, rules.sees_line.where(viewer))
        .correlate(Scenario)
    )
    funded = counted.where(ScenarioLine.amount.is_not(None)).subquery().lateral("funded")
    return (
        select(Scenario, Funder.name, Person.name, funded.c[0], funded.c[1])
        .join(Funder, Funder.id == Scenario.funder_id)
        .join(Person, Person.id == Scenario.made_by)
        .join(funded, true())
        .where(Scenario.call_id == call_id, rules.can_read.where(viewer))
        .order_by(Scenario.made_at.desc(), Scenario.id)
    )


def scenario(session: Session, scenario_id: UUID, *, viewer: Actor) -> Scenario:
    """One scenario with its call, tracks and funder. Two statements.

    Raises:
        Unknown: there is none that the viewer reads.
    """
    statement = (
        select(Scenario)
        .where(Scenario.id == scenario_id, rules.can_read.where(viewer))
        .options(
            joinedload(Scenario.call).selectinload(Call.tracks),
            joinedload(Scenario.funder),
        )
        .execution_options(populate_existing=True)
    )
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise Unknown
    return found


def locked(session: Session, scenario_id: UUID, *, actor: Actor) -> Scenario:
    """One scenario that the actor prepares, held until the transaction ends.

    Raises:
        Unknown: there is none.
    """
    statement = (
        select(Scenario)
        .where(Scenario.id == scenario_id, rules.may_prepare.where(actor))
        .options(joinedload(Scenario.call))
        .with_for_update(of=Scenario)
        .execution_options(populate_existing=True)
    )
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise Unknown
    return found


def line_of(
    session: Session, scenario_id: UUID, application_id: UUID, *, viewer: Actor
) -> tuple[ScenarioLine, str]:
    """One line with its application, and who changed it last.

    Raises:
        Unknown: there is none, or the viewer is recused from it.
    """
    statement = (
        select(ScenarioLine, Person.name)
        .join(Scenario, Scenario.id == ScenarioLine.scenario_id)
        .join(Person, Person.id == ScenarioLine.changed_by)
        .where(
            ScenarioLine.scenario_id == scenario_id,
            ScenarioLine.application_id == application_id,
            rules.can_read.where(viewer),
            rules.sees_line.where(viewer),
        )
        .options(joinedload(ScenarioLine.application).joinedload(Application.organisation))
        .execution_options(populate_existing=True)
    )
    row = session.execute(statement).one_or_none()
    if row is None:
        raise Unknown
    return row[0], row[1]


def strip(session: Session, one: Scenario, viewer: Actor) -> list[Strip]:
    """The envelopes of the scenario's funder on its call, and what it takes. Three statements.

    Lines hidden from the viewer are in no sum.
    """
    ids = session.scalars(
        select(CallEnvelope.envelope_id)
        .where(CallEnvelope.call_id == one.call_id, CallEnvelope.funder_id == one.funder_id)
        .order_by(CallEnvelope.position)
    ).all()
    held = ledger.envelope_lines(session, ids)
    given: Mapping[UUID | None, int] = {
        envelope: int(amount or 0)
        for envelope, amount in session.execute(
            select(drawn_on().label("envelope"), func.sum(drawn()))
            .select_from(ScenarioLine)
            .outerjoin(SHARE, true())
            .where(
                ScenarioLine.scenario_id == one.id,
                ScenarioLine.amount.is_not(None),
                rules.sees_line.where(viewer),
                ~decided_by(one.funder_id),
            )
            .group_by("envelope")
        )
    }
    return [
        Strip(
            id=line.id,
            label=line.label,
            unit=line.unit,
            section=line.section.value,
            available=Amount(line.available),
            reserved=Amount(line.reserved),
            given=Amount(given.get(line.id, 0)),
        )
        for line in (held[one] for one in ids)
    ]


SHARE = func.jsonb_array_elements(ScenarioLine.shares).table_valued("value").lateral("share")
"""The parts of a line that is split; none where it draws on one envelope."""


def drawn_on() -> ColumnElement[UUID | None]:
    """The envelope of a line, or of its part, where `SHARE` is joined."""
    part = cast(cast(SHARE.c.value, JSONB)["envelope"].astext, Uuid())
    return func.coalesce(part, ScenarioLine.envelope_id)


def drawn() -> ColumnElement[int]:
    """What is drawn there."""
    part = cast(cast(SHARE.c.value, JSONB)["amount"].astext, BigInteger)
    return func.coalesce(part, ScenarioLine.amount)


def totals(strips: Sequence[Strip]) -> list[Total]:
    """The funder's envelopes together, unit by unit."""
    units = dict.fromkeys(one.unit for one in strips)
    return [
        Total(
            unit,
            sum(one.available for one in strips if one.unit is unit),
            sum(one.reserved for one in strips if one.unit is unit),
            sum(one.given for one in strips if one.unit is unit),
        )
        for unit in units
    ]


def decided_by(funder_id: UUID) -> ColumnElement[bool]:
    """Whether that funder has decided upon a line's application: its money is in the ledger."""
    return (
        select(Decision.id)
        .where(
            Decision.application_id == ScenarioLine.application_id,
            Decision.funder_id == funder_id,
            Decision.outcome != Outcome.WAITLIST,
            stands(),
        )
        .exists()
    )


def parts_of(session: Session, call_id: UUID, *, viewer: Actor) -> Sequence[Funder]:
    """The funders of the call whose decisions the viewer reads, the leading one first.

    Raises:
        Unknown: there is none.
    """
    found = session.scalars(
        select(Funder)
        .join(CallFunder, CallFunder.funder_id == Funder.id)
        .where(CallFunder.call_id == call_id, Funder.id.in_(viewer.funders_as(*READERS)))
        .order_by(CallFunder.position)
    ).all()
    if not found:
        raise Unknown
    return found


def call_of(session: Session, call_id: UUID) -> Call:
    """The call, with its tracks and funders. The caller has checked who reads it."""
    statement = (
        select(Call)
        .where(Call.id == call_id)
        .options(selectinload(Call.tracks), selectinload(Call.funders))
    )
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise Unknown
    return found


def choices(session: Session, call_id: UUID, *, viewer: Actor) -> list[tuple[UUID, str]]:
    """The scenarios of a call to choose from: (id, name), latest first, fifty at most."""
    statement = (
        select(Scenario.id, Scenario.name)
        .where(Scenario.call_id == call_id, rules.can_read.where(viewer))
        .order_by(Scenario.made_at.desc(), Scenario.id)
        .limit(50)
    )
    return [(one, name) for one, name in session.execute(statement)]


def places(
    session: Session, scenario_id: UUID, viewer: Actor
) -> tuple[list[tuple[str, str]], list[str]]:
    """The communes (code, name) and territories (code) of a scenario's lines. Two statements."""
    mine = (ScenarioLine.scenario_id == scenario_id, rules.sees_line.where(viewer))
    communes = session.execute(
        select(ScenarioLine.commune, func.min(ScenarioLine.town))
        .where(*mine, ScenarioLine.commune != "")
        .group_by(ScenarioLine.commune)
        .order_by(func.min(ScenarioLine.town), ScenarioLine.commune)
    )
    territories = session.scalars(
        select(ScenarioLine.territory)
        .where(*mine, ScenarioLine.territory != "")
        .distinct()
        .order_by(ScenarioLine.territory)
    )
    return [(code, town or code) for code, town in communes], list(territories)


def history(
    scenario_id: UUID, viewer: Actor, *, application_id: UUID | None = None
) -> Select[*tuple[Any, ...]]:
    """Who changed what, latest first: rows (change, title, number, who). To be cut in pages."""
    statement: Select[*tuple[Any, ...]] = (
        select(ScenarioChange, Application.title, Application.number, Person.name)
        .join(Application, Application.id == ScenarioChange.application_id)
        .join(Person, Person.id == ScenarioChange.changed_by)
        .join(ScenarioLine, ScenarioLine.id == ScenarioChange.line_id)
        .where(ScenarioChange.scenario_id == scenario_id, rules.sees_line.where(viewer))
        .order_by(
            ScenarioChange.changed_at.desc(),
            ScenarioChange.version.desc(),
            ScenarioChange.id.desc(),
        )
    )
    if application_id is not None:
        statement = statement.where(ScenarioChange.application_id == application_id)
    return statement
