"""A proposal that the computer makes: asked for as a job, kept as a scenario of its own."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from grants.decisions import queries as decisions
from grants.decisions.models import Instrument, Outcome
from grants.jobs import services as jobs
from grants.kernel.access import Actor
from grants.kernel.errors import Refused
from grants.scenarios import queries
from grants.scenarios.models import Scenario, ScenarioLine
from grants.scenarios.options import KIND, Options
from grants.scenarios.queries.given import Given
from grants.scenarios.services.making import COPIED, begun, refuse_recused
from grants.scenarios.solving.explaining import Why, explain
from grants.scenarios.solving.problem import Shortfall, Solution


def ask(
    session: Session,
    scenario_id: UUID,
    options: Options,
    *,
    name: str,
    actor: Actor,
    now: datetime,
) -> UUID:
    """Have a proposal computed in the background from a scenario's lines; the job's id.

    Announces `job.started`. Nothing of the scenario itself changes: the proposal becomes a
    scenario called `name`.

    Raises:
        Unknown: there is no such scenario that the actor prepares.
        Refused: `scenario.recused`, `scenario.unnamed`, `scenario.name_taken`,
            `proposal.envelope_missing`: an envelope that the call does not draw on.
    """
    scenario = queries.locked(session, scenario_id, actor=actor)
    refuse_recused(session, scenario.call_id, actor)
    units = decisions.envelopes_of(session, scenario.call_id, scenario.funder_id)
    if not {options.envelope, *options.by_track.values()} <= set(units):
        raise Refused("proposal.envelope_missing", field="envelope")
    if not name.strip():
        raise Refused("scenario.unnamed", field="name")
    if _taken(session, scenario, name.strip()):
        raise Refused("scenario.name_taken", field="name", name=name.strip())
    lines = select(func.count()).where(ScenarioLine.scenario_id == scenario.id)
    return jobs.start(
        session,
        KIND,
        payload={"scenario": str(scenario.id), "name": name.strip(), "options": options.kept()},
        total=int(session.scalar(lines) or 0) + 1,
        actor=actor,
        now=now,
        funder=scenario.funder_id,
        subject=scenario.call_id,
    )


def keep(
    session: Session,
    source: Scenario,
    given: Given,
    found: Solution | Shortfall,
    *,
    job_id: UUID,
    name: str,
    options: Options,
    actor: Actor,
    now: datetime,
) -> Scenario:
    """Keep what was computed as a scenario, with why each application is in or out; once a job.

    Lines that were not in the race (decided upon meanwhile) are left out. Announces
    `scenario.made`.
    """
    kept = session.scalars(select(Scenario).where(Scenario.job_id == job_id)).one_or_none()
    if kept is not None:
        return kept
    facts = {
        "call_id": source.call_id,
        "funder_id": source.funder_id,
        "name": _free(session, source, name),
        "job_id": job_id,
        "rules": options.kept(),
        "copied_from": source.id,
    }
    lacks = _lacks(given, found)
    scenario = begun(session, facts, lacks=lacks, actor=actor, now=now)
    rows = _rows(session, source, scenario, given, found, actor=actor, now=now)
    if rows:
        session.execute(insert(ScenarioLine), rows)
    return scenario


def _rows(
    session: Session,
    source: Scenario,
    scenario: Scenario,
    given: Given,
    found: Solution | Shortfall,
    *,
    actor: Actor,
    now: datetime,
) -> list[dict[str, Any]]:
    instrument = str(source.call.award_rule.get("instrument") or Instrument.GRANT)
    places = {one: at for at, one in enumerate(given.applications)}
    amounts = found.amounts if isinstance(found, Solution) else (0,) * len(places)
    whys = explain(given.problem, found) if isinstance(found, Solution) else ()
    columns = [getattr(ScenarioLine, name) for name in ("application_id", *COPIED)]
    lines = session.execute(
        select(*columns).where(ScenarioLine.scenario_id == source.id).order_by(ScenarioLine.place)
    ).mappings()
    rows = []
    for line in lines:
        at = places.get(line["application_id"])
        if at is None:
            continue
        amount = amounts[at]
        envelope = given.envelopes[given.problem.candidates[at].envelope]
        told = {
            "scenario_id": scenario.id,
            "changed_by": actor.id,
            "changed_at": now,
            "why": _why(whys[at]) if whys else None,
        }
        found_for_it = {
            "outcome": Outcome.AWARD if amount else None,
            "instrument": Instrument(instrument) if amount else None,
            "envelope_id": envelope if amount else None,
            "amount": amount or None,
            "base": max(line["base"], amount),
            "rate": None,
            "reason": "",
        }
        kept = {} if line["shares"] else found_for_it  # what people split stays as it is
        rows.append(dict(line) | kept | told)
    return rows


def _why(why: Why) -> dict[str, Any]:
    return {"code": why.code.value, **why.facts}


def _lacks(given: Given, found: Solution | Shortfall) -> list[dict[str, Any]]:
    """What lacks, each with the quota that it is about."""
    if isinstance(found, Solution):
        return []
    kept = []
    for one in found.lacks:
        facts: dict[str, Any] = {"wanted": one.wanted, "available": one.available}
        if one.quota is not None:
            quota = asdict(given.problem.quotas[one.quota])
            facts |= {
                "quota": quota["key"],
                "bound": quota["bound"].value,
                "measure": quota["measure"].value,
                "limit": quota["amount"],
                "share": quota["share"],
            }
        kept.append(facts)
    return kept


def _taken(session: Session, scenario: Scenario, name: str) -> bool:
    same = select(Scenario.id).where(
        Scenario.call_id == scenario.call_id,
        Scenario.funder_id == scenario.funder_id,
        Scenario.name == name,
    )
    return session.scalar(same) is not None


def _free(session: Session, source: Scenario, name: str) -> str:
    """The name asked for, or with a number behind it when somebody took it meanwhile."""
    free, count = name, 1
    while _taken(session, source, free):
        count += 1
        free = f"{name} ({count})"
    return free
