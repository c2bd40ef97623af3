"""One row per piece of long work, and one per line of it when it acts on many things."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from grants.db import Base, Row, enum_values


class JobState(StrEnum):
    """Where the work stands. Values are stored."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class LineState(StrEnum):
    """What became of one line. Values are stored."""

    WAITING = "waiting"
    DONE = "done"
    REFUSED = "refused"


class Job(Row, Base):
    """Work that outlives a request. `payload` holds identifiers and codes, never what they name.

    `touched_at` is the last sign of life: a job silent for too long is taken up again.
    """

    __tablename__ = "job"
    __table_args__ = (
        Index(None, "started_by", "created_at"),
        Index(
            "ix_job_unfinished",
            "touched_at",
            postgresql_where=text("state IN ('waiting', 'running')"),
        ),
        CheckConstraint(enum_values("state", JobState), name="state_is_known"),
        CheckConstraint("done >= 0 AND total >= 0", name="progress_is_counted"),
        CheckConstraint(
            "(state IN ('done', 'failed')) = (finished_at IS NOT NULL)",
            name="finished_at_matches_state",
        ),
    )

    kind: Mapped[str]
    funder_id: Mapped[UUID | None] = mapped_column(ForeignKey("funder.id"))
    started_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    subject_id: Mapped[UUID | None]
    state: Mapped[JobState] = mapped_column(default=JobState.WAITING)
    done: Mapped[int] = mapped_column(default=0, server_default="0")
    total: Mapped[int] = mapped_column(default=0, server_default="0")
    message: Mapped[str] = mapped_column(default="", server_default="")
    result_file_id: Mapped[UUID | None] = mapped_column(ForeignKey("stored_file.id"))
    payload: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    started_at: Mapped[datetime]
    touched_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.finished_at is not None

    @property
    def percent(self) -> int:
        """How far it is, from 0 to 100."""
        if self.state is JobState.DONE:
            return 100
        return min(99, self.done * 100 // self.total) if self.total else 0


class JobLine(Base):
    """One thing that a job acts on, and what came of it: a code, and facts that fill its sentence.

    Its outcome is written in the transaction of its effect: taken up again, a job does no line
    twice.
    """

    __tablename__ = "job_line"
    __table_args__ = (
        CheckConstraint(enum_values("state", LineState), name="state_is_known"),
        Index(
            "ix_job_line_waiting",
            "job_id",
            "position",
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    job_id: Mapped[UUID] = mapped_column(ForeignKey("job.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[UUID]
    state: Mapped[LineState] = mapped_column(default=LineState.WAITING)
    label: Mapped[str] = mapped_column(default="", server_default="")
    code: Mapped[str] = mapped_column(default="", server_default="")
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
