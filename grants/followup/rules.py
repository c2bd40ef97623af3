"""Who reports, who rules on a report, who follows an advance. Recusal outranks every role."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, false, true

from grants.decisions.rules import READERS, RECORDERS
from grants.followup.models import AdvancePart, FinancialReport
from grants.kernel.access import Actor, FunderRole, Rule

PURSE = (FunderRole.FINANCE, FunderRole.APPROVER)


def _for_funder(name: str, table: Any, *roles: FunderRole) -> Rule:
    def holds(actor: Actor, row: Any) -> bool:
        mine = row.funder_id in actor.funders_as(*roles)
        return mine and row.application_id not in actor.recused_from

    def where(actor: Actor) -> ColumnElement[bool]:
        funders = actor.funders_as(*roles)
        if not funders:
            return false()
        hidden = sorted(actor.recused_from)
        known = table.application_id.not_in(hidden) if hidden else true()
        return and_(table.funder_id.in_(sorted(funders)), known)

    return Rule(name, holds, where)


can_read_report = _for_funder("reads the funder's reports", FinancialReport, *READERS)
may_rule = _for_funder("rules on the funder's reports", FinancialReport, *RECORDERS)
can_read_advance = _for_funder("reads the funder's advances", AdvancePart, *READERS)
may_follow = _for_funder("follows the funder's advances", AdvancePart, *PURSE)
