"""Reads: members, meetings with their agendas, who is in the room."""

from grants.councils.queries.agendas import (
    ItemSheet,
    RecusedFrom,
    locked_item,
    locked_meeting,
    meeting,
    meetings,
    paper,
    papers,
    proposed,
    recusals,
    reported_to,
    sheets,
    to_put_on,
    unreported,
)
from grants.councils.queries.members import (
    elected,
    in_office,
    own_funders,
    seats,
)
from grants.councils.queries.rooms import (
    Hall,
    covered,
    hall,
    voices,
)

__all__ = [
    "Hall",
    "ItemSheet",
    "RecusedFrom",
    "covered",
    "elected",
    "hall",
    "in_office",
    "locked_item",
    "locked_meeting",
    "meeting",
    "meetings",
    "own_funders",
    "paper",
    "papers",
    "proposed",
    "recusals",
    "reported_to",
    "seats",
    "sheets",
    "to_put_on",
    "unreported",
    "voices",
]
