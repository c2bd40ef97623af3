"""One row per deposit; the bytes lie in the store under their SHA-256."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from grants.db import Base, Row, enum_values

SIZE_MAX = 20 * 1024 * 1024
RESULT_MAX = 2 * 1024**3
"""What the software itself makes (a spreadsheet, an archive) may be larger than a deposit."""


class Scan(StrEnum):
    """What an antivirus said. Values are stored.

    Nothing is called clean that no antivirus has read: without one, documents are unchecked.
    """

    UNCHECKED = "unchecked"
    WAITING = "waiting"
    CLEAN = "clean"
    INFECTED = "infected"


class StoredFile(Row, Base):
    """A document that someone deposited. Never altered; two deposits may share their bytes."""

    __tablename__ = "stored_file"
    __table_args__ = (
        CheckConstraint(f"size > 0 AND size <= {RESULT_MAX}", name="size_is_allowed"),
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256_is_hexadecimal"),
        CheckConstraint(enum_values("scan", Scan), name="scan_is_known"),
        CheckConstraint("(scan = 'waiting') = (scan_due_at IS NOT NULL)", name="waiting_is_due"),
        Index(None, "sha256"),
        Index("ix_stored_file_waiting", "scan_due_at", postgresql_where=text("scan = 'waiting'")),
    )

    sha256: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str]
    name: Mapped[str]
    uploaded_by: Mapped[UUID]
    scan: Mapped[Scan] = mapped_column(default=Scan.UNCHECKED, server_default="unchecked")
    scanned_at: Mapped[datetime | None]
    scan_due_at: Mapped[datetime | None]
    scan_attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    signature: Mapped[str | None]  # what was found, in the antivirus's own words
