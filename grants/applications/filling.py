"""Tables around an application while it is filled in, and the proof of what was deposited."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grants.applications.models import Application
from grants.db import Base, Row, enum_values
from grants.files.models import SIZE_MAX, StoredFile


class Presence(Base):
    """Who had a section open, and when their browser last said so. Forgotten after a day."""

    __tablename__ = "presence"
    __table_args__ = (Index(None, "seen_at"),)

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), primary_key=True)
    section_key: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    seen_at: Mapped[datetime]


class Upload(Row, Base):
    """A document that arrives piece by piece. Its bytes so far lie aside in the store."""

    __tablename__ = "upload"
    __table_args__ = (
        Index(None, "application_id"),
        Index(None, "begun_at"),
        CheckConstraint(f"size > 0 AND size <= {SIZE_MAX}", name="size_is_allowed"),
    )

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    field_key: Mapped[str]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    begun_at: Mapped[datetime]


class Occasion(StrEnum):
    """When an open draft is remembered. Values are stored."""

    WEEK = "week"
    TWO_DAYS = "two_days"
    LAST_DAY = "last_day"


class DraftReminder(Base):
    """A reminder that was sent: never twice for one occasion of one closing."""

    __tablename__ = "draft_reminder"
    __table_args__ = (CheckConstraint(enum_values("occasion", Occasion), name="occasion_is_known"),)

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), primary_key=True)
    occasion: Mapped[Occasion] = mapped_column(primary_key=True)
    closes_at: Mapped[datetime] = mapped_column(primary_key=True)
    sent_at: Mapped[datetime]


class Deposit(Row, Base):
    """What was deposited, by whom it was certified, and the code that proves it. Never altered.

    Only the copy in PDF comes later, made by a worker. `files` are `{"field_key", "name",
    "size", "sha256"}` in the order of the form; `answers_sha256` is that of the answers as
    canonical JSON (see `answers.digest`).
    """

    __tablename__ = "deposit"
    __table_args__ = (
        UniqueConstraint("application_id"),
        UniqueConstraint("code"),
        CheckConstraint("answers_sha256 ~ '^[0-9a-f]{64}$'", name="sha256_is_hexadecimal"),
        CheckConstraint("signatory <> ''", name="signatory_is_named"),
    )

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    code: Mapped[str]
    received_at: Mapped[datetime]
    signatory: Mapped[str]
    quality: Mapped[str] = mapped_column(default="", server_default="")
    attestations: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    answers_sha256: Mapped[str]
    files: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    copy_id: Mapped[UUID | None] = mapped_column(ForeignKey("stored_file.id"))

    application: Mapped[Application] = relationship(lazy="raise")
    copy: Mapped[StoredFile | None] = relationship(lazy="raise")
