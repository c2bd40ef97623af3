"""Who drafts agreements, who reads them, who signs. Recusal outranks every role."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, false, true

from grants.agreements.models import Agreement
from grants.agreements.usual import UsualText
from grants.decisions.rules import READERS, RECORDERS
from grants.kernel.access import Actor, FunderRole, Rule


def _for_funder(name: str, *roles: FunderRole, table: Any = Agreement) -> Rule:
    def holds(actor: Actor, row: Any) -> bool:
        return row.funder_id in actor.funders_as(*roles)

    def where(actor: Actor) -> ColumnElement[bool]:
        funders = actor.funders_as(*roles)
        found: ColumnElement[bool] = table.funder_id.in_(sorted(funders))
        return found if funders else false()

    return Rule(name, holds, where)


not_recused = Rule(
    "is not recused",
    lambda actor, row: row.application_id not in actor.recused_from,
    lambda actor: (
        Agreement.application_id.not_in(sorted(actor.recused_from))
        if actor.recused_from
        else true()
    ),
)

reads_agreements = (_for_funder("reads the funder's agreements", *READERS) & not_recused).named(
    "reads the funder's agreements and is not recused"
)
drafts_agreements = (_for_funder("drafts for the funder", *RECORDERS) & not_recused).named(
    "drafts the funder's agreements and is not recused"
)
# The service has asked whether the actor represents the applicant: this only says who it is.
signs_for_applicant = Rule(
    "represents the beneficiary",
    lambda actor, act: act.application_id not in actor.recused_from,
    drafts_agreements.where,
)
reads_usual = _for_funder("reads the funder's usual texts", *READERS, table=UsualText)
keeps_usual = _for_funder("keeps the funder's usual texts", *RECORDERS, table=UsualText)
