"""A juror's ballot, in the juries whose rule ranks by ballots, and its line on each application."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from grants.db import Base, Row, enum_values


class BallotState(StrEnum):
    """Whether a ballot may still change. Values are stored."""

    DRAFT = "draft"
    FINAL = "final"


class JuryBallot(Row, Base):
    """What one juror says of all their applications together: one a seat, final once.

    PostgreSQL holds that a final ballot stays, that its points or the amounts it chooses fit
    what the jury has to give, and that nothing of a closed jury changes.
    """

    __tablename__ = "jury_ballot"
    __table_args__ = (
        UniqueConstraint("seat_id"),
        Index(None, "jury_id"),
        CheckConstraint(enum_values("state", BallotState), name="state_is_known"),
        CheckConstraint(
            "(state = 'draft') = (finalised_at IS NULL)", name="finalised_at_matches_state"
        ),
    )

    jury_id: Mapped[UUID] = mapped_column(ForeignKey("jury.id"))
    seat_id: Mapped[UUID] = mapped_column(ForeignKey("seat.id"))
    state: Mapped[BallotState] = mapped_column(default=BallotState.DRAFT)
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    finalised_at: Mapped[datetime | None]


class JuryBallotLine(Base):
    """One application on a ballot: every one that its author could speak of.

    `value` is a place from 1 (Schulze), points, or 1 for what is chosen; None is a blank.
    `abstained`: no opinion, which counts neither for nor against. A line counts as long as its
    assignment stands: a recusal takes it out, and it is kept.
    """

    __tablename__ = "jury_ballot_line"
    __table_args__ = (
        Index(None, "application_id"),
        CheckConstraint("value > 0", name="value_is_positive"),
        CheckConstraint("NOT abstained OR value IS NULL", name="who_abstains_says_nothing"),
    )

    ballot_id: Mapped[UUID] = mapped_column(
        ForeignKey("jury_ballot.id", ondelete="CASCADE"), primary_key=True
    )
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), primary_key=True)
    value: Mapped[int | None]
    abstained: Mapped[bool] = mapped_column(default=False, server_default="false")


class JuryBallotRevision(Row, Base):
    """A ballot that its author changed in the discussion, with the sentence that says why.

    Insert-only, and written first: PostgreSQL lets a final ballot change only where a revision
    of that very version says so. Lines are by application id; a value is a place, points or 1,
    None a blank, "abstained" no opinion.
    """

    __tablename__ = "jury_ballot_revision"
    __table_args__ = (
        UniqueConstraint("ballot_id", "version"),
        CheckConstraint("btrim(reason) <> ''", name="reason_is_given"),
    )

    ballot_id: Mapped[UUID] = mapped_column(ForeignKey("jury_ballot.id"))
    version: Mapped[int]
    lines_before: Mapped[dict[str, Any]]
    lines: Mapped[dict[str, Any]]
    reason: Mapped[str]
    revised_at: Mapped[datetime]
