"""Reads: scenarios, their tables and strips; comparison; financing plans; waiting lists."""

from grants.scenarios.queries.scenarios import (
    Strip,
    Total,
    choices,
    history,
    line_of,
    locked,
    of_call,
    parts_of,
    places,
    scenario,
    strip,
)
from grants.scenarios.queries.table import (
    Other,
    Row,
    Sought,
    compared,
    others_of,
    rows,
)
from grants.scenarios.queries.watching import standings

__all__ = [
    "Other",
    "Row",
    "Sought",
    "Strip",
    "Total",
    "choices",
    "compared",
    "history",
    "line_of",
    "locked",
    "of_call",
    "others_of",
    "parts_of",
    "places",
    "rows",
    "scenario",
    "standings",
    "strip",
]
