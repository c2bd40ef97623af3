"""Accept a scenario: its lines become proposals on the decision table, which people edit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from grants.decisions.services import Wanted, propose
from grants.kernel.access import Actor
from grants.kernel.money import Amount
from grants.outbox.services import announce
from grants.scenarios import queries, rules
from grants.scenarios.models import Scenario, ScenarioLine
from grants.scenarios.queries.scenarios import decided_by


def accept(session: Session, scenario_id: UUID, *, actor: Actor, now: datetime) -> int:
    """Copy the lines of a scenario into proposals; how many. Twice copies nothing twice.

    Replaces what was proposed before for the same applications; lines that say nothing, and
    those decided upon meanwhile, are left out; a line split over several envelopes makes a
    proposal out of each. What the actor is recused from waits for a
    colleague, who accepts it too. From the first time on the scenario stays as it is (trigger).
    Locks the scenario, then the call's part of the funder. Announces `scenario.accepted`, once.

    Raises:
        Unknown: there is none that the actor prepares.
        Refused: `proposal.*`, where a line does not go together any more.
    """
    scenario = queries.locked(session, scenario_id, actor=actor)
    lines = _ready(session, scenario, actor)
    if not lines:
        return 0
    wanted = [one for line in lines for one in _wanted(line)]
    propose(session, scenario.call_id, scenario.funder_id, wanted=wanted, actor=actor, now=now)
    taken = ScenarioLine.id.in_([line.id for line in lines])
    session.execute(update(ScenarioLine).where(taken).values(accepted_at=now))
    if scenario.accepted_at is None:
        scenario.accepted_at, scenario.accepted_by = now, actor.id
        announce(
            session,
            "scenario.accepted",
            by=actor,
            at=now,
            funder=scenario.funder_id,
            subject=scenario.id,
            lines=len(lines),
        )
    session.flush()
    return len(lines)


def _ready(session: Session, scenario: Scenario, actor: Actor) -> Sequence[ScenarioLine]:
    """The lines that say something and were not copied yet."""
    return session.scalars(
        select(ScenarioLine)
        .where(
            ScenarioLine.scenario_id == scenario.id,
            ScenarioLine.outcome.is_not(None),
            ScenarioLine.accepted_at.is_(None),
            rules.sees_line.where(actor),
            ~decided_by(scenario.funder_id),
        )
        .order_by(ScenarioLine.place)
    ).all()


def _wanted(line: ScenarioLine) -> list[Wanted]:
    whole = Wanted(
        application_id=line.application_id,
        outcome=line.outcome,
        instrument=line.instrument,
        amount=line.amount,
        envelope_id=line.envelope_id,
        reason=line.reason,
    )
    return [
        replace(whole, amount=Amount(one["amount"]), envelope_id=UUID(one["envelope"]))
        for one in line.shares
    ] or [whole]
