"""Seats, recusals, assignments, reviews with their marks, and frozen rankings."""

from __future__ import annotations

from grants.juries.models.copies import RedactedFile, Redaction
from grants.juries.models.rankings import Ranking, RankingLine
from grants.juries.models.reviews import Assignment, Mark, Review, ReviewRevision, ReviewState
from grants.juries.models.seats import (
    ReasonClass,
    Recusal,
    RecusalCertificate,
    RecusalOrigin,
    Seat,
    SeatRole,
)

__all__ = [
    "Assignment",
    "Mark",
    "Ranking",
    "RankingLine",
    "ReasonClass",
    "Recusal",
    "RecusalCertificate",
    "RecusalOrigin",
    "RedactedFile",
    "Redaction",
    "Review",
    "ReviewRevision",
    "ReviewState",
    "Seat",
    "SeatRole",
]
