"""One row per version of a document that an organisation keeps for every call."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grants.db import Base, Row, enum_values
from grants.files.models import StoredFile
from grants.people.models import Organisation, Person


class DocumentKind(StrEnum):
    """What a document of the vault is. Values are stored, and named by forms (`vault_kind`)."""

    STATUTES = "statutes"
    OFFICERS_LIST = "officers_list"
    AGREEMENT = "agreement"
    ACCOUNTS = "accounts"
    RIB = "rib"
    APPROVAL_ESUS = "approval_esus"
    BUDGET_ORG = "budget_org"
    ACTIVITY_REPORT = "activity_report"
    OTHER = "other"


class OrganisationDocument(Row, Base):
    """A document in force, or a version that another one replaced, or one taken away.

    Nothing is ever erased: an application keeps the stored file that it was submitted with,
    and the history of the vault says which one came when. `warned_until` is the end of validity
    of which the organisation was already told.
    """

    __tablename__ = "organisation_document"
    __table_args__ = (
        Index(
            "ix_organisation_document_in_force",
            "organisation_id",
            "kind",
            postgresql_where=text("replaced_at IS NULL AND withdrawn_at IS NULL"),
        ),
        Index(
            "ix_organisation_document_ending",
            "valid_until",
            postgresql_where=text("replaced_at IS NULL AND withdrawn_at IS NULL"),
        ),
        Index(None, "organisation_id", "added_at"),
        CheckConstraint(enum_values("kind", DocumentKind), name="kind_is_known"),
        CheckConstraint("valid_until >= valid_from", name="validity_runs_forward"),
        CheckConstraint(
            "(replaced_at IS NULL) = (replaced_by_id IS NULL)", name="replacement_is_named"
        ),
        CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name="withdrawal_has_an_author"
        ),
        CheckConstraint(
            "replaced_at IS NULL OR withdrawn_at IS NULL", name="replaced_is_not_withdrawn"
        ),
    )

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[DocumentKind]
    label: Mapped[str] = mapped_column(default="", server_default="")
    stored_file_id: Mapped[UUID] = mapped_column(ForeignKey("stored_file.id"))
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    added_at: Mapped[datetime]
    added_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    replaced_at: Mapped[datetime | None]
    replaced_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation_document.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    warned_until: Mapped[date | None]

    organisation: Mapped[Organisation] = relationship(lazy="raise")
    stored_file: Mapped[StoredFile] = relationship(lazy="raise")
    author: Mapped[Person] = relationship(lazy="raise", foreign_keys=added_by)

    @property
    def is_in_force(self) -> bool:
        """Whether it is the version that calls may take."""
        return self.replaced_at is None and self.withdrawn_at is None

    def is_over(self, day: date) -> bool:
        """Whether its validity ended before `day`."""
        return self.valid_until is not None and self.valid_until < day
