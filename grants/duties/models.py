"""The secret address under which one person's software reads what falls due."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from grants.db import Base, Row


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
