"""What the accounting office, or the bank, answers: files, and their lines matched to orders."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grants.db import Base, Row, enum_values
from grants.kernel.money import Amount
from grants.payments.models.paying import PaymentOrder


class ReturnKind(StrEnum):
    """In which form an answer came. Values are stored."""

    CSV = "csv"
    CAMT = "camt"
    PES = "pes"


class Answer(StrEnum):
    """What a line says became of an order. Values are stored."""

    ACCEPTED = "accepted"
    PAID = "paid"
    REJECTED = "rejected"


class LineState(StrEnum):
    """Whether a line found its order. Values are stored."""

    MATCHED = "matched"
    OPEN = "open"
    SET_ASIDE = "set_aside"


class PaymentReturn(Row, Base):
    """One file that was taken in. The same bytes are taken in once."""

    __tablename__ = "payment_return"
    __table_args__ = (
        UniqueConstraint("funder_id", "sha256"),
        CheckConstraint(enum_values("kind", ReturnKind), name="kind_is_known"),
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="is_fingerprinted"),
    )

    funder_id: Mapped[UUID] = mapped_column(ForeignKey("funder.id"))
    kind: Mapped[ReturnKind]
    name: Mapped[str]
    sha256: Mapped[str]
    taken_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    taken_at: Mapped[datetime]

    lines: Mapped[list[ReturnLine]] = relationship(
        lazy="raise", back_populates="taken_in", order_by="ReturnLine.position"
    )


class ReturnLine(Row, Base):
    """One line of a file. `fingerprint` keeps the same line of another file from acting twice.

    `label` is what the bank wrote beside it. `code` says why it stays open; differences are told
    until every line is matched, or set aside for a reason.
    """

    __tablename__ = "payment_return_line"
    __table_args__ = (
        UniqueConstraint("return_id", "position"),
        UniqueConstraint("funder_id", "fingerprint"),
        Index(None, "order_id"),
        CheckConstraint(enum_values("answer", Answer), name="answer_is_known"),
        CheckConstraint(enum_values("state", LineState), name="state_is_known"),
        CheckConstraint("amount > 0", name="amount_is_positive"),
        CheckConstraint("(state = 'matched') = (order_id IS NOT NULL)", name="matched_to_an_order"),
        CheckConstraint("(state = 'open') = (settled_at IS NULL)", name="settled_matches_state"),
        CheckConstraint("(settled_at IS NULL) = (settled_by IS NULL)", name="settled_by_somebody"),
        CheckConstraint("state <> 'set_aside' OR note <> ''", name="set_aside_for_a_reason"),
    )

    return_id: Mapped[UUID] = mapped_column(ForeignKey("payment_return.id"))
    funder_id: Mapped[UUID] = mapped_column(ForeignKey("funder.id"))
    position: Mapped[int]
    fingerprint: Mapped[str]
    reference: Mapped[str]
    amount: Mapped[Amount]
    happened_on: Mapped[date]
    answer: Mapped[Answer]
    motive: Mapped[str] = mapped_column(default="", server_default="")
    label: Mapped[str] = mapped_column(default="", server_default="")
    state: Mapped[LineState] = mapped_column(default=LineState.OPEN)
    code: Mapped[str] = mapped_column(default="", server_default="")
    order_id: Mapped[UUID | None] = mapped_column(ForeignKey("payment_order.id"))
    settled_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    settled_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(default="", server_default="")

    taken_in: Mapped[PaymentReturn] = relationship(lazy="raise", back_populates="lines")
    order: Mapped[PaymentOrder | None] = relationship(lazy="raise")
