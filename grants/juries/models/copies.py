"""The redacted copy of a file: what blind jurors read in place of texts and documents."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grants.db import Base, Row
from grants.files.models import StoredFile


class Redaction(Row, Base):
    """One text as an officer has seen it, with what is masked. The original is never touched.

    `marks` are `[[start, end], …]` in characters of the text whose SHA-256 is kept: once the
    answer says something else, they fit nothing and the text is withheld. `shown` is the text
    with them masked. `is_title`: the field whose answer lists repeat.
    """

    __tablename__ = "redaction"
    __table_args__ = (
        UniqueConstraint("application_id", "field_key"),
        Index(
            "ix_redaction_title", "application_id", unique=True, postgresql_where=text("is_title")
        ),
        CheckConstraint("text_sha256 ~ '^[0-9a-f]{64}$'", name="text_sha256_is_hexadecimal"),
    )

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    field_key: Mapped[str]
    is_title: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    text_sha256: Mapped[str]
    marks: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    shown: Mapped[str]
    seen_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    seen_at: Mapped[datetime]


class RedactedFile(Row, Base):
    """A document that an officer deposited for blind jurors, in place of the applicant's."""

    __tablename__ = "redacted_file"
    __table_args__ = (UniqueConstraint("application_file_id"),)

    application_file_id: Mapped[UUID] = mapped_column(ForeignKey("application_file.id"))
    stored_file_id: Mapped[UUID] = mapped_column(ForeignKey("stored_file.id"))
    added_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[datetime]

    stored_file: Mapped[StoredFile] = relationship(lazy="raise")
