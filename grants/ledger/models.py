"""Books, envelopes, accounts, entries and postings. Only the ledger reads or writes them.

PostgreSQL holds the invariants (migration 0004): see docs/adr/0003-ledger.md.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from grants.db import Base, Row, enum_values
from grants.kernel.money import Amount, Unit
from grants.ledger.operations import Counterpart, Section, Stage

GENESIS = bytes(32)
"""What the first entry of a book is chained to."""


class OperationRow(Base):
    """One line of the table of operations, as PostgreSQL enforces it. Never changed."""

    __tablename__ = "ledger_operation"

    name: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[Stage]
    target: Mapped[Stage]
    source_award: Mapped[bool]
    target_award: Mapped[bool]
    reversible: Mapped[bool]
    ceiling: Mapped[Stage | None]
    counterpart: Mapped[Counterpart | None]
    answers: Mapped[str | None]
    roles: Mapped[list[str]] = mapped_column(ARRAY(String))


class Book(Row, Base):
    """A funder's fiscal year. Its counter and last hash move with each entry, by trigger."""

    __tablename__ = "ledger_book"
    __table_args__ = (
        UniqueConstraint("funder_id", "year"),
        CheckConstraint("year BETWEEN 1900 AND 2999", name="year_is_plausible"),
        CheckConstraint("last_number >= 0", name="numbers_start_at_one"),
        CheckConstraint("octet_length(last_hash) = 32", name="hash_is_whole"),
    )

    funder_id: Mapped[UUID] = mapped_column(ForeignKey("funder.id"))
    year: Mapped[int]
    last_number: Mapped[int] = mapped_column(BigInteger, default=0)
    last_hash: Mapped[bytes] = mapped_column(LargeBinary, default=GENESIS)


class Envelope(Row, Base):
    """Credits of one book for one purpose. Book, unit and section never change (trigger)."""

    __tablename__ = "ledger_envelope"
    __table_args__ = (
        UniqueConstraint("book_id", "label"),
        CheckConstraint("label <> ''", name="label_is_given"),
        CheckConstraint(enum_values("unit", Unit), name="unit_is_known"),
        CheckConstraint(enum_values("section", Section), name="section_is_known"),
        CheckConstraint("(unit = 'EUR') = (section <> 'none')", name="money_has_a_section"),
    )

    book_id: Mapped[UUID] = mapped_column(ForeignKey("ledger_book.id"))
    label: Mapped[str]
    unit: Mapped[Unit]
    section: Mapped[Section]
    nature_account: Mapped[str | None]
    function_code: Mapped[str | None]


class Account(Row, Base):
    """One leaf: an envelope's amount at one stage, of one award or of none.

    `id` is derived from the three by trigger; `balance`, in the envelope's unit, is the sum
    of the postings, kept by trigger.
    """

    __tablename__ = "ledger_account"
    __table_args__ = (
        UniqueConstraint("envelope_id", "stage", "award_id", postgresql_nulls_not_distinct=True),
        Index("ix_ledger_account_award_id", "award_id", postgresql_where="award_id IS NOT NULL"),
        CheckConstraint(enum_values("stage", Stage), name="stage_is_known"),
        CheckConstraint(
            "CASE WHEN stage IN ('voted', 'claim_contra') THEN balance <= 0 ELSE balance >= 0 END",
            name="is_not_overdrawn",
        ),
        CheckConstraint(
            "stage = 'carried' OR (award_id IS NOT NULL) = (stage IN"
            " ('committed', 'ordered', 'paid', 'claim_contra', 'claimed', 'recovered'))",
            name="award_matches_stage",
        ),
    )

    envelope_id: Mapped[UUID] = mapped_column(ForeignKey("ledger_envelope.id"))
    stage: Mapped[Stage]
    award_id: Mapped[UUID | None]
    balance: Mapped[Amount]


class Entry(Row, Base):
    """One dated, balanced, numbered movement. Never altered: a correction is a new entry.

    Written after its postings, which its hash covers.
    """

    __tablename__ = "ledger_entry"
    __table_args__ = (
        UniqueConstraint("book_id", "number"),
        UniqueConstraint("key"),
        Index(
            "ix_ledger_entry_answers_id",
            "answers_id",
            unique=True,
            postgresql_where="answers_id IS NOT NULL",
        ),
        CheckConstraint("key <> ''", name="key_is_given"),
        CheckConstraint("reason <> ''", name="reason_is_given"),
    )

    book_id: Mapped[UUID] = mapped_column(ForeignKey("ledger_book.id"))
    number: Mapped[int] = mapped_column(BigInteger)
    operation: Mapped[str]
    key: Mapped[str]
    request: Mapped[bytes] = mapped_column(LargeBinary)
    booked_on: Mapped[date]
    booked_at: Mapped[datetime]
    reason: Mapped[str]
    actor_id: Mapped[UUID]
    answers_id: Mapped[UUID | None] = mapped_column(ForeignKey("ledger_entry.id"))
    posting_count: Mapped[int]
    previous_hash: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class Posting(Base):
    """One leg of an entry: what leaves an account is negative."""

    __tablename__ = "ledger_posting"
    __table_args__ = (
        CheckConstraint("amount <> 0", name="amount_is_not_zero"),
        CheckConstraint("position > 0", name="position_starts_at_one"),
    )

    # No foreign key: a trigger at commit asks for an entry that covers this very posting.
    entry_id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("ledger_account.id"), index=True)
    amount: Mapped[Amount]
