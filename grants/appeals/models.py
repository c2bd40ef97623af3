"""Appeals to the authority that decided, their documents, and what was answered."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grants.appeals.clocks import court_until
from grants.applications.models import Application
from grants.db import Base, Row, enum_values
from grants.decisions.models import Deliberation
from grants.files.models import StoredFile
from grants.kernel.clock import paris_date


class AppealState(StrEnum):
    """Where an appeal stands; that silence refused it is read from its clock. Values are stored."""

    FILED = "filed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Effect(StrEnum):
    """What an accepted appeal brings about. Values are stored."""

    NEW_DELIBERATION = "new_deliberation"
    WITHDRAWAL = "withdrawal"


ANSWERED = "state IN ('accepted', 'rejected')"


class Appeal(Row, Base):
    """One request to think again about what one deliberation decided for one application.

    Only of a decision that was read: its clock starts there. What was filed, the days counted
    and an answer never change (trigger).
    """

    __tablename__ = "appeal"
    __table_args__ = (
        ForeignKeyConstraint(
            ["deliberation_id", "application_id"],
            ["acknowledgement.deliberation_id", "acknowledgement.application_id"],
            name="fk_appeal_acknowledgement",
        ),
        Index(
            "uq_appeal_live",
            "deliberation_id",
            "application_id",
            unique=True,
            postgresql_where=text("state <> 'withdrawn'"),
        ),
        Index(None, "funder_id", "silence_on"),
        CheckConstraint(enum_values("state", AppealState), name="state_is_known"),
        CheckConstraint(enum_values("effect", Effect), name="effect_is_known"),
        CheckConstraint("btrim(grounds) <> ''", name="grounds_are_told"),
        CheckConstraint(
            "(filed_at AT TIME ZONE 'Europe/Paris')::date <= until", name="filed_in_time"
        ),
        CheckConstraint(
            f"({ANSWERED}) = (answered_at IS NOT NULL)"
            f" AND ({ANSWERED}) = (answered_by IS NOT NULL)",
            name="answer_matches_state",
        ),
        CheckConstraint("(state = 'accepted') = (effect IS NOT NULL)", name="effect_if_accepted"),
        CheckConstraint(f"NOT ({ANSWERED}) OR btrim(answer) <> ''", name="answer_has_reasons"),
        CheckConstraint("answer_read_at IS NULL OR answered_at IS NOT NULL", name="read_if_sent"),
        CheckConstraint(
            "(reopened_at IS NULL) = (reopened_by IS NULL)"
            " AND (reopened_at IS NULL OR state = 'accepted')",
            name="reopened_if_accepted",
        ),
    )

    deliberation_id: Mapped[UUID] = mapped_column(ForeignKey("deliberation.id"))
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), index=True)
    funder_id: Mapped[UUID] = mapped_column(ForeignKey("funder.id"))
    filed_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    filed_at: Mapped[datetime]
    grounds: Mapped[str]
    # The days as they were counted and told when it was filed.
    until: Mapped[date]
    silence_on: Mapped[date]
    state: Mapped[AppealState] = mapped_column(default=AppealState.FILED)
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(default="", server_default="")
    effect: Mapped[Effect | None]
    answer_read_at: Mapped[datetime | None]
    # When a person opened the application again, as an accepted appeal lets them.
    reopened_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    reopened_at: Mapped[datetime | None]

    application: Mapped[Application] = relationship(lazy="raise")
    deliberation: Mapped[Deliberation] = relationship(lazy="raise")
    files: Mapped[list[AppealFile]] = relationship(lazy="raise", order_by="AppealFile.id")

    def is_silence(self, on: date) -> bool:
        """Whether, that day, two months have gone by without an answer: that means no."""
        return self.state is AppealState.FILED and on >= self.silence_on

    @property
    def court_until(self) -> date | None:
        """The last day before the administrative court; None while nothing makes it run."""
        if self.state is AppealState.ACCEPTED:
            return None
        answered, read = self.answered_at, self.answer_read_at
        return court_until(
            paris_date(self.filed_at),
            answered_on=paris_date(answered) if answered else None,
            answer_read_on=paris_date(read) if read else None,
        )


class AppealFile(Row, Base):
    """A document given with an appeal."""

    __tablename__ = "appeal_file"
    __table_args__ = (UniqueConstraint("appeal_id", "stored_file_id"),)

    appeal_id: Mapped[UUID] = mapped_column(ForeignKey("appeal.id"))
    stored_file_id: Mapped[UUID] = mapped_column(ForeignKey("stored_file.id"))

    stored_file: Mapped[StoredFile] = relationship(lazy="raise")
