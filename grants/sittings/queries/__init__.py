"""Meetings, read: as one person sees them, and as their minutes tell them."""

from grants.sittings.queries.minutes import Draft, composed, copy, digest, minutes
from grants.sittings.queries.pulses import Pulse, pulse
from grants.sittings.queries.rooms import (
    Figures,
    ItemLine,
    Revised,
    Room,
    agenda,
    agenda_lines,
    current,
    leads,
    locked_sitting,
    places,
    presides,
    room,
    sitting,
    sittings_of,
)
from grants.sittings.queries.trails import Held, Trail, trails

__all__ = [
    "Draft",
    "Figures",
    "Held",
    "ItemLine",
    "Pulse",
    "Revised",
    "Room",
    "Trail",
    "agenda",
    "agenda_lines",
    "composed",
    "copy",
    "current",
    "digest",
    "leads",
    "locked_sitting",
    "minutes",
    "places",
    "presides",
    "pulse",
    "room",
    "sitting",
    "sittings_of",
    "trails",
]
