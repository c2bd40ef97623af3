"""What jurors would rather read, and plans of who reads what, kept until they are applied."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from grants.db import Base, Row, enum_values


class Liking(StrEnum):
    """What a juror says of an application before scoring; neutral is no row. Values are stored."""

    WANT = "want"
    RATHER_NOT = "rather_not"


class ReadingPreference(Row, Base):
    """One application that the holder of a seat would like to read, or rather not."""

    __tablename__ = "reading_preference"
    __table_args__ = (
        UniqueConstraint("seat_id", "application_id"),
        Index(None, "application_id"),
        CheckConstraint(enum_values("liking", Liking), name="liking_is_known"),
    )

    seat_id: Mapped[UUID] = mapped_column(ForeignKey("seat.id"))
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    liking: Mapped[Liking]
    said_at: Mapped[datetime]


class AssignmentPlan(Row, Base):
    """A computed assignment: its pairs as two columns of identifiers, or what lacks for one.

    `base_sha256` names the readings that stood when it was computed: with others it no longer
    fits and is not applied. `options` are those of `juries.pairing.Options`; `figures` hold
    affinity, score and moved; `lacks` are the facts of `matching.problem.Lack`.
    """

    __tablename__ = "assignment_plan"
    __table_args__ = (
        UniqueConstraint("job_id"),
        Index(None, "jury_id", "computed_at"),
        CheckConstraint("base_sha256 ~ '^[0-9a-f]{64}$'", name="base_sha256_is_hexadecimal"),
        CheckConstraint(
            "cardinality(application_ids) = cardinality(seat_ids)", name="pairs_have_two_sides"
        ),
        CheckConstraint(
            "(applied_at IS NULL) = (applied_by IS NULL)", name="it_is_applied_by_somebody"
        ),
        CheckConstraint("found OR applied_at IS NULL", name="only_what_was_found_is_applied"),
    )

    job_id: Mapped[UUID] = mapped_column(ForeignKey("job.id"))
    jury_id: Mapped[UUID] = mapped_column(ForeignKey("jury.id"))
    options: Mapped[dict[str, Any]]
    found: Mapped[bool]
    lacks: Mapped[list[Any]]
    figures: Mapped[dict[str, Any]]
    base_sha256: Mapped[str]
    application_ids: Mapped[list[UUID]] = mapped_column(
        ARRAY(Uuid), deferred=True, deferred_raiseload=True
    )
    seat_ids: Mapped[list[UUID]] = mapped_column(
        ARRAY(Uuid), deferred=True, deferred_raiseload=True
    )
    computed_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]
    applied_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
