"""Who prepares and holds the meetings of a deliberative body, and who reads its agenda."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, false
from sqlalchemy.orm import InstrumentedAttribute

from grants.councils.models import CouncilSeat
from grants.decisions.models import CouncilSession
from grants.decisions.rules import READERS, RECORDERS
from grants.kernel.access import Actor, FunderRole, Rule

NOTICE_DAYS = 5
"""Clear days between convocation and session (CGCT L2121-12, at or above 3 500 inhabitants)."""
SECOND_AFTER_DAYS = 3
"""A second convocation comes at least that many days after the missed quorum (L2121-17)."""


def _for_funder(name: str, column: InstrumentedAttribute[UUID], *roles: FunderRole) -> Rule:
    def holds(actor: Actor, row: Any) -> bool:
        return row.funder_id in actor.funders_as(*roles)

    def where(actor: Actor) -> ColumnElement[bool]:
        funders = actor.funders_as(*roles)
        return column.in_(sorted(funders)) if funders else false()

    return Rule(name, holds, where)


holds_meetings = _for_funder(
    "prepares and holds the meetings of the body", CouncilSession.funder_id, *RECORDERS
)
reads_agenda = _for_funder("reads the agenda of the body", CouncilSession.funder_id, *READERS)
keeps_seats = _for_funder("keeps the list of members", CouncilSeat.funder_id, *RECORDERS)
reads_seats = _for_funder("reads the list of members", CouncilSeat.funder_id, *READERS)
