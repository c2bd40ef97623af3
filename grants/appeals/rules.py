"""Who appeals, who reads appeals, who answers them. Recusal outranks every role."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, false, true

from grants.appeals.models import Appeal
from grants.decisions.rules import READERS, RECORDERS
from grants.kernel.access import Actor, FunderRole, Rule


def _for_funder(name: str, *roles: FunderRole) -> Rule:
    def holds(actor: Actor, row: Any) -> bool:
        return row.funder_id in actor.funders_as(*roles)

    def where(actor: Actor) -> ColumnElement[bool]:
        funders = actor.funders_as(*roles)
        return Appeal.funder_id.in_(sorted(funders)) if funders else false()

    return Rule(name, holds, where)


not_recused = Rule(
    "is not recused",
    lambda actor, row: row.application_id not in actor.recused_from,
    lambda actor: (
        Appeal.application_id.not_in(sorted(actor.recused_from)) if actor.recused_from else true()
    ),
)

can_read_appeal = (_for_funder("reads the funder's appeals", *READERS) & not_recused).named(
    "reads the funder's appeals and is not recused"
)
may_answer = (_for_funder("answers for the funder", *RECORDERS) & not_recused).named(
    "answers appeals for the funder and is not recused"
)
