"""Who prepares, records and reads decisions. Recusal outranks every role."""

from __future__ import annotations

from grants.decisions.models import CouncilSession, Decision, Delegation, Deliberation, Proposal
from grants.kernel.access import FunderRole, for_funder, unless_recused

READERS = (
    FunderRole.OFFICER,
    FunderRole.ELECTED,
    FunderRole.AUDITOR,
    FunderRole.FINANCE,
    FunderRole.APPROVER,
)
RECORDERS = (FunderRole.OFFICER,)


may_open = for_funder("opens sessions for the funder", CouncilSession.funder_id, *RECORDERS)
may_record = for_funder("records what the body decided", CouncilSession.funder_id, *RECORDERS)
may_announce = for_funder("announces decisions", Deliberation.funder_id, *RECORDERS)
may_delegate = for_funder("records delegations", Delegation.funder_id, *RECORDERS)
can_read_delegation = for_funder("reads delegations", Delegation.funder_id, *READERS)
can_read = for_funder("reads the funder's deliberations", Deliberation.funder_id, *READERS)

may_propose = (
    for_funder("prepares decisions", Proposal.funder_id, *RECORDERS)
    & unless_recused(Proposal.application_id)
).named("prepares decisions and is not recused")

can_read_proposal = (
    for_funder("reads the funder's proposals", Proposal.funder_id, *READERS)
    & unless_recused(Proposal.application_id)
).named("reads the proposal")

can_read_decision = (
    for_funder("reads the funder's decisions", Decision.funder_id, *READERS)
    & unless_recused(Decision.application_id)
).named("reads the decision")
