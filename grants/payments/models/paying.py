"""Instalments with their conditions, claims, and payment orders in numbered batches."""

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
from grants.payments.models.bank import BankDetails
from grants.payments.models.pausing import ClaimPause


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


class ConditionKind(StrEnum):
    """What may have to be there before an instalment is paid. Values are stored."""

    AGREEMENT = "agreement"
    REPORT = "report"
    AUDIT = "audit"
    COFUNDER = "cofunder"
    DOCUMENT = "document"


NAMED_KINDS = (ConditionKind.COFUNDER, ConditionKind.DOCUMENT)
"""Those that say nothing until somebody writes which letter, or which document."""


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
        CheckConstraint("cut BETWEEN 0 AND amount", name="cut_is_within"),
    )

    decision_id: Mapped[UUID] = mapped_column(ForeignKey("decision.id"))
    position: Mapped[int]
    amount: Mapped[Amount]
    unit: Mapped[Unit]
    method: Mapped[Method]
    label: Mapped[str]
    condition: Mapped[str] = mapped_column(default="", server_default="")
    document_required: Mapped[bool] = mapped_column(default=False)
    # What withdrawals of the award took off it; grows, and spares what is ordered (trigger).
    cut: Mapped[Amount] = mapped_column(default=Amount(0), server_default="0")

    decision: Mapped[Decision] = relationship(lazy="raise")
    conditions: Mapped[list[InstalmentCondition]] = relationship(
        lazy="raise", order_by="InstalmentCondition.position", passive_deletes=True
    )
    claims: Mapped[list[Claim]] = relationship(
        lazy="raise", back_populates="instalment", order_by="(Claim.submitted_at, Claim.id)"
    )

    @property
    def payable(self) -> Amount:
        """What is paid of it: all but what was withdrawn."""
        return Amount(self.amount - self.cut)

    @property
    def is_closed(self) -> bool:
        """Whether a withdrawal took all of it: nothing is claimed any more."""
        return self.cut == self.amount


class InstalmentCondition(Row, Base):
    """One thing without which an instalment is not paid (PostgreSQL certifies no claim before).

    `met_on` is the day of the proof; `note` says which proof it is.
    """

    __tablename__ = "instalment_condition"
    __table_args__ = (
        UniqueConstraint("instalment_id", "position"),
        UniqueConstraint("instalment_id", "kind", "label"),
        CheckConstraint(enum_values("kind", ConditionKind), name="kind_is_known"),
        CheckConstraint(
            "(kind IN ('cofunder', 'document')) = (label <> '')", name="what_is_free_is_named"
        ),
        CheckConstraint(
            "(met_on IS NULL) = (met_at IS NULL) AND (met_on IS NULL) = (met_by IS NULL)",
            name="met_by_somebody",
        ),
    )

    instalment_id: Mapped[UUID] = mapped_column(ForeignKey("instalment.id", ondelete="CASCADE"))
    position: Mapped[int]
    kind: Mapped[ConditionKind]
    label: Mapped[str] = mapped_column(default="", server_default="")
    met_on: Mapped[date | None]
    met_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    met_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(default="", server_default="")


class Claim(Row, Base):
    """A beneficiary's request to be paid one instalment.

    `iban_cipher` opens only with the field key and this row's id; `iban_index` finds equal
    accounts without opening any; `iban_last4` is what pages show. `bank_details_id` is what the
    funder knows of that account. `due_on` is the last day to pay: None until the clock starts, on
    `clock_from`, and while it is stopped (`pauses`).
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
            "(method = 'transfer') = (bank_details_id IS NOT NULL)", name="account_is_known"
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
    bank_details_id: Mapped[UUID | None] = mapped_column(ForeignKey("bank_details.id"), index=True)
    due_on: Mapped[date | None]
    clock_from: Mapped[date | None]
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
    bank_details: Mapped[BankDetails | None] = relationship(lazy="raise")
    files: Mapped[list[ClaimFile]] = relationship(
        lazy="raise", order_by="(ClaimFile.created_at, ClaimFile.id)"
    )
    pauses: Mapped[list[ClaimPause]] = relationship(
        lazy="raise", order_by=[ClaimPause.begun_on, ClaimPause.begun_at, ClaimPause.id]
    )

    @property
    def pause(self) -> ClaimPause | None:
        """The one that waits for an answer; needs `pauses`."""
        return next((one for one in self.pauses if one.resumed_on is None), None)

    @property
    def stops(self) -> list[tuple[date, date | None]]:
        """The days that do not count, from one to another; needs `pauses`."""
        return [(one.begun_on, one.resumed_on) for one in self.pauses]


class ClaimFile(Row, Base):
    """A document given with a claim."""

    __tablename__ = "claim_file"

    claim_id: Mapped[UUID] = mapped_column(ForeignKey("claim.id"), index=True)
    stored_file_id: Mapped[UUID] = mapped_column(ForeignKey("stored_file.id"))

    stored_file: Mapped[StoredFile] = relationship(lazy="raise")


class OrderBatch(Row, Base):
    """Orders that leave together under one number (bordereau), without gaps in a funder's year."""

    __tablename__ = "order_batch"
    __table_args__ = (
        UniqueConstraint("funder_id", "year", "serial"),
        CheckConstraint("serial > 0", name="numbers_start_at_one"),
    )

    funder_id: Mapped[UUID] = mapped_column(ForeignKey("funder.id"))
    year: Mapped[int]
    serial: Mapped[int]
    prepared_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    prepared_at: Mapped[datetime]

    orders: Mapped[list[PaymentOrder]] = relationship(
        lazy="raise", back_populates="batch", order_by="(PaymentOrder.serial, PaymentOrder.id)"
    )

    @property
    def number(self) -> str:
        """What the accounting office calls it, as in "2019-B012"."""
        return f"{self.year}-B{self.serial:03d}"


