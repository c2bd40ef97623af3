"""Who takes awards back, who reads of it, who asks the money back. Recusal outranks every role."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, false, true

from grants.decisions.rules import READERS, RECORDERS
from grants.kernel.access import Actor, FunderRole, Rule
from grants.withdrawals.models import Withdrawal

COLLECTORS = (FunderRole.FINANCE,)


def _for_funder(name: str, *roles: FunderRole) -> Rule:
    def holds(actor: Actor, row: Any) -> bool:
        return row.funder_id in actor.funders_as(*roles)

    def where(actor: Actor) -> ColumnElement[bool]:
        funders = actor.funders_as(*roles)
        return Withdrawal.funder_id.in_(sorted(funders)) if funders else false()

    return Rule(name, holds, where)


not_recused = Rule(
    "is not recused",
    lambda actor, row: row.application_id not in actor.recused_from,
    lambda actor: (
        Withdrawal.application_id.not_in(sorted(actor.recused_from))
        if actor.recused_from
        else true()
    ),
)

can_read = (_for_funder("reads the funder's withdrawals", *READERS) & not_recused).named(
    "reads the funder's withdrawals and is not recused"
)
may_withdraw = (_for_funder("withdraws the funder's awards", *RECORDERS) & not_recused).named(
    "withdraws the funder's awards and is not recused"
)
may_collect = (_for_funder("asks the funder's money back", *COLLECTORS) & not_recused).named(
    "asks the funder's money back and is not recused"
)
