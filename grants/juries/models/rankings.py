"""The act that closes a jury, the places that it froze, and how a jury is opened again."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from grants.db import Base, Row


class Ranking(Row, Base):
    """The act that closed a jury: by whom, when, with which method, on which inputs.

    `inputs_sha256` seals every mark, total and weight that went in, so that anyone who
    holds them can recompute the order and know that nothing else was used. The bundle holds
    them, without names (`grants.juries.bundle`). A jury that was opened again and closed once
    more has several, numbered without gaps; the greatest `version` is the one that stands.
    """

    __tablename__ = "ranking"
    __table_args__ = (
        UniqueConstraint("jury_id", "version"),
        CheckConstraint("inputs_sha256 ~ '^[0-9a-f]{64}$'", name="inputs_sha256_is_hexadecimal"),
        CheckConstraint("bundle_sha256 ~ '^[0-9a-f]{64}$'", name="bundle_sha256_is_hexadecimal"),
        CheckConstraint(
            "(bundle_id IS NULL) = (bundle_sha256 IS NULL)", name="bundle_has_its_hash"
        ),
        CheckConstraint("version > 0", name="version_counts"),
    )

    jury_id: Mapped[UUID] = mapped_column(ForeignKey("jury.id"))
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    method: Mapped[str]
    inputs_sha256: Mapped[str]
    bundle_id: Mapped[UUID | None] = mapped_column(ForeignKey("stored_file.id"))
    bundle_sha256: Mapped[str | None]
    # What ballots said together (grants.juries.ballots.Outcome); None where scores rank.
    outcome: Mapped[dict[str, Any] | None]
    frozen_by: Mapped[UUID]
    frozen_at: Mapped[datetime]


class RankingLine(Row, Base):
    """One application's place when its jury closed; figures in thousandths of a point.

    Insert-only. An application that nobody scored has neither rank nor figures. Where ballots
    rank, `opinions` is how many of them spoke of it, `votes` what its rank rests on, and
    `is_paid`, with a budget, whether the votes pay for it.
    """

    __tablename__ = "ranking_line"
    __table_args__ = (
        UniqueConstraint("jury_id", "version", "application_id"),
        Index(None, "application_id"),
        CheckConstraint(
            "(coalesce(opinions, scores) = 0) = (rank IS NULL)", name="only_the_scored_are_ranked"
        ),
        CheckConstraint("version > 0", name="version_counts"),
    )

    jury_id: Mapped[UUID] = mapped_column(ForeignKey("jury.id"))
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    rank: Mapped[int | None]
    mean: Mapped[int | None]
    median: Mapped[int | None]
    dispersion: Mapped[int | None]
    scores: Mapped[int]
    abstentions: Mapped[int]
    votes: Mapped[int | None]
    opinions: Mapped[int | None]
    is_paid: Mapped[bool | None]
    frozen_at: Mapped[datetime]


class JuryReopening(Row, Base):
    """One officer asks to open a closed jury again, with a reason; another grants it or not.

    PostgreSQL holds that they are two people, that only the ranking that stands is concerned,
    and that no decision rests on it yet. Answered once, never changed.
    """

    __tablename__ = "jury_reopening"
    __table_args__ = (
        Index(
            "uq_jury_reopening_pending",
            "jury_id",
            unique=True,
            postgresql_where=text("settled_at IS NULL"),
        ),
        CheckConstraint("btrim(reason) <> ''", name="reason_is_given"),
        CheckConstraint(
            "(settled_by IS NULL) = (settled_at IS NULL)", name="it_is_settled_by_somebody"
        ),
        CheckConstraint(
            "NOT granted OR (settled_by IS NOT NULL AND settled_by <> asked_by)",
            name="it_takes_two",
        ),
    )

    jury_id: Mapped[UUID] = mapped_column(ForeignKey("jury.id"))
    version: Mapped[int]
    reason: Mapped[str]
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    granted: Mapped[bool] = mapped_column(default=False, server_default="false")
    settled_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    settled_at: Mapped[datetime | None]
