"""The clock of a payment, stopped while something is asked of the beneficiary."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from grants.db import Base, Row


class ClaimPause(Row, Base):
    """Days that do not count among the sixty: from the request for a document to its answer.

    The day of the request is the first that does not count, that of the answer the first that
    counts again. Two never overlap, and one that ended never changes (PostgreSQL holds both).
    """

    __tablename__ = "claim_pause"
    __table_args__ = (
        ExcludeConstraint(
            ("claim_id", "="),
            (text("daterange(begun_on, resumed_on)"), "&&"),
            name="ex_claim_pause_once",
            using="gist",
        ),
        CheckConstraint("btrim(reason) <> ''", name="reason_is_given"),
        CheckConstraint("resumed_on >= begun_on", name="resumed_after_it_began"),
        CheckConstraint(
            "(resumed_on IS NULL) = (resumed_at IS NULL)"
            " AND (resumed_on IS NULL) = (resumed_by IS NULL)",
            name="resumed_by_somebody",
        ),
    )

    claim_id: Mapped[UUID] = mapped_column(ForeignKey("claim.id"), index=True)
    begun_on: Mapped[date]
    reason: Mapped[str]
    begun_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    begun_at: Mapped[datetime]
    resumed_on: Mapped[date | None]
    answer: Mapped[str] = mapped_column(default="", server_default="")
    resumed_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    resumed_at: Mapped[datetime | None]
