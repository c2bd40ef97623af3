"""Applications, read: only those that the viewer may know of."""

from grants.applications.queries.history import DECISION_ANNOUNCED, Event, notes, timeline
from grants.applications.queries.lists import (
    Asked,
    InboxLine,
    OwnLine,
    call_of_inbox,
    counts_by_state,
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
    readable,
    receipt,
    received,
)

__all__ = [
    "DECISION_ANNOUNCED",
    "Asked",
    "Event",
    "InboxLine",
    "OwnLine",
    "attachment",
    "call_of_inbox",
    "counts_by_state",
    "exported",
    "inbox",
    "locked",
    "locked_own",
    "mean_scores",
    "mine",
    "notes",
    "own",
    "readable",
    "receipt",
    "received",
    "timeline",
    "total",
]
