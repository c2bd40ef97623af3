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
    called,
    elected,
    in_office,
    own_funders,
    seats,
)
from grants.councils.queries.proceedings import Proceedings, proceedings, require_minutes
from grants.councils.queries.rooms import (
    Hall,
    covered,
    hall,
    presided,
    voices,
)

__all__ = [
    "Hall",
    "ItemSheet",
    "Proceedings",
    "RecusedFrom",
    "called",
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
    "presided",
    "proceedings",
    "proposed",
    "recusals",
    "reported_to",
    "require_minutes",
    "seats",
    "sheets",
    "to_put_on",
    "unreported",
    "voices",
]
