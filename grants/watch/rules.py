"""Who reads the watch, and who answers for going past one of its rules."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, false

from grants.decisions.rules import READERS, RECORDERS
from grants.kernel.access import Actor, FunderRole, Rule
from grants.watch.models import AidRuling, Override


def _for_funder(name: str, table: Any, *roles: FunderRole) -> Rule:
    def where(actor: Actor) -> ColumnElement[bool]:
        funders = actor.funders_as(*roles)
        return table.funder_id.in_(sorted(funders)) if funders else false()

    def holds(actor: Actor, row: Any) -> bool:
        return row.funder_id in actor.funders_as(*roles)

    return Rule(name, holds, where)


can_read = _for_funder("reads the funder's decisions", Override, *READERS)
may_rule = _for_funder("says under which rules the funder helps", AidRuling, *RECORDERS)
may_override = _for_funder("answers for going past a rule", Override, *RECORDERS)
