"""Applications, read: only those that the viewer may know of."""

from grants.applications.queries.history import Event, notes, timeline
from grants.applications.queries.lists import (
    Asked,
    InboxLine,
    OwnLine,
    counts_by_state,
    exported,
    inbox,
    mine,
)
from grants.applications.queries.one import attachment, locked, locked_own, own, readable, receipt

__all__ = [
    "Asked",
    "Event",
    "InboxLine",
    "OwnLine",
    "attachment",
    "counts_by_state",
    "exported",
    "inbox",
    "locked",
    "locked_own",
    "mine",
    "notes",
    "own",
    "readable",
    "receipt",
    "timeline",
]
