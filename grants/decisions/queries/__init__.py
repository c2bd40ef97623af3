"""Reads: the decision table, deliberations, what applicants and the public may know."""

from grants.decisions.queries.deliberations import (
    DecidedFor,
    Held,
    act_since,
    announced_for,
    delegations,
    deliberation,
    deliberations,
    held,
    held_by_envelope,
    locked_delegation,
    locked_deliberation,
    locked_session,
    under_number,
)
from grants.decisions.queries.named import AwardName, award_names
from grants.decisions.queries.results import (
    PublishedResult,
    published_result,
    published_results,
    results,
)
from grants.decisions.queries.scdl import COLUMNS as SCDL_COLUMNS
from grants.decisions.queries.scdl import scdl
from grants.decisions.queries.standing import (
    is_unread,
    standing_outcomes,
    stands,
    taken_note,
    was_paid,
)
from grants.decisions.queries.table import (
    DecisionTable,
    EnvelopeStanding,
    Line,
    ProposalLine,
    decision_table,
    envelopes_of,
    parts,
    proposals,
)

__all__ = [
    "SCDL_COLUMNS",
    "AwardName",
    "DecidedFor",
    "DecisionTable",
    "EnvelopeStanding",
    "Held",
    "Line",
    "ProposalLine",
    "PublishedResult",
    "act_since",
    "announced_for",
    "award_names",
    "decision_table",
    "delegations",
    "deliberation",
    "deliberations",
    "envelopes_of",
    "held",
    "held_by_envelope",
    "is_unread",
    "locked_delegation",
    "locked_deliberation",
    "locked_session",
    "parts",
    "proposals",
    "published_result",
    "published_results",
    "results",
    "scdl",
    "standing_outcomes",
    "stands",
    "taken_note",
    "under_number",
    "was_paid",
]
