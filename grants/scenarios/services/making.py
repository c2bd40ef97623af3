"""Begin a scenario: from the ranking as it stands, or as the copy of another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, case, func, insert, literal, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from grants.applications.models import Application, ApplicationState
from grants.applications.rules import not_recused
from grants.calls.award import AwardRule
from grants.calls.form import FieldType, budget
from grants.calls.models import Call, CallFunder, FormRevision, Track
from grants.decisions.queries.table import ON_THE_TABLE
from grants.decisions.rules import RECORDERS
from grants.juries.models import RankingLine
from grants.juries.queries import standing_lines
from grants.kernel.access import Actor
from grants.kernel.errors import Refused, Unknown
from grants.kernel.identity import new_id
from grants.kernel.money import Unit
from grants.outbox.services import announce
from grants.people.models import Organisation
from grants.people.territories import serves
from grants.scenarios import queries
from grants.scenarios.models import Scenario, ScenarioLine

COPIED = (
    "place",
    "rank",
    "base",
    "aid_room",
    "commune",
    "town",
    "territory",
    "qpv",
    "outcome",
    "instrument",
    "envelope_id",
    "amount",
    "rate",
    "shares",
    "reason",
    "why",
)


def make(
    session: Session,
    call_id: UUID,
    funder_id: UUID,
    *,
    name: str,
    copy_of: UUID | None = None,
    actor: Actor,
    now: datetime,
) -> Scenario:
    """Begin a scenario with every application that waits for a decision, in the order of merit.

    The order, the eligible base (the charges of the budget, or what was asked for), and what the
    cap on public aid leaves are taken as they stand today; a copy takes everything as it is there.
    Announces `scenario.made`. The same name again is refused.

    Raises:
        Unknown: the actor does not prepare decisions for that funder, or it has no part in the
            call; or there is no such scenario to copy.
        Refused: `scenario.unnamed`, `scenario.name_taken`, `scenario.recused`: whoever is recused
            from an application of the call leaves the making to a colleague.
    """
    call = _call(session, call_id, funder_id, actor)
    refuse_recused(session, call_id, actor)
    facts = {"call_id": call_id, "funder_id": funder_id, "name": name.strip()}
    scenario = begun(session, facts, copied_from=copy_of, actor=actor, now=now)
    if copy_of is not None:
        copy_lines(session, scenario, queries.scenario(session, copy_of, viewer=actor), actor, now)
    elif lines := list(_lines(session, call, scenario, actor, now)):
        session.execute(insert(ScenarioLine), lines)
    return scenario


def begun(
    session: Session, facts: dict[str, Any], *, actor: Actor, now: datetime, **more: Any
) -> Scenario:
    """A scenario without lines. Announces `scenario.made`.

    Raises:
        Refused: `scenario.unnamed`, `scenario.name_taken`.
    """
    if not facts["name"]:
        raise Refused("scenario.unnamed", field="name")
    made: Scenario | None = session.scalar(
        upsert(Scenario)
        .values(
            id=new_id(), made_by=actor.id, made_at=now, lacks=more.pop("lacks", []), **facts, **more
        )
        .on_conflict_do_nothing(index_elements=["call_id", "funder_id", "name"])
        .returning(Scenario)
    )
    if made is None:
        raise Refused("scenario.name_taken", field="name", name=facts["name"])
    announce(
        session,
        "scenario.made",
        by=actor,
        at=now,
        funder=made.funder_id,
        subject=made.id,
        call=str(made.call_id),
    )
    return made


def refuse_recused(session: Session, call_id: UUID, actor: Actor) -> None:
    """Leave to a colleague what concerns every application of a call.

    Raises:
        Refused: `scenario.recused`, for whoever is recused from one of them.
    """
    if not actor.recused_from:
        return
    hidden = select(Application.id).where(
        Application.call_id == call_id, Application.id.in_(sorted(actor.recused_from))
    )
    if session.scalar(hidden.limit(1)) is not None:
        raise Refused("scenario.recused")


def copy_lines(
    session: Session, scenario: Scenario, source: Scenario, actor: Actor, now: datetime
) -> None:
    """The lines of a scenario, into another of the same call and funder. One statement.

    Raises:
        Unknown: it is of another call or funder.
    """
    if (source.call_id, source.funder_id) != (scenario.call_id, scenario.funder_id):
        raise Unknown
    columns = [getattr(ScenarioLine, name) for name in ("application_id", *COPIED)]
    rows = select(
        func.gen_random_uuid(), literal(scenario.id), literal(actor.id), literal(now), *columns
    ).where(ScenarioLine.scenario_id == source.id)
    names = ["id", "scenario_id", "changed_by", "changed_at", "application_id", *COPIED]
    session.execute(insert(ScenarioLine).from_select(names, rows))


def _call(session: Session, call_id: UUID, funder_id: UUID, actor: Actor) -> Call:
    if funder_id not in actor.funders_as(*RECORDERS):
        raise Unknown
    part = select(CallFunder.id).where(CallFunder.call_id == Call.id)
    statement = select(Call).where(
        Call.id == call_id, part.where(CallFunder.funder_id == funder_id).exists()
    )
    call = session.scalars(statement).one_or_none()
    if call is None:
        raise Unknown
    return call


def _lines(
    session: Session, call: Call, scenario: Scenario, actor: Actor, now: datetime
) -> Iterator[dict[str, Any]]:
    keys = _budgets(session, call.id)
    rate_max = AwardRule.parse(call.award_rule).rate_max if call.award_rule else None
    for place, row in enumerate(session.execute(_in_order(call.id, actor)), start=1):
        answer = next((row.answers[key] for key in keys if row.answers.get(key)), None)
        base, room = _bounds(answer, int(row.requested), call.unit, rate_max)
        yield {
            "id": new_id(),
            "scenario_id": scenario.id,
            "application_id": row.id,
            "place": place,
            "rank": row.rank,
            "base": base,
            "aid_room": room,
            "commune": row.commune or "",
            "town": row.town or "",
            "territory": _territory(call.territories, row.commune or ""),
            "qpv": row.qpv,
            "changed_by": actor.id,
            "changed_at": now,
        }


def _in_order(call_id: UUID, actor: Actor) -> Select[*tuple[Any, ...]]:
    """As on the decision table: track by track, the best placed first, the eliminated last."""
    of_track = func.rank().over(
        partition_by=(RankingLine.jury_id, Application.track_key), order_by=RankingLine.rank
    )
    places = (
        select(RankingLine.application_id, of_track.label("rank"))
        .join(Application, Application.id == RankingLine.application_id)
        .where(Application.call_id == call_id, RankingLine.rank.is_not(None), *standing_lines())
        .subquery()
    )
    best = (
        select(places.c.application_id, func.min(places.c.rank).label("rank"))
        .group_by(places.c.application_id)
        .subquery()
    )
    out = case((Application.state == ApplicationState.ELIMINATED, 1), else_=0)
    return (
        select(
            Application.id,
            Application.requested,
            Application.answers,
            best.c.rank,
            func.coalesce(Organisation.place_commune_code, Organisation.commune_code).label(
                "commune"
            ),
            func.coalesce(Organisation.place_city, Organisation.city).label("town"),
            func.coalesce(Organisation.place_qpv, Organisation.seat_qpv).label("qpv"),
        )
        .outerjoin(best, best.c.application_id == Application.id)
        .outerjoin(Organisation, Organisation.id == Application.organisation_id)
        .outerjoin(
            Track, and_(Track.call_id == Application.call_id, Track.key == Application.track_key)
        )
        .where(
            Application.call_id == call_id,
            Application.state.in_(ON_THE_TABLE),
            not_recused.where(actor),
        )
        # Ranks of several tracks stand side by side: each track's first before any second.
        .order_by(out, best.c.rank.nulls_last(), Track.position, Application.number)
    )


def _budgets(session: Session, call_id: UUID) -> list[str]:
    """The keys of the questions that hold a budget, the newest version of the form first."""
    found: dict[str, None] = {}
    revisions = select(FormRevision).where(FormRevision.call_id == call_id)
    for revision in session.scalars(revisions.order_by(FormRevision.number.desc())):
        for field in revision.form.fields():
            if field.type is FieldType.BUDGET:
                found.setdefault(field.key)
    return list(found)


def _bounds(
    answer: budget.Value | None, requested: int, unit: Unit, rate_max: int | None
) -> tuple[int, int | None]:
    """The eligible base, and what the cap leaves: other public aid in the budget taken off."""
    if not answer or unit is not Unit.EUR:
        return requested, None
    charges = budget.totals(answer).charges * unit.scale
    others = max(budget.grants_expected(answer) * unit.scale - requested, 0)
    room = max(charges * rate_max // 100 - others, 0) if rate_max else None
    return max(charges, requested), room


def _territory(territories: Sequence[Mapping[str, Any]], commune: str) -> str:
    if not commune:
        return ""
    held = (
        str(one["code"])
        for one in territories
        if serves(str(one["code"]), commune, tuple(one.get("communes", ())))
    )
    return next(held, "")
