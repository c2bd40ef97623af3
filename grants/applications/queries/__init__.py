"""Applications, read: only those that the viewer may know of."""

from grants.applications.queries.deposits import Proven, copy_of, deposit_of, proven
from grants.applications.queries.history import (
    DECISION_ANNOUNCED,
    HEARD_OF,
    Event,
    notes,
    timeline,
)
from grants.applications.queries.lists import (
    Asked,
    InboxLine,
    OwnLine,
    call_of_inbox,
    counts_by_state,
    draft_beside_call,
    exported,
    inbox,
    mean_scores,
    mine,
    total,
)
from grants.applications.queries.one import (
    attachment,
    locked,
    locked_own,
    own,
    own_beside,
    readable,
    receipt,
    received,
    whole,
)
from grants.applications.queries.present import Present

__all__ = [
    "DECISION_ANNOUNCED",
    "HEARD_OF",
    "Asked",
    "Event",
    "InboxLine",
    "OwnLine",
    "Present",
    "Proven",
    "attachment",
    "call_of_inbox",
    "copy_of",
    "counts_by_state",
    "deposit_of",
    "draft_beside_call",
    "exported",
    "inbox",
    "locked",
    "locked_own",
    "mean_scores",
    "mine",
    "notes",
    "own",
    "own_beside",
    "proven",
    "readable",
    "receipt",
    "received",
    "timeline",
    "total",
    "whole",
]
