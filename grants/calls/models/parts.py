"""What a call is made of besides its stages: tracks, documents, batches, codes, its form."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from grants.calls.form import FormDocument, parsed
from grants.db import Base, Row


class Track(Row, Base):
    """One thematic lot of a call."""

    __tablename__ = "track"
    __table_args__ = (UniqueConstraint("call_id", "key"),)

    call_id: Mapped[UUID] = mapped_column(ForeignKey("call.id"))
    position: Mapped[int]
    key: Mapped[str]
    label_fr: Mapped[str]
    label_en: Mapped[str]


class RequiredDocument(Row, Base):
    """A document to prepare, announced on the call's page; the form asks for it by `key`.

    `legal_forms` are beginnings of INSEE codes; empty asks it of everyone. `vault_kind` is the
    kind of document of the organisation's vault that may serve, "" for none.
    """

    __tablename__ = "required_document"
    __table_args__ = (UniqueConstraint("call_id", "key"),)

    call_id: Mapped[UUID] = mapped_column(ForeignKey("call.id"))
    position: Mapped[int]
    key: Mapped[str]
    label_fr: Mapped[str]
    label_en: Mapped[str]
    help_fr: Mapped[str] = mapped_column(default="", server_default="")
    help_en: Mapped[str] = mapped_column(default="", server_default="")
    required: Mapped[bool] = mapped_column(default=True, server_default="true")
    legal_forms: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    vault_kind: Mapped[str] = mapped_column(default="", server_default="")


class Batch(Row, Base):
    """One gathering of a rolling call: what is submitted before `cut_off_at` is judged together."""

    __tablename__ = "batch"
    __table_args__ = (UniqueConstraint("call_id", "cut_off_at"),)

    call_id: Mapped[UUID] = mapped_column(ForeignKey("call.id"))
    label_fr: Mapped[str]
    label_en: Mapped[str] = mapped_column(default="", server_default="")
    cut_off_at: Mapped[datetime]
    decides_on: Mapped[date | None]


class AccessCode(Row, Base):
    """Lets one late applicant submit until `expires_at`. Only the code's hash is kept."""

    __tablename__ = "access_code"
    __table_args__ = (
        UniqueConstraint("code_hash"),
        Index(None, "call_id"),
        CheckConstraint("code_hash ~ '^[0-9a-f]{64}$'", name="code_hash_is_sha256"),
        CheckConstraint(
            "(redeemed_at IS NULL) = (redeemed_by IS NULL)", name="redemption_has_an_author"
        ),
    )

    call_id: Mapped[UUID] = mapped_column(ForeignKey("call.id"))
    code_hash: Mapped[str]
    given_to: Mapped[str]
    reason: Mapped[str] = mapped_column(default="", server_default="")
    expires_at: Mapped[datetime]
    created_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    revoked_at: Mapped[datetime | None]
    redeemed_at: Mapped[datetime | None]
    redeemed_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))


class FormRevision(Row, Base):
    """One version of a call's form. Frozen at publication: a trigger refuses any later change.

    Revisions count from 1. A number below zero is the copy on which somebody tries the call.
    """

    __tablename__ = "form_revision"
    __table_args__ = (
        UniqueConstraint("call_id", "number"),
        CheckConstraint("number <> 0", name="number_is_not_zero"),
        CheckConstraint("document_hash ~ '^[0-9a-f]{64}$'", name="document_hash_is_sha256"),
    )

    call_id: Mapped[UUID] = mapped_column(ForeignKey("call.id"))
    number: Mapped[int]
    document: Mapped[dict[str, Any]]
    document_hash: Mapped[str]
    frozen_at: Mapped[datetime | None]

    @property
    def form(self) -> FormDocument:
        """The document as questions, read once per process and remembered."""
        kept: tuple[object, FormDocument] | None = self.__dict__.get("_kept_form")
        if kept is None or kept[0] is not self.document:
            kept = self.__dict__["_kept_form"] = (self.document, parsed(self.document))
        return kept[1]
