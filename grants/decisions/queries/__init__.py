"""Reads: the decision table, deliberations, what applicants and the public may know."""

from grants.decisions.queries.deliberations import (
    DecidedFor,
    announced_for,
    council_sessions,
    deliberation,
    deliberations,
    locked_deliberation,
    locked_session,
    under_number,
)
from grants.decisions.queries.results import (
    PublishedResult,
    published_result,
    published_results,
    results,
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
    "DecidedFor",
    "DecisionTable",
    "EnvelopeStanding",
    "Line",
    "ProposalLine",
    "PublishedResult",
    "announced_for",
    "council_sessions",
    "decision_table",
    "deliberation",
    "deliberations",
    "envelopes_of",
    "locked_deliberation",
    "locked_session",
    "parts",
    "proposals",
    "published_result",
    "published_results",
    "results",
    "under_number",
]
