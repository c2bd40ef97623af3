"""Who prepares and who reads scenarios and waiting lists; and the arithmetic of rates."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, false, true
from sqlalchemy.orm import InstrumentedAttribute

from grants.decisions.rules import READERS, RECORDERS
from grants.kernel.access import Actor, FunderRole, Rule
from grants.kernel.money import Amount
from grants.scenarios.models import WHOLE_RATE, Scenario, ScenarioLine, WaitingPlace


def _for_funder(name: str, column: InstrumentedAttribute[UUID], *roles: FunderRole) -> Rule:
    def holds(actor: Actor, row: Any) -> bool:
        return row.funder_id in actor.funders_as(*roles)

    def where(actor: Actor) -> ColumnElement[bool]:
        funders = actor.funders_as(*roles)
        return column.in_(sorted(funders)) if funders else false()

    return Rule(name, holds, where)


def _not_recused(column: InstrumentedAttribute[UUID]) -> Rule:
    return Rule(
        "is not recused",
        lambda actor, row: row.application_id not in actor.recused_from,
        lambda actor: column.not_in(sorted(actor.recused_from)) if actor.recused_from else true(),
    )


may_prepare = _for_funder("prepares the funder's scenarios", Scenario.funder_id, *RECORDERS)
can_read = _for_funder("reads the funder's scenarios", Scenario.funder_id, *READERS)
sees_line = _not_recused(ScenarioLine.application_id)
sees_place = _not_recused(WaitingPlace.application_id)
keeps_list = _for_funder("keeps the funder's waiting lists", WaitingPlace.funder_id, *RECORDERS)
reads_list = _for_funder("reads the funder's waiting lists", WaitingPlace.funder_id, *READERS)


def amount_of(base: int, rate: int) -> Amount:
    """The amount that a rate gives, half a cent up; PostgreSQL computes the same."""
    return Amount((base * rate + WHOLE_RATE // 2) // WHOLE_RATE)


def rate_of(base: int, amount: int | None) -> int | None:
    """The nearest rate of an amount, in hundredths of a percent; None without base or amount."""
    if not base or amount is None:
        return None
    return (amount * WHOLE_RATE + base // 2) // base
