"""Seats, recusals, assignments, reviews with their marks, and frozen rankings."""

from __future__ import annotations

from grants.juries.models.ballots import (
    BallotState,
    JuryBallot,
    JuryBallotLine,
    JuryBallotRevision,
)
from grants.juries.models.copies import RedactedFile, Redaction
from grants.juries.models.figures import JuryFigures
from grants.juries.models.interests import (
    Answer,
    ConflictHint,
    DeclaredInterest,
    HintKind,
    InterestKind,
    InterestsDeclaration,
    Strength,
)
from grants.juries.models.pairing import AssignmentPlan, Liking, ReadingPreference
from grants.juries.models.rankings import JuryReopening, Ranking, RankingLine
from grants.juries.models.reviews import Assignment, Mark, Review, ReviewRevision, ReviewState
from grants.juries.models.seats import (
    SEATS_MAX,
    ReasonClass,
    Recusal,
    RecusalCertificate,
    RecusalOrigin,
    Seat,
    SeatRole,
)

__all__ = [
    "SEATS_MAX",
    "Answer",
    "Assignment",
    "AssignmentPlan",
    "BallotState",
    "ConflictHint",
    "DeclaredInterest",
    "HintKind",
    "InterestKind",
    "InterestsDeclaration",
    "JuryBallot",
    "JuryBallotLine",
    "JuryBallotRevision",
    "JuryFigures",
    "JuryReopening",
    "Liking",
    "Mark",
    "Ranking",
    "RankingLine",
    "ReadingPreference",
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
    "Strength",
]
