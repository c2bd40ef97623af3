"""Who prepares and who reads scenarios and waiting lists; and the arithmetic of rates."""

from __future__ import annotations

from grants.decisions.rules import READERS, RECORDERS
from grants.kernel.access import for_funder, unless_recused
from grants.kernel.money import Amount
from grants.scenarios.models import WHOLE_RATE, Scenario, ScenarioLine, WaitingPlace

may_prepare = for_funder("prepares the funder's scenarios", Scenario.funder_id, *RECORDERS)
can_read = for_funder("reads the funder's scenarios", Scenario.funder_id, *READERS)
sees_line = unless_recused(ScenarioLine.application_id)
sees_place = unless_recused(WaitingPlace.application_id)
keeps_list = for_funder("keeps the funder's waiting lists", WaitingPlace.funder_id, *RECORDERS)
reads_list = for_funder("reads the funder's waiting lists", WaitingPlace.funder_id, *READERS)


def amount_of(base: int, rate: int) -> Amount:
    """The amount that a rate gives, half a cent up; PostgreSQL computes the same."""
    return Amount((base * rate + WHOLE_RATE // 2) // WHOLE_RATE)


def rate_of(base: int, amount: int | None) -> int | None:
    """The nearest rate of an amount, in hundredths of a percent; None without base or amount."""
    if not base or amount is None:
        return None
    return (amount * WHOLE_RATE + base // 2) // base
