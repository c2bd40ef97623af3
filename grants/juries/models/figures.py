"""What was worked out of a jury's scores, kept until they change."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from grants.db import Base, Row


class JuryFigures(Row, Base):
    """The figures of one sheet of scores, named by the digest of all that went in.

    Whoever may see other applications has another sheet, thus other figures. May be deleted at
    any time: they are worked out again.
    """

    __tablename__ = "jury_figures"
    __table_args__ = (
        UniqueConstraint("jury_id", "inputs_sha256"),
        CheckConstraint("inputs_sha256 ~ '^[0-9a-f]{64}$'", name="inputs_sha256_is_hexadecimal"),
    )

    jury_id: Mapped[UUID] = mapped_column(ForeignKey("jury.id"))
    inputs_sha256: Mapped[str]
    figures: Mapped[dict[str, Any]]
    computed_at: Mapped[datetime]
