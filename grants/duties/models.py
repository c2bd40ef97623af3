"""Secret addresses of calendars, and duties that a person marked as done."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grants.applications.models import Application
from grants.db import Base, Row
from grants.people.models import Person


class CalendarLink(Row, Base):
    """A calendar that somebody asked for. One at a time; ended, its address opens nothing.

    No secret is stored: the address is this row's identifier signed (`kernel.signing`).
    """

    __tablename__ = "calendar_link"
    __table_args__ = (
        Index(
            "uq_calendar_link_live",
            "person_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class DutyDone(Row, Base):
    """A duty that nothing else in the software ends: done on a day, said so by an officer.

    `subject_id` and `application_id` are those of the duty; it leaves the calendar then.
    """

    __tablename__ = "duty_done"
    __table_args__ = (
        UniqueConstraint("kind", "subject_id", "application_id"),
        CheckConstraint("kind IN ('publication', 'aid_register')", name="kind_is_marked"),
    )

    kind: Mapped[str]
    subject_id: Mapped[UUID]
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    funder_id: Mapped[UUID] = mapped_column(ForeignKey("funder.id"))
    done_on: Mapped[date]
    done_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    done_at: Mapped[datetime]

    application: Mapped[Application] = relationship(lazy="raise")
    author: Mapped[Person] = relationship(lazy="raise")
