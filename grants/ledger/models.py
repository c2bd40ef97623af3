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
    func,
)
from sqlalchemy.orm import Mapped, mapped_column

from grants.db import Base, Row, enum_values
from grants.kernel.money import Amount, Unit
from grants.ledger.operations import ActKind, Counterpart, Fate, Kind, Section, Stage

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
    after_closing: Mapped[bool]


class Book(Row, Base):
    """A funder's fiscal year. Its counter and last hash move with each entry, by trigger.

    `closed_at` is set by its closing; entries up to `turned_to` are summed by day in `Turnover`.
    """

    __tablename__ = "ledger_book"
    __table_args__ = (
        UniqueConstraint("funder_id", "year"),
        CheckConstraint("year BETWEEN 1900 AND 2999", name="year_is_plausible"),
        CheckConstraint("last_number >= 0", name="numbers_start_at_one"),
        CheckConstraint("octet_length(last_hash) = 32", name="hash_is_whole"),
        CheckConstraint("last_number - turned_to <= 1000", name="is_counted"),
    )

    funder_id: Mapped[UUID] = mapped_column(ForeignKey("funder.id"))
    year: Mapped[int]
    last_number: Mapped[int] = mapped_column(BigInteger, default=0)
    last_hash: Mapped[bytes] = mapped_column(LargeBinary, default=GENESIS)
    closed_at: Mapped[datetime | None]
    turned_to: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")


class Envelope(Row, Base):
    """Credits of one book for one purpose. Book, unit, section and kind never change (trigger).

    An authorisation lies in the book of its first year; `last_year` is the last that may pay.
    """

    __tablename__ = "ledger_envelope"
    __table_args__ = (
        UniqueConstraint("book_id", "label"),
        CheckConstraint("label <> ''", name="label_is_given"),
        CheckConstraint(enum_values("unit", Unit), name="unit_is_known"),
        CheckConstraint(enum_values("section", Section), name="section_is_known"),
        CheckConstraint("(unit = 'EUR') = (section <> 'none')", name="money_has_a_section"),
        CheckConstraint(enum_values("kind", Kind), name="kind_is_known"),
        CheckConstraint(
            "(kind = 'authorisation') = (last_year IS NOT NULL)"
            " AND (kind = 'annual' OR unit = 'EUR')",
            name="authorisation_has_years",
        ),
    )

    book_id: Mapped[UUID] = mapped_column(ForeignKey("ledger_book.id"))
    label: Mapped[str]
    unit: Mapped[Unit]
    section: Mapped[Section]
    nature_account: Mapped[str | None]
    function_code: Mapped[str | None]
    kind: Mapped[Kind] = mapped_column(default=Kind.ANNUAL, server_default="annual")
    last_year: Mapped[int | None]


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

    # No foreign key: `ledger_account_guard` asks for an envelope, which never goes.
    envelope_id: Mapped[UUID]
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
        Index(None, "book_id", "booked_on", "number"),
        Index(
            "ix_ledger_entry_answers_id",
            "answers_id",
            unique=True,
            postgresql_where="answers_id IS NOT NULL",
        ),
        CheckConstraint("key <> ''", name="key_is_given"),
        CheckConstraint("reason <> ''", name="reason_is_given"),
    )

    # No foreign key: `ledger_entry_is_sealed` numbers it in its book, which never goes.
    book_id: Mapped[UUID]
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

    # No foreign keys: a trigger at commit asks for the entry that covers it, and
    # `ledger_postings_land` for the account, which never goes.
    entry_id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(index=True)
    amount: Mapped[Amount]


class Warrant(Base):
    """What lets an award be committed: the act that decided it, and since when it is executory.

    Written by the act itself, by trigger (migration 0029): nobody else's hand is accepted.
    """

    __tablename__ = "ledger_warrant"
    __table_args__ = (CheckConstraint("act <> ''", name="act_is_named"),)

    award_id: Mapped[UUID] = mapped_column(primary_key=True)
    funder_id: Mapped[UUID] = mapped_column(ForeignKey("funder.id"))
    act: Mapped[str]
    executory_on: Mapped[date]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Schedule(Row, Base):
    """Payment credits (CP) that an award of an authorisation is promised in a year, or loses.

    Insert-only: what a year was promised is the sum. At commit the years of an award add up to
    what the authorisation holds for it, and no year is drawn beyond its sum (trigger).
    """

    __tablename__ = "ledger_schedule"
    __table_args__ = (
        UniqueConstraint("key", "award_id", "year"),
        CheckConstraint("amount <> 0", name="amount_is_not_zero"),
        CheckConstraint("reason <> ''", name="reason_is_given"),
    )

    envelope_id: Mapped[UUID] = mapped_column(ForeignKey("ledger_envelope.id"), index=True)
    award_id: Mapped[UUID] = mapped_column(index=True)
    year: Mapped[int]
    amount: Mapped[Amount]
    booked_on: Mapped[date]
    booked_at: Mapped[datetime]
    reason: Mapped[str]
    actor_id: Mapped[UUID]
    key: Mapped[str]


