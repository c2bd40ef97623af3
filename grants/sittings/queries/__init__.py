"""Meetings, read: as one person sees them, and as their minutes tell them."""

from grants.sittings.queries.minutes import Draft, composed, copy, digest, minutes
from grants.sittings.queries.rooms import (
    Figures,
    ItemLine,
    Pulse,
    Revised,
    Room,
    agenda,
    current,
    locked_sitting,
    places,
    pulse,
    room,
    sitting,
    sittings_of,
)

__all__ = [
    "Draft",
    "Figures",
    "ItemLine",
    "Pulse",
    "Revised",
    "Room",
    "agenda",
    "composed",
    "copy",
    "current",
    "digest",
    "locked_sitting",
    "minutes",
    "places",
    "pulse",
    "room",
    "sitting",
    "sittings_of",
]
