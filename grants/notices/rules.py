"""Who reads letters, and who keeps their texts. Mails: nobody reads them here."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, false

from grants.decisions.rules import READERS, RECORDERS, can_read_decision
from grants.kernel.access import Actor, FunderRole, Rule
from grants.notices.models import LetterTemplate

can_read_letter = can_read_decision.named("reads the letters of the funder's decisions")


def _for_funder(name: str, *roles: FunderRole) -> Rule:
    def holds(actor: Actor, row: Any) -> bool:
        return row.funder_id in actor.funders_as(*roles)

    def where(actor: Actor) -> ColumnElement[bool]:
        funders = actor.funders_as(*roles)
        return LetterTemplate.funder_id.in_(sorted(funders)) if funders else false()

    return Rule(name, holds, where)


reads_templates = _for_funder("reads the funder's texts of letters", *READERS)
keeps_templates = _for_funder("keeps the funder's texts of letters", *RECORDERS)
