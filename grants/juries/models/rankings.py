"""The act that closes a jury, and the places that it froze."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from grants.db import Base, Row


class Ranking(Row, Base):
    """The act that closed a jury: by whom, when, with which method, on which inputs.

    `inputs_sha256` seals every mark, total and weight that went in, so that anyone who
    holds them can recompute the order and know that nothing else was used.
    """

    __tablename__ = "ranking"
    __table_args__ = (
        UniqueConstraint("jury_id"),
        CheckConstraint("inputs_sha256 ~ '^[0-9a-f]{64}$'", name="inputs_sha256_is_hexadecimal"),
    )

    jury_id: Mapped[UUID] = mapped_column(ForeignKey("jury.id"))
    method: Mapped[str]
    inputs_sha256: Mapped[str]
    frozen_by: Mapped[UUID]
    frozen_at: Mapped[datetime]


class RankingLine(Row, Base):
    """One application's place when its jury closed; figures in thousandths of a point.

    Insert-only. An application that nobody scored has neither rank nor figures.
    """

    __tablename__ = "ranking_line"
    __table_args__ = (
        UniqueConstraint("jury_id", "application_id"),
        Index(None, "application_id"),
        CheckConstraint("(scores = 0) = (rank IS NULL)", name="only_the_scored_are_ranked"),
    )

    jury_id: Mapped[UUID] = mapped_column(ForeignKey("jury.id"))
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    rank: Mapped[int | None]
    mean: Mapped[int | None]
    median: Mapped[int | None]
    dispersion: Mapped[int | None]
    scores: Mapped[int]
    abstentions: Mapped[int]
    frozen_at: Mapped[datetime]
