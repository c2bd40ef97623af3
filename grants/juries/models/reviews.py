"""Who reads what, and what each says of it: assignments, reviews, marks, revisions."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grants.applications.models import Application
from grants.calls.models import Jury
from grants.db import Base, Row, enum_values
from grants.juries.models.seats import Seat
from grants.juries.scoring import TOTAL_MAX


class ReviewState(StrEnum):
    """How far one juror is with one application. Values are stored."""

    DRAFT = "draft"
    FINAL = "final"
    ABSTAINED = "abstained"


class Assignment(Row, Base):
    """One application that one juror is to read.

    `draw` is the place in the juror's own random order, set by trigger from seat and
    application alone: no two jurors tire on the same files, and a page reloaded keeps its order.
    `withdrawn_at` is set by a recusal: the line stays, so that the jury's scope and quorum
    do not shrink unseen, and no page shows it to the juror again.
    """

    __tablename__ = "assignment"
    __table_args__ = (
        UniqueConstraint("jury_id", "seat_id", "application_id"),
        Index(None, "seat_id", "draw"),
        Index(None, "application_id"),
        Index(None, "jury_id", "application_id"),
    )

    jury_id: Mapped[UUID] = mapped_column(ForeignKey("jury.id"))
    seat_id: Mapped[UUID] = mapped_column(ForeignKey("seat.id"))
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    draw: Mapped[UUID] = mapped_column(server_default=text("gen_random_uuid()"))
    withdrawn_at: Mapped[datetime | None]

    seat: Mapped[Seat] = relationship(lazy="raise")
    jury: Mapped[Jury] = relationship(lazy="raise")
    application: Mapped[Application] = relationship(lazy="raise")


class Review(Row, Base):
    """What one juror says of one application.

    `total` is in thousandths of a point out of 100 and exists once the review is final:
    ranking then reads one integer a review. `set_aside_at`: the juror was recused after
    finishing; the review is out of every figure, and kept. A final review is never altered
    otherwise (trigger), nor anything of a closed jury.
    """

    __tablename__ = "review"
    __table_args__ = (
        UniqueConstraint("jury_id", "seat_id", "application_id"),
        Index(None, "seat_id", "application_id"),
        Index(None, "application_id"),
        # Sorted as the ranking reads it: an index-only scan, no sort.
        Index(
            "ix_review_counted",
            "jury_id",
            "application_id",
            "total",
            postgresql_where=text("state = 'final' AND set_aside_at IS NULL"),
        ),
        Index(
            "ix_review_abstained",
            "jury_id",
            "application_id",
            postgresql_where=text("state = 'abstained' AND set_aside_at IS NULL"),
        ),
        CheckConstraint(enum_values("state", ReviewState), name="state_is_known"),
        CheckConstraint(
            "(state = 'draft') = (finalised_at IS NULL)", name="finalised_at_matches_state"
        ),
        CheckConstraint("(state = 'final') = (total IS NOT NULL)", name="total_matches_state"),
        CheckConstraint(f"total BETWEEN 0 AND {TOTAL_MAX}", name="total_is_out_of_100"),
        CheckConstraint("confidence BETWEEN 1 AND 3", name="confidence_is_known"),
    )

    jury_id: Mapped[UUID] = mapped_column(ForeignKey("jury.id"))
    seat_id: Mapped[UUID] = mapped_column(ForeignKey("seat.id"))
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    state: Mapped[ReviewState] = mapped_column(default=ReviewState.DRAFT)
    total: Mapped[int | None]
    # How sure the juror is: 1 not very, 2 rather, 3 very. Said, never counted.
    confidence: Mapped[int | None] = mapped_column(SmallInteger)
    comment_jury: Mapped[str] = mapped_column(default="", server_default="")
    comment_applicant: Mapped[str] = mapped_column(default="", server_default="")
    private_note: Mapped[str] = mapped_column(default="", server_default="")
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    finalised_at: Mapped[datetime | None]
    set_aside_at: Mapped[datetime | None]

    seat: Mapped[Seat] = relationship(lazy="raise")


class Mark(Base):
    """One juror's mark on one criterion; without value, the juror abstains on it.

    A criterion that the juror has not come to yet, or may leave aside, has no row.
    """

    __tablename__ = "mark"
    __table_args__ = (CheckConstraint("value >= 0", name="value_is_not_negative"),)

    review_id: Mapped[UUID] = mapped_column(
        ForeignKey("review.id", ondelete="CASCADE"), primary_key=True
    )
    criterion_id: Mapped[UUID] = mapped_column(ForeignKey("criterion.id"), primary_key=True)
    value: Mapped[int | None] = mapped_column(SmallInteger)


class ReviewRevision(Row, Base):
    """A final score that its author changed in the discussion, with the sentence that says why.

    Insert-only, and written first: PostgreSQL lets a final review change only where a
    revision of that very version says so. Marks are by criterion key; None is an abstention.
    """

    __tablename__ = "review_revision"
    __table_args__ = (
        UniqueConstraint("review_id", "version"),
        CheckConstraint("btrim(reason) <> ''", name="reason_is_given"),
    )

    review_id: Mapped[UUID] = mapped_column(ForeignKey("review.id"))
    version: Mapped[int]
    total_before: Mapped[int]
    total: Mapped[int]
    marks_before: Mapped[dict[str, Any]]
    marks: Mapped[dict[str, Any]]
    reason: Mapped[str]
    revised_at: Mapped[datetime]
