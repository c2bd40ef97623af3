"""Hearings, read: by the service, by the applicant, by whoever sits."""

from grants.juries.hearings.queries.around import (
    Availability,
    Remark,
    asked_of,
    availabilities,
    feedback,
    impossibilities,
    own_availability,
    remarks,
)
from grants.juries.hearings.queries.board import (
    STAND_FILTERS,
    BoardLine,
    board,
    hearing_jury,
    line,
    tally,
)
from grants.juries.hearings.queries.coming import (
    Appointment,
    PlanLine,
    appointments,
    own_plan,
    reply_document,
)

__all__ = [
    "STAND_FILTERS",
    "Appointment",
    "Availability",
    "BoardLine",
    "PlanLine",
    "Remark",
    "appointments",
    "asked_of",
    "availabilities",
    "board",
    "feedback",
    "hearing_jury",
    "impossibilities",
    "line",
    "own_availability",
    "own_plan",
    "remarks",
    "reply_document",
    "tally",
]
