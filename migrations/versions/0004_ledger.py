"""Books, envelopes, accounts, entries and postings, and the triggers that keep them honest."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

BUDGET = ["administrator", "finance"]
RESERVING = ["administrator", "finance", "officer"]
COMMITTING = ["administrator", "elected", "finance", "officer"]
PAYING = ["approver", "finance"]

# name, source, target, source_award, target_award, reversible, ceiling, counterpart, answers, roles
OPERATIONS = [
    ("vote", "voted", "available", False, False, True, None, None, None, BUDGET),
    ("transfer", "voted", "available", False, False, True, None, "same_book", None, BUDGET),
    ("reserve", "available", "reserved", False, False, False, None, None, None, RESERVING),
    ("release", "reserved", "available", False, False, False, None, None, None, RESERVING),
    ("commit", "available", "committed", False, True, False, None, None, None, COMMITTING),
    ("commit_reserved", "reserved", "committed", False, True, False, None, None, None, COMMITTING),
    ("decommit", "committed", "available", True, False, False, None, None, None, COMMITTING),
    ("order", "committed", "ordered", True, True, False, None, None, None, PAYING),
    ("cancel_order", "ordered", "committed", True, True, False, None, None, None, PAYING),
    ("pay", "ordered", "paid", True, True, False, None, None, None, PAYING),
    ("reject_payment", "paid", "ordered", True, True, False, "claim_contra", None, None, PAYING),
    ("claim_back", "claim_contra", "claimed", True, True, False, "paid", None, None, PAYING),
    ("recover", "claimed", "recovered", True, True, False, None, None, None, PAYING),
    ("lapse", "available", "lapsed", False, False, False, None, None, None, BUDGET),
    ("carry_over", "available", "carried", False, False, False, None, "next_book", None, BUDGET),
    (
        "carry_commitment",
        "committed",
        "carried",
        True,
        True,
        False,
        None,
        "next_book",
        None,
        BUDGET,
    ),
    ("bring_forward", "voted", "available", False, False, False, None, None, "carry_over", BUDGET),
    (
        *("bring_commitment", "voted", "committed", False, True, False),
        *(None, None, "carry_commitment", BUDGET),
    ),
]

SQL = Path(__file__).parent.parent / "sql" / "0004_ledger.sql"

OPERATION_COLUMNS = ["name", "source", "target", "source_award", "target_award", "reversible"]
OPERATION_COLUMNS += ["ceiling", "counterpart", "answers", "roles"]


def upgrade() -> None:
    """Create them."""
    create_operation()
    create_book_and_envelope()
    create_account()
    create_entry_and_posting()
    # Several statements, and no parameters: the driver itself, so that `%` stays `%`.
    with op.get_bind().connection.cursor() as cursor:
        cursor.execute(SQL.read_text(encoding="utf-8"))


def downgrade() -> None:
    """Drop them: triggers go with their tables, functions after."""
    for function in ("ledger_book_movements", "ledger_shortages"):
        op.execute(f"DROP FUNCTION {function}")
    op.execute("DROP TYPE ledger_leg")
    op.execute("DROP FUNCTION ledger_entry_holds() CASCADE")
    op.execute("DROP FUNCTION ledger_answers(ledger_entry)")
    for table in ("posting", "entry", "account", "envelope", "book", "operation"):
        op.drop_table(f"ledger_{table}")
    for function in (
        *("ledger_lines(uuid)", "ledger_entry_is_sealed()", "ledger_posting_is_covered()"),
        *("ledger_postings_land()", "ledger_claims_fit()", "ledger_account_guard()"),
        *("ledger_envelope_guard()", "ledger_book_guard()"),
        "ledger_account_id(uuid, text, uuid)",
    ):
        op.execute(f"DROP FUNCTION {function}")


def row() -> tuple[sa.Column, ...]:
    return (
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
    )


def create_operation() -> None:
    table = op.create_table(
        "ledger_operation",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("target", sa.String(40), nullable=False),
        sa.Column("source_award", sa.Boolean(), nullable=False),
        sa.Column("target_award", sa.Boolean(), nullable=False),
        sa.Column("reversible", sa.Boolean(), nullable=False),
        sa.Column("ceiling", sa.String(40)),
        sa.Column("counterpart", sa.String(40)),
        sa.Column("answers", sa.String()),
        sa.Column("roles", sa.ARRAY(sa.String()), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_ledger_operation"),
    )
    op.bulk_insert(table, [dict(zip(OPERATION_COLUMNS, one, strict=True)) for one in OPERATIONS])


def create_book_and_envelope() -> None:
    op.create_table(
        "ledger_book",
        *row(),
        sa.Column("funder_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last_number", sa.BigInteger(), nullable=False),
        sa.Column("last_hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("year BETWEEN 1900 AND 2999", name="ck_ledger_book_year_is_plausible"),
        sa.CheckConstraint("last_number >= 0", name="ck_ledger_book_numbers_start_at_one"),
        sa.CheckConstraint("octet_length(last_hash) = 32", name="ck_ledger_book_hash_is_whole"),
        sa.ForeignKeyConstraint(["funder_id"], ["funder.id"], name="fk_ledger_book_funder_id"),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_book"),
        sa.UniqueConstraint("funder_id", "year", name="uq_ledger_book_funder_id_year"),
        # Updated by every entry: room on the page keeps those updates off the indexes.
        postgresql_with={"fillfactor": "20"},
    )
    op.create_table(
        "ledger_envelope",
        *row(),
        sa.Column("book_id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("section", sa.String(40), nullable=False),
        sa.Column("nature_account", sa.String()),
        sa.Column("function_code", sa.String()),
        sa.CheckConstraint("label <> ''", name="ck_ledger_envelope_label_is_given"),
        sa.CheckConstraint(
            "unit IN ('EUR', 'm2', 'hour')", name="ck_ledger_envelope_unit_is_known"
        ),
        sa.CheckConstraint(
            "section IN ('operating', 'capital', 'none')",
            name="ck_ledger_envelope_section_is_known",
        ),
        sa.CheckConstraint(
            "(unit = 'EUR') = (section <> 'none')", name="ck_ledger_envelope_money_has_a_section"
        ),
        sa.ForeignKeyConstraint(["book_id"], ["ledger_book.id"], name="fk_ledger_envelope_book_id"),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_envelope"),
        sa.UniqueConstraint("book_id", "label", name="uq_ledger_envelope_book_id_label"),
    )


def create_account() -> None:
    op.create_table(
        "ledger_account",
        *row(),
        sa.Column("envelope_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.String(40), nullable=False),
        sa.Column("award_id", sa.Uuid()),
        sa.Column("balance", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "stage IN ('voted', 'available', 'reserved', 'committed', 'ordered', 'paid', 'lapsed',"
            " 'carried', 'claim_contra', 'claimed', 'recovered')",
            name="ck_ledger_account_stage_is_known",
        ),
        sa.CheckConstraint(
            "CASE WHEN stage IN ('voted', 'claim_contra') THEN balance <= 0 ELSE balance >= 0 END",
            name="ck_ledger_account_is_not_overdrawn",
        ),
        sa.CheckConstraint(
            "stage = 'carried' OR (award_id IS NOT NULL) = (stage IN"
            " ('committed', 'ordered', 'paid', 'claim_contra', 'claimed', 'recovered'))",
            name="ck_ledger_account_award_matches_stage",
        ),
        sa.ForeignKeyConstraint(
            ["envelope_id"], ["ledger_envelope.id"], name="fk_ledger_account_envelope_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_account"),
        sa.UniqueConstraint(
            *("envelope_id", "stage", "award_id"),
            name="uq_ledger_account_envelope_id_stage_award_id",
            postgresql_nulls_not_distinct=True,
        ),
        postgresql_with={"fillfactor": "50"},
    )
    op.create_index(
        "ix_ledger_account_award_id",
        "ledger_account",
        ["award_id"],
        postgresql_where=sa.text("award_id IS NOT NULL"),
    )


def create_entry_and_posting() -> None:
    op.create_table(
        "ledger_entry",
        *row(),
        sa.Column("book_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("operation", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("request", sa.LargeBinary(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("answers_id", sa.Uuid()),
        sa.Column("posting_count", sa.Integer(), nullable=False),
        sa.Column("previous_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("key <> ''", name="ck_ledger_entry_key_is_given"),
        sa.CheckConstraint("reason <> ''", name="ck_ledger_entry_reason_is_given"),
        sa.ForeignKeyConstraint(["book_id"], ["ledger_book.id"], name="fk_ledger_entry_book_id"),
        sa.ForeignKeyConstraint(
            ["answers_id"], ["ledger_entry.id"], name="fk_ledger_entry_answers_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_entry"),
        sa.UniqueConstraint("book_id", "number", name="uq_ledger_entry_book_id_number"),
        sa.UniqueConstraint("key", name="uq_ledger_entry_key"),
    )
    op.create_index(
        "ix_ledger_entry_answers_id",
        "ledger_entry",
        ["answers_id"],
        unique=True,
        postgresql_where=sa.text("answers_id IS NOT NULL"),
    )
    op.create_table(
        "ledger_posting",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount <> 0", name="ck_ledger_posting_amount_is_not_zero"),
        sa.CheckConstraint("position > 0", name="ck_ledger_posting_position_starts_at_one"),
        # To its entry, written after it: ledger_posting_is_covered, which asks for more.
        sa.ForeignKeyConstraint(
            ["account_id"], ["ledger_account.id"], name="fk_ledger_posting_account_id"
        ),
        sa.PrimaryKeyConstraint("entry_id", "position", name="pk_ledger_posting"),
    )
    op.create_index("ix_ledger_posting_account_id", "ledger_posting", ["account_id"])
