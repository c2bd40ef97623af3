"""Who reports, who rules on a report, who follows an advance. Recusal outranks every role."""

from __future__ import annotations

from typing import Any

from grants.decisions.rules import READERS, RECORDERS
from grants.followup.models import AdvancePart, FinancialReport
from grants.kernel.access import FunderRole, Rule, for_funder, unless_recused

PURSE = (FunderRole.FINANCE, FunderRole.APPROVER)


def _of(table: Any, name: str, *roles: FunderRole) -> Rule:
    mine = for_funder(name, table.funder_id, *roles)
    return (mine & unless_recused(table.application_id)).named(name)


can_read_report = _of(FinancialReport, "reads the funder's reports", *READERS)
may_rule = _of(FinancialReport, "rules on the funder's reports", *RECORDERS)
can_read_advance = _of(AdvancePart, "reads the funder's advances", *READERS)
may_follow = _of(AdvancePart, "follows the funder's advances", *PURSE)
