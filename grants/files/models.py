"""One row per deposit; the bytes lie in the store under their SHA-256."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from grants.db import Base, Row

SIZE_MAX = 20 * 1024 * 1024


class StoredFile(Row, Base):
    """A document that someone deposited. Never altered; two deposits may share their bytes."""

    __tablename__ = "stored_file"
    __table_args__ = (
        CheckConstraint(f"size > 0 AND size <= {SIZE_MAX}", name="size_is_allowed"),
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256_is_hexadecimal"),
        Index(None, "sha256"),
    )

    sha256: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str]
    name: Mapped[str]
    uploaded_by: Mapped[UUID]
