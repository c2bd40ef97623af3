"""Plans of hearings, hearings and who sits at them, convocations, questions asked before."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grants.applications.models import Application
from grants.db import Base, Row, enum_values
from grants.files.models import StoredFile
from grants.juries.models import Seat


class Coming(StrEnum):
    """What an applicant answered to a convocation. Values are stored."""

    CONFIRMED = "confirmed"
    UNABLE = "unable"


class Attendance(StrEnum):
    """What became of a hearing. Values are stored."""

    HEARD = "heard"
    EXCUSED = "excused"
    ABSENT = "absent"


class HearingPlan(Row, Base):
    """Under which constraints one jury hears.

    `days` are civil days (ISO); `first_minute`, `last_minute` and the lunch count minutes after
    midnight in Paris. `places` are rooms, or addresses of video meetings: as many as hear side
    by side. `counts_silent`: members who did not say when they can come count as free.
    """

    __tablename__ = "hearing_plan"
    __table_args__ = (
        UniqueConstraint("jury_id"),
        CheckConstraint("0 <= first_minute AND last_minute <= 1440", name="hours_are_of_a_day"),
        CheckConstraint("first_minute + length_minutes <= last_minute", name="one_hearing_fits"),
        CheckConstraint("length_minutes > 0", name="a_hearing_lasts"),
        CheckConstraint("pause_minutes >= 0", name="pause_is_not_negative"),
        CheckConstraint(
            "(lunch_from IS NULL) = (lunch_until IS NULL) AND lunch_until > lunch_from",
            name="lunch_begins_and_ends",
        ),
        CheckConstraint("jsonb_array_length(places) > 0", name="there_is_a_place"),
    )

    jury_id: Mapped[UUID] = mapped_column(ForeignKey("jury.id"))
    days: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    first_minute: Mapped[int]
    last_minute: Mapped[int]
    length_minutes: Mapped[int]
    pause_minutes: Mapped[int]
    lunch_from: Mapped[int | None]
    lunch_until: Mapped[int | None]
    places: Mapped[list[Any]]
    counts_silent: Mapped[bool] = mapped_column(default=False, server_default="false")
    bring: Mapped[str] = mapped_column(default="", server_default="")


class HearingAvailability(Row, Base):
    """When one member can come: `halves` are half-days such as `2026-11-24/am`."""

    __tablename__ = "hearing_availability"
    __table_args__ = (UniqueConstraint("seat_id"),)

    seat_id: Mapped[UUID] = mapped_column(ForeignKey("seat.id"))
    halves: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    answered_at: Mapped[datetime]


class HearingImpossibility(Row, Base):
    """A time at which an applicant cannot be heard, as the service was told."""

    __tablename__ = "hearing_impossibility"
    __table_args__ = (
        Index(None, "jury_id", "application_id"),
        CheckConstraint("ends_at > starts_at", name="ends_after_it_starts"),
    )

    jury_id: Mapped[UUID] = mapped_column(ForeignKey("jury.id"))
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    note: Mapped[str] = mapped_column(default="", server_default="")


class Hearing(Row, Base):
    """One application heard by one jury, somewhere and at a time.

    A place of a call holds one hearing at a time, whatever its juries, and an applicant is in
    one place at a time: PostgreSQL says so, statement by statement, so that two may swap.
    """

    __tablename__ = "hearing"
    __table_args__ = (
        UniqueConstraint("jury_id", "application_id"),
        Index(None, "jury_id", "starts_at"),
        Index(None, "application_id"),
        CheckConstraint("ends_at > starts_at", name="ends_after_it_starts"),
        CheckConstraint(f"answer IS NULL OR {enum_values('answer', Coming)}", name="answer_known"),
        CheckConstraint(
            f"attendance IS NULL OR {enum_values('attendance', Attendance)}",
            name="attendance_known",
        ),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answer_has_a_time"),
        CheckConstraint("(attendance IS NULL) = (marked_at IS NULL)", name="mark_has_a_time"),
    )

    jury_id: Mapped[UUID] = mapped_column(ForeignKey("jury.id"))
    call_id: Mapped[UUID] = mapped_column(ForeignKey("call.id"))
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    place: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    answer: Mapped[Coming | None]
    answer_reason: Mapped[str] = mapped_column(default="", server_default="")
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    attendance: Mapped[Attendance | None]
    attendance_note: Mapped[str] = mapped_column(default="", server_default="")
    marked_at: Mapped[datetime | None]

    application: Mapped[Application] = relationship(lazy="raise")


SPAN = func.tstzrange(Hearing.__table__.c.starts_at, Hearing.__table__.c.ends_at)
for _name, _columns in (("place", ("call_id", "place")), ("application", ("application_id",))):
    Hearing.metadata.tables["hearing"].append_constraint(
        ExcludeConstraint(
            *((Hearing.__table__.c[column], "=") for column in _columns),
            (SPAN, "&&"),
            name=f"ex_hearing_{_name}",
            using="gist",
            deferrable=True,
            initially="IMMEDIATE",
        )
    )


class HearingSeat(Base):
    """One member who sits at one hearing."""

    __tablename__ = "hearing_seat"
    __table_args__ = (Index(None, "seat_id"),)

    hearing_id: Mapped[UUID] = mapped_column(
        ForeignKey("hearing.id", ondelete="CASCADE"), primary_key=True
    )
    seat_id: Mapped[UUID] = mapped_column(ForeignKey("seat.id"), primary_key=True)


class Convocation(Row, Base):
    """What an applicant was told of a hearing, or a member of one day of hearings.

    Its id makes the UID of the calendar's entry, `sequence` rises with every mail. `told` is
    what the last one said: `{starts_at, ends_at, place}`, and for a member `lines` of the same.
    """

    __tablename__ = "convocation"
    __table_args__ = (
        UniqueConstraint("jury_id", "application_id"),
        UniqueConstraint("seat_id", "day"),
        Index(None, "application_id"),
        CheckConstraint("(seat_id IS NULL) <> (application_id IS NULL)", name="tells_one_side"),
        CheckConstraint("(seat_id IS NULL) = (day IS NULL)", name="members_are_told_by_day"),
        CheckConstraint("sequence >= 0", name="sequence_is_not_negative"),
    )

    jury_id: Mapped[UUID] = mapped_column(ForeignKey("jury.id"))
    seat_id: Mapped[UUID | None] = mapped_column(ForeignKey("seat.id"))
    application_id: Mapped[UUID | None] = mapped_column(ForeignKey("application.id"))
    day: Mapped[date | None]
    sequence: Mapped[int] = mapped_column(default=0, server_default="0")
    is_cancelled: Mapped[bool] = mapped_column(default=False, server_default="false")
    told: Mapped[dict[str, Any]]
    sent_at: Mapped[datetime]

    seat: Mapped[Seat | None] = relationship(lazy="raise")


class HearingFeedback(Row, Base):
    """Questions and remarks of a jury to one applicant before the hearing, and the reply.

    `sources` are the reviews whose words were taken: never shown.
    """

    __tablename__ = "hearing_feedback"
    __table_args__ = (
        UniqueConstraint("jury_id", "application_id"),
        Index(None, "application_id"),
        CheckConstraint("(released_at IS NULL) = (released_by IS NULL)", name="released_by_one"),
        CheckConstraint("(replied_at IS NULL) = (replied_by IS NULL)", name="replied_by_one"),
        CheckConstraint("replied_at IS NULL OR released_at IS NOT NULL", name="reply_follows"),
    )

    jury_id: Mapped[UUID] = mapped_column(ForeignKey("jury.id"))
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    text: Mapped[str]
    sources: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    due_on: Mapped[date]
    released_at: Mapped[datetime | None]
    released_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    reply: Mapped[str] = mapped_column(default="", server_default="")
    reply_file_id: Mapped[UUID | None] = mapped_column(ForeignKey("stored_file.id"))
    replied_at: Mapped[datetime | None]
    replied_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))

    reply_file: Mapped[StoredFile | None] = relationship(lazy="raise")
