"""What the law says of the awards of a scenario, as they stand in it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.decisions.models import Outcome
from grants.kernel.access import Actor
from grants.scenarios import rules
from grants.scenarios.models import Scenario, ScenarioLine
from grants.scenarios.queries.scenarios import decided_by
from grants.watch import queries as watch
from grants.watch.queries import Standing


def standings(
    session: Session, one: Scenario, *, on: date, viewer: Actor
) -> dict[UUID, list[Standing]]:
    """What each rule leaves with the awards of a scenario, application by application.

    In the order of the table, the earlier ones counted for the later ones to the same
    undertaking; decisions already taken are left out. A constant count of statements.
    """
    lines = session.scalars(
        select(ScenarioLine)
        .where(
            ScenarioLine.scenario_id == one.id,
            ScenarioLine.outcome == Outcome.AWARD,
            rules.sees_line.where(viewer),
            ~decided_by(one.funder_id),
        )
        .order_by(ScenarioLine.place)
    ).all()
    wanted = [
        watch.Line(
            application_id=line.application_id,
            funder_id=one.funder_id,
            instrument=line.instrument,
            amount=line.amount,
            envelope_id=line.envelope_id,  # the parts of a split line are of one unit
        )
        for line in lines
    ]
    if not wanted:
        return {}
    found: dict[UUID, list[Standing]] = {}
    for standing in watch.table(session, wanted, on=on, viewer=viewer).values():
        found.setdefault(standing.line.application_id, []).append(standing)
    return found
