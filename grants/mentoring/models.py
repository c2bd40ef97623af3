"""Mentors of a stage, who is paired with whom, and the hours that both sides write down."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grants.applications.models import Application
from grants.calls.models import Stage
from grants.db import Base, Row

MINUTES_MAX = 1440
"""What one meeting lasts at most: a day."""


class Mentor(Row, Base):
    """Somebody who offers `hours` to the projects of a stage.

    Whoever signs in under `email` is that person. `skills` are keys of what applicants may ask
    help with (`queries.skills_of`).
    """

    __tablename__ = "mentor"
    __table_args__ = (
        UniqueConstraint("stage_id", "email"),
        Index(None, "email"),
        CheckConstraint("hours BETWEEN 1 AND 1000", name="hours_are_offered"),
        CheckConstraint("email = lower(email)", name="email_is_lower"),
    )

    stage_id: Mapped[UUID] = mapped_column(ForeignKey("stage.id"))
    name: Mapped[str]
    email: Mapped[str]
    phone: Mapped[str] = mapped_column(default="", server_default="")
    skills: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    hours: Mapped[int]

    stage: Mapped[Stage] = relationship(lazy="raise")


class Pair(Row, Base):
    """One application helped by one mentor, until somebody ends it; one at a time in a stage."""

    __tablename__ = "mentoring_pair"
    __table_args__ = (
        Index(None, "mentor_id"),
        Index(None, "application_id"),
        Index(
            "uq_mentoring_pair_current",
            "stage_id",
            "application_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        CheckConstraint("ended_at >= paired_at", name="ends_after_it_began"),
    )

    stage_id: Mapped[UUID] = mapped_column(ForeignKey("stage.id"))
    mentor_id: Mapped[UUID] = mapped_column(ForeignKey("mentor.id"))
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    paired_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    paired_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    mentor: Mapped[Mentor] = relationship(lazy="raise")
    application: Mapped[Application] = relationship(lazy="raise")
    entries: Mapped[list[HoursGiven]] = relationship(
        lazy="raise", order_by="(HoursGiven.held_on.desc(), HoursGiven.id.desc())"
    )

    @property
    def minutes(self) -> int:
        """Everything that was written down. `entries` must be loaded."""
        return sum(one.minutes for one in self.entries)


class HoursGiven(Row, Base):
    """One time that a mentor gave: the day, how long, what was done. Either side writes it down.

    The same day and length twice is one meeting that both remember, and is refused.
    """

    __tablename__ = "mentoring_entry"
    __table_args__ = (
        UniqueConstraint("pair_id", "held_on", "minutes"),
        CheckConstraint(f"minutes BETWEEN 1 AND {MINUTES_MAX}", name="minutes_are_of_a_day"),
        CheckConstraint("btrim(done) <> ''", name="done_is_told"),
    )

    pair_id: Mapped[UUID] = mapped_column(ForeignKey("mentoring_pair.id"))
    held_on: Mapped[date]
    minutes: Mapped[int]
    done: Mapped[str]
    by_mentor: Mapped[bool]
    logged_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    logged_at: Mapped[datetime]