class PaymentOrder(Row, Base):
    """The order to pay one certified claim: one person prepares it, another approves it.

    A transfer that comes back once its year is closed is to be paid again under the same number:
    `returned_on` says since when, `returns` how often.
    `needs_second`, set by PostgreSQL from the funder's threshold, asks for two signatures, of
    two persons who did not prepare it. `accepted_on` is when the accounting office took it over.
    """

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
            "first_signed_by <> prepared_by AND first_signed_by <> approved_by",
            name="each_signs_once",
        ),
        CheckConstraint(
            "(first_signed_by IS NULL) = (first_signed_at IS NULL)"
            " AND (needs_second OR first_signed_at IS NULL)",
            name="first_signature_is_whole",
        ),
        CheckConstraint(
            "NOT needs_second OR approved_at IS NULL OR first_signed_at IS NOT NULL",
            name="second_signature_above_threshold",
        ),
        CheckConstraint(
            "accepted_on IS NULL OR approved_at IS NOT NULL", name="accepted_once_approved"
        ),
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
        CheckConstraint(
            "(returns > 0) = (returned_on IS NOT NULL)"
            " AND (returns = 0 OR btrim(return_reason) <> '')",
            name="returns_are_told",
        ),
    )

    funder_id: Mapped[UUID] = mapped_column(ForeignKey("funder.id"))
    claim_id: Mapped[UUID] = mapped_column(ForeignKey("claim.id"), index=True)
    batch_id: Mapped[UUID] = mapped_column(ForeignKey("order_batch.id"), index=True)
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
    needs_second: Mapped[bool] = mapped_column(default=False, server_default="false")
    first_signed_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    first_signed_at: Mapped[datetime | None]
    approved_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    approved_at: Mapped[datetime | None]
    rejected_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    rejected_at: Mapped[datetime | None]
    rejection_reason: Mapped[str | None]
    accepted_on: Mapped[date | None]
    paid_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    paid_on: Mapped[date | None]
    reference: Mapped[str | None]
    returned_on: Mapped[date | None]
    return_reason: Mapped[str] = mapped_column(default="", server_default="")
    returns: Mapped[int] = mapped_column(default=0, server_default="0")

    claim: Mapped[Claim] = relationship(lazy="raise")
    batch: Mapped[OrderBatch] = relationship(lazy="raise", back_populates="orders")

    @property
    def end_to_end(self) -> str:
        """What a transfer carries from the bank of one to that of the other, 35 signs at most."""
        return self.id.hex

    @property
    def number(self) -> str:
        """What the treasury calls it: year and rank, as in "2019-0012"."""
        return f"{self.year}-{self.serial:04d}"


class PaymentStatement(Row, Base):
    """The statement of what was paid before an order, as a PDF. Never changed (trigger)."""

    __tablename__ = "payment_statement"
    __table_args__ = (
        UniqueConstraint("order_id"),
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="hash_is_written"),
    )

    order_id: Mapped[UUID] = mapped_column(ForeignKey("payment_order.id"))
    stored_file_id: Mapped[UUID] = mapped_column(ForeignKey("stored_file.id"))
    sha256: Mapped[str]
    made_at: Mapped[datetime]

    stored_file: Mapped[StoredFile] = relationship(lazy="raise")
