"""Instalments, claims and payment orders. Bank details are kept encrypted, and nowhere else."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grants.db import Base, Row, enum_values
from grants.decisions.models import Decision
from grants.files.models import StoredFile
from grants.kernel.money import Amount, Unit


class Method(StrEnum):
    """How an instalment ends in the beneficiary's hands. Values are stored."""

    TRANSFER = "transfer"
    SUBSCRIPTION = "subscription"
    HANDOVER = "handover"


class ClaimState(StrEnum):
    """Where a claim stands. Values are stored."""

    SUBMITTED = "submitted"
    REFUSED = "refused"
    CERTIFIED = "certified"
    ORDERED = "ordered"
    PAID = "paid"


class OrderState(StrEnum):
    """Where a payment order stands. Values are stored."""

    PREPARED = "prepared"
    REJECTED = "rejected"
    APPROVED = "approved"
    PAID = "paid"


class Instalment(Row, Base):
    """One part of an award, paid at once. The parts of an award sum to it exactly."""

    __tablename__ = "instalment"
    __table_args__ = (
        UniqueConstraint("decision_id", "position"),
        CheckConstraint("amount > 0", name="amount_is_positive"),
        CheckConstraint("position > 0", name="position_is_positive"),
        CheckConstraint(enum_values("unit", Unit), name="unit_is_known"),
        CheckConstraint(enum_values("method", Method), name="method_is_known"),
        # No square metre goes through a bank, and no euro is handed over with keys.
        CheckConstraint("(method = 'handover') = (unit <> 'EUR')", name="method_matches_unit"),
    )

    decision_id: Mapped[UUID] = mapped_column(ForeignKey("decision.id"))
    position: Mapped[int]
    amount: Mapped[Amount]
    unit: Mapped[Unit]
    method: Mapped[Method]
    label: Mapped[str]
    condition: Mapped[str] = mapped_column(default="", server_default="")
    document_required: Mapped[bool] = mapped_column(default=False)

    decision: Mapped[Decision] = relationship(lazy="raise")
    claims: Mapped[list[Claim]] = relationship(
        lazy="raise", back_populates="instalment", order_by="Claim.submitted_at"
    )


class Claim(Row, Base):
    """A beneficiary's request to be paid one instalment.

    `iban_cipher` opens only with the field key and this row's id; `iban_index` finds equal
    accounts without opening any; `iban_last4` is what pages show.
    """

    __tablename__ = "claim"
    __table_args__ = (
        # A refused claim may be made again; otherwise an instalment is claimed once.
        Index(
            "uq_claim_live",
            "instalment_id",
            unique=True,
            postgresql_where=text("state <> 'refused'"),
        ),
        Index(None, "iban_index"),
        CheckConstraint(enum_values("state", ClaimState), name="state_is_known"),
        CheckConstraint(enum_values("method", Method), name="method_is_known"),
        CheckConstraint(
            "(method = 'transfer') = (iban_cipher IS NOT NULL)"
            " AND (iban_cipher IS NULL) = (iban_index IS NULL)"
            " AND (iban_cipher IS NULL) = (iban_last4 IS NULL)"
            " AND (iban_cipher IS NULL) = (holder IS NULL)",
            name="bank_details_for_transfers",
        ),
        CheckConstraint("length(iban_last4) = 4", name="only_four_digits_shown"),
        CheckConstraint(
            "method = 'transfer' OR reference IS NOT NULL", name="reference_instead_of_bank"
        ),
        CheckConstraint(
            "(state IN ('certified', 'ordered', 'paid')) = (certified_at IS NOT NULL)"
            " AND (certified_at IS NULL) = (certified_by IS NULL)",
            name="certified_matches_state",
        ),
        CheckConstraint(
            "(state = 'refused') = (refused_at IS NOT NULL)"
            " AND (refused_at IS NULL) = (refused_by IS NULL)"
            " AND (refused_at IS NULL) = (refusal_reason IS NULL)",
            name="refused_matches_state",
        ),
    )

    instalment_id: Mapped[UUID] = mapped_column(ForeignKey("instalment.id"))
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), index=True)
    funder_id: Mapped[UUID] = mapped_column(ForeignKey("funder.id"), index=True)
    method: Mapped[Method]
    state: Mapped[ClaimState] = mapped_column(default=ClaimState.SUBMITTED)
    holder: Mapped[str | None]
    iban_cipher: Mapped[bytes | None]
    iban_index: Mapped[bytes | None]
    iban_last4: Mapped[str | None]
    bic: Mapped[str | None]
    reference: Mapped[str | None]
    message: Mapped[str] = mapped_column(default="", server_default="")
    submitted_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    submitted_at: Mapped[datetime]
    certified_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    certified_at: Mapped[datetime | None]
    refused_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    refused_at: Mapped[datetime | None]
    refusal_reason: Mapped[str | None]

    instalment: Mapped[Instalment] = relationship(lazy="raise", back_populates="claims")
    files: Mapped[list[ClaimFile]] = relationship(lazy="raise", order_by="ClaimFile.created_at")


