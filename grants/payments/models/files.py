"""What was made of a batch for whoever pays: kept whole, unreadable on the disk."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from grants.db import Base, Row, enum_values
from grants.kernel.money import Amount
from grants.payments.models.paying import OrderBatch
from grants.people.models import Person


class Out(StrEnum):
    """In which form a batch leaves. Values are stored, and stand in addresses."""

    MANDATES = "mandats"
    PES = "pes"
    SEPA = "sepa"


class OrderFile(Row, Base):
    """One file of a batch, with account numbers: locked under its row, never changed.

    `sha256` and `size` are of what is handed over; the same bytes of a batch are one file.
    Transfers of a batch leave once; again, only for a `reason`.
    """

    __tablename__ = "order_file"
    __table_args__ = (
        UniqueConstraint("batch_id", "form", "sha256"),
        CheckConstraint(enum_values("form", Out), name="form_is_known"),
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="is_fingerprinted"),
        CheckConstraint("size > 0 AND orders > 0", name="holds_something"),
        Index(
            "uq_order_file_transfers",
            "batch_id",
            unique=True,
            postgresql_where=text("form = 'sepa' AND reason = ''"),
        ),
    )

    batch_id: Mapped[UUID] = mapped_column(ForeignKey("order_batch.id"))
    form: Mapped[Out]
    name: Mapped[str]
    media_type: Mapped[str]
    sha256: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    orders: Mapped[int]
    reason: Mapped[str] = mapped_column(default="", server_default="")
    cipher: Mapped[bytes] = deferred(mapped_column(LargeBinary, nullable=False), raiseload=True)
    made_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]

    batch: Mapped[OrderBatch] = relationship(lazy="raise")
    maker: Mapped[Person] = relationship(lazy="raise")


class BankStatement(Row, Base):
    """One statement of account of a file that was taken in; taken in once, whatever the file.

    `opening` and `closing` are the balances that it tells, in cents; below zero, owed.
    """

    __tablename__ = "bank_statement"
    __table_args__ = (
        UniqueConstraint("funder_id", "account_last4", "reference", "closed_on"),
        CheckConstraint("reference <> ''", name="reference_is_given"),
    )

    return_id: Mapped[UUID] = mapped_column(ForeignKey("payment_return.id"))
    funder_id: Mapped[UUID] = mapped_column(ForeignKey("funder.id"))
    reference: Mapped[str]
    account_last4: Mapped[str]
    closed_on: Mapped[date]
    opening: Mapped[Amount]
    closing: Mapped[Amount]
