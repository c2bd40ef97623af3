"""Who wants to be told of which calls."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from grants.db import Base, Row


class CallAlert(Row, Base):
    """One wish of one address, which need not have an account: a mail when such a call opens.

    `filters` are those of the list of calls (`grants.calls.discovery.Filters`); with
    `like_call_id`, calls like that one. Nothing is sent before `confirmed_at`. A stop deletes the
    row. Its links are its identifier signed (`grants.kernel.signing`): no token is kept.
    """

    __tablename__ = "call_alert"
    __table_args__ = (
        UniqueConstraint("email", "filters", "like_call_id", postgresql_nulls_not_distinct=True),
        Index(
            "ix_call_alert_unconfirmed",
            "asked_at",
            postgresql_where=text("confirmed_at IS NULL"),
        ),
        CheckConstraint("email = lower(email) AND email LIKE '_%@_%'", name="email_is_lower_case"),
        CheckConstraint("locale IN ('fr', 'en')", name="locale_is_known"),
    )

    email: Mapped[str]
    locale: Mapped[str]
    filters: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    like_call_id: Mapped[UUID | None] = mapped_column(ForeignKey("call.id"))
    asked_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
