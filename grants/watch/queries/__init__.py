"""Reads: undertakings, the aid they were given, and what each rule leaves."""

from grants.watch.queries.aids import Granted, Ruling
from grants.watch.queries.margins import Line, Watch, reckon, watched
from grants.watch.queries.told import (
    File,
    Standing,
    covers,
    line_of,
    margins,
    overridden_in,
    overrides_of,
    stand,
    table,
)
from grants.watch.queries.undertakings import Undertaking, capital, linked, undertakings

__all__ = [
    "File",
    "Granted",
    "Line",
    "Ruling",
    "Standing",
    "Undertaking",
    "Watch",
    "capital",
    "covers",
    "line_of",
    "linked",
    "margins",
    "overridden_in",
    "overrides_of",
    "reckon",
    "stand",
    "table",
    "undertakings",
    "watched",
]
