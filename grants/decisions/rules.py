"""Who prepares, records and reads decisions. Recusal outranks every role."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, false, true
from sqlalchemy.orm import InstrumentedAttribute

from grants.decisions.models import CouncilSession, Decision, Delegation, Deliberation, Proposal
from grants.kernel.access import Actor, FunderRole, Rule

READERS = (
    FunderRole.OFFICER,
    FunderRole.ELECTED,
    FunderRole.AUDITOR,
    FunderRole.FINANCE,
    FunderRole.APPROVER,
)
RECORDERS = (FunderRole.OFFICER,)


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


may_open = _for_funder("opens sessions for the funder", CouncilSession.funder_id, *RECORDERS)
may_record = _for_funder("records what the body decided", CouncilSession.funder_id, *RECORDERS)
may_announce = _for_funder("announces decisions", Deliberation.funder_id, *RECORDERS)
may_delegate = _for_funder("records delegations", Delegation.funder_id, *RECORDERS)
can_read_delegation = _for_funder("reads delegations", Delegation.funder_id, *READERS)
can_read = _for_funder("reads the funder's deliberations", Deliberation.funder_id, *READERS)

may_propose = (
    _for_funder("prepares decisions", Proposal.funder_id, *RECORDERS)
    & _not_recused(Proposal.application_id)
).named("prepares decisions and is not recused")

can_read_proposal = (
    _for_funder("reads the funder's proposals", Proposal.funder_id, *READERS)
    & _not_recused(Proposal.application_id)
).named("reads the proposal")

can_read_decision = (
    _for_funder("reads the funder's decisions", Decision.funder_id, *READERS)
    & _not_recused(Decision.application_id)
).named("reads the decision")