class ClaimFile(Row, Base):
    """A document given with a claim."""

    __tablename__ = "claim_file"

    claim_id: Mapped[UUID] = mapped_column(ForeignKey("claim.id"), index=True)
    stored_file_id: Mapped[UUID] = mapped_column(ForeignKey("stored_file.id"))

    stored_file: Mapped[StoredFile] = relationship(lazy="raise")


class PaymentOrder(Row, Base):
    """The order to pay one certified claim: one person prepares it, another approves it."""

    __tablename__ = "payment_order"
    __table_args__ = (
        UniqueConstraint("funder_id", "year", "serial"),
        Index(
            "uq_payment_order_live",
            "claim_id",
            unique=True,
            postgresql_where=text("state <> 'rejected'"),
        ),
        Index(None, "funder_id", "state"),
        CheckConstraint(enum_values("state", OrderState), name="state_is_known"),
        CheckConstraint(enum_values("unit", Unit), name="unit_is_known"),
        CheckConstraint("amount > 0", name="amount_is_positive"),
        CheckConstraint("approved_by <> prepared_by", name="two_persons_sign"),
        CheckConstraint(
            "(state = 'rejected' OR (state IN ('approved', 'paid')) = (approved_at IS NOT NULL))"
            " AND (approved_at IS NULL) = (approved_by IS NULL)",
            name="approved_matches_state",
        ),
        CheckConstraint(
            "(state = 'rejected') = (rejected_at IS NOT NULL)"
            " AND (rejected_at IS NULL) = (rejected_by IS NULL)"
            " AND (rejected_at IS NULL) = (rejection_reason IS NULL)",
            name="rejected_matches_state",
        ),
        CheckConstraint(
            "(state = 'paid') = (paid_on IS NOT NULL)"
            " AND (paid_on IS NULL) = (paid_by IS NULL)"
            " AND (paid_on IS NULL) = (reference IS NULL)",
            name="paid_matches_state",
        ),
    )

    funder_id: Mapped[UUID] = mapped_column(ForeignKey("funder.id"))
    claim_id: Mapped[UUID] = mapped_column(ForeignKey("claim.id"), index=True)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    year: Mapped[int]
    serial: Mapped[int]
    state: Mapped[OrderState] = mapped_column(default=OrderState.PREPARED)
    amount: Mapped[Amount]
    unit: Mapped[Unit]
    envelope_id: Mapped[UUID] = mapped_column(ForeignKey("ledger_envelope.id"))
    award_id: Mapped[UUID] = mapped_column(ForeignKey("decision.id"))
    prepared_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    prepared_at: Mapped[datetime]
    approved_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    approved_at: Mapped[datetime | None]
    rejected_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    rejected_at: Mapped[datetime | None]
    rejection_reason: Mapped[str | None]
    paid_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    paid_on: Mapped[date | None]
    reference: Mapped[str | None]

    claim: Mapped[Claim] = relationship(lazy="raise")

    @property
    def number(self) -> str:
        """What the treasury calls it: year and rank, as in "2019-0012"."""
        return f"{self.year}-{self.serial:04d}"