class Turnover(Base):
    """What left and reached a stage of an envelope on a day, of the entries counted so far.

    Written by trigger every thousand entries of a book: see `Book.turned_to`.
    """

    __tablename__ = "ledger_turnover"

    envelope_id: Mapped[UUID] = mapped_column(ForeignKey("ledger_envelope.id"), primary_key=True)
    stage: Mapped[Stage] = mapped_column(primary_key=True)
    booked_on: Mapped[date] = mapped_column(primary_key=True)
    taken: Mapped[Amount]
    given: Mapped[Amount]
    legs: Mapped[int] = mapped_column(BigInteger)


class Act(Row, Base):
    """A dated act of the budget, which gives credits, takes them back or moves them.

    `digest` is the SHA-256 of the file that it was read from: a file is booked once.
    """

    __tablename__ = "ledger_act"
    __table_args__ = (
        UniqueConstraint("book_id", "number"),
        UniqueConstraint("book_id", "digest"),
        CheckConstraint(enum_values("kind", ActKind), name="kind_is_known"),
        CheckConstraint("number <> '' AND label <> ''", name="is_named"),
        CheckConstraint("octet_length(digest) = 32", name="digest_is_whole"),
    )

    book_id: Mapped[UUID] = mapped_column(ForeignKey("ledger_book.id"))
    kind: Mapped[ActKind]
    number: Mapped[str]
    dated_on: Mapped[date]
    label: Mapped[str]
    actor_id: Mapped[UUID]
    booked_at: Mapped[datetime]
    digest: Mapped[bytes | None] = mapped_column(LargeBinary)


class ActEntry(Base):
    """The entry by which an act moves credits."""

    __tablename__ = "ledger_act_entry"

    entry_id: Mapped[UUID] = mapped_column(ForeignKey("ledger_entry.id"), primary_key=True)
    act_id: Mapped[UUID] = mapped_column(ForeignKey("ledger_act.id"), index=True)


class Expenditure(Base):
    """Real expenditure voted in a section of the whole budget: what 7.5 % are counted on."""

    __tablename__ = "ledger_expenditure"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount_is_positive"),
        CheckConstraint("section IN ('operating', 'capital')", name="section_is_known"),
    )

    book_id: Mapped[UUID] = mapped_column(ForeignKey("ledger_book.id"), primary_key=True)
    section: Mapped[Section] = mapped_column(primary_key=True)
    amount: Mapped[Amount]


class Closing(Row, Base):
    """The end of a year: a list signed by a person, after which the book takes no more."""

    __tablename__ = "ledger_closing"
    __table_args__ = (
        UniqueConstraint("book_id"),
        CheckConstraint("signed_name <> ''", name="is_signed"),
        CheckConstraint("octet_length(fingerprint) = 32", name="fingerprint_is_whole"),
    )

    book_id: Mapped[UUID] = mapped_column(ForeignKey("ledger_book.id"))
    closed_on: Mapped[date]
    signed_by: Mapped[UUID]
    signed_name: Mapped[str]
    signed_at: Mapped[datetime]
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)


class ClosingLine(Base):
    """One line of the signed list: what becomes of what an envelope or an award still held."""

    __tablename__ = "ledger_closing_line"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount_is_positive"),
        CheckConstraint(enum_values("fate", Fate), name="fate_is_known"),
        CheckConstraint("(award_id IS NULL) = (fate = 'lapse')", name="commitments_have_an_award"),
    )

    closing_id: Mapped[UUID] = mapped_column(ForeignKey("ledger_closing.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    envelope_id: Mapped[UUID] = mapped_column(ForeignKey("ledger_envelope.id"))
    award_id: Mapped[UUID | None]
    fate: Mapped[Fate]
    amount: Mapped[Amount]
