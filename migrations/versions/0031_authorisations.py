"""Authorisations and their schedules, budget acts, closed years, and what stood on a day."""

from __future__ import annotations

import re
from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"

SQL = Path(__file__).parent.parent / "sql" / "0031_authorisations.sql"
BEFORE = Path(__file__).parent.parent / "sql" / "0004_ledger.sql"

BUDGET = ["administrator", "finance"]
PAYING = ["approver", "finance"]
AFTER_CLOSING = ("pay", "reject_payment", "claim_back", "recover", "waive_claim")

# name, source, target, source_award, target_award, reversible, ceiling, counterpart, answers, roles
OPERATIONS = [
    (*("waive_claim", "claimed", "claim_contra", True, True, False), None, None, None, PAYING),
    ("attach", "committed", "carried", True, True, False, None, "next_book", None, BUDGET),
    (
        *("bring_attached", "voted", "committed", False, True, False),
        *(None, None, "attach", BUDGET),
    ),
    ("draw_credits", "committed", "carried", True, True, False, None, "year_book", None, BUDGET),
    (
        *("take_up_credits", "available", "committed", False, True, False),
        *(None, None, "draw_credits", BUDGET),
    ),
    (
        *("return_credits", "committed", "available", True, False, False),
        *(None, "earlier_book", None, BUDGET),
    ),
    (
        *("restore_authorisation", "carried", "committed", True, True, False),
        *(None, None, "return_credits", BUDGET),
    ),
]
COLUMNS = ["name", "source", "target", "source_award", "target_award", "reversible"]
COLUMNS += ["ceiling", "counterpart", "answers", "roles"]

REPLACED = (
    *("ledger_envelope_guard", "ledger_account_guard", "ledger_answers"),
    "ledger_book_movements",
)
TABLES = ("closing_line", "closing", "expenditure", "act_entry", "act", "turnover", "schedule")


def upgrade() -> None:
    """Add them."""
    add_columns()
    add_schedule_and_turnover()
    add_acts()
    add_closing()
    run(SQL.read_text(encoding="utf-8"))


def downgrade() -> None:
    """Drop them; the functions of 0004 are as they were."""
    for name in (
        *("ledger_entry_is_timely", "ledger_entry_keeps_schedule", "ledger_turns_over"),
        "ledger_transfer_is_fungible",
    ):
        op.execute(f"DROP TRIGGER {name} ON ledger_entry")
    before = BEFORE.read_text(encoding="utf-8")
    for name in REPLACED:
        found = re.search(rf"CREATE FUNCTION {name}\(.*?\n(?:END )?\$\$;", before, re.DOTALL)
        if found is None:
            raise LookupError(name)
        run(found.group(0).replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1))
    for table in TABLES:
        op.drop_table(f"ledger_{table}")
    for function in (
        *("ledger_kind(uuid)", "ledger_last_order(text, integer)", "ledger_entry_is_timely()"),
        *("ledger_check_schedule(uuid, uuid)", "ledger_scheduled(uuid)"),
        *("ledger_schedule_holds()", "ledger_entry_keeps_schedule()", "ledger_chapter(text)"),
        *("ledger_fungible(uuid, text)", "ledger_transfer_is_fungible()"),
        *("ledger_act_entry_fits()", "ledger_book_closes()", "ledger_by_trigger_only()"),
        "ledger_turns_over()",
    ):
        op.execute(f"DROP FUNCTION {function}")
    op.drop_index("ix_ledger_entry_book_id_booked_on_number", "ledger_entry")
    drop_columns()


def run(text: str) -> None:
    # Several statements, and no parameters: the driver itself, so that `%` stays `%`.
    with op.get_bind().connection.cursor() as cursor:
        cursor.execute(text)


def add_columns() -> None:
    op.execute("DROP TRIGGER ledger_operation_is_data ON ledger_operation")
    op.add_column(
        "ledger_operation",
        sa.Column("after_closing", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    table = sa.table(
        "ledger_operation",
        *(sa.column(name) for name in COLUMNS[:-1]),
        sa.column("roles", sa.ARRAY(sa.String())),
    )
    op.bulk_insert(table, [dict(zip(COLUMNS, one, strict=True)) for one in OPERATIONS])
    late = sa.table("ledger_operation", sa.column("name"), sa.column("after_closing"))
    op.execute(late.update().where(late.c.name.in_(AFTER_CLOSING)).values(after_closing=True))
    op.alter_column("ledger_operation", "after_closing", server_default=None)
    op.add_column("ledger_book", sa.Column("closed_at", sa.DateTime(timezone=True)))
    op.add_column(
        "ledger_book",
        sa.Column("turned_to", sa.BigInteger(), nullable=False, server_default="0"),
    )
    op.add_column(
        "ledger_envelope",
        sa.Column("kind", sa.String(40), nullable=False, server_default="annual"),
    )
    op.add_column("ledger_envelope", sa.Column("last_year", sa.Integer()))
    op.create_check_constraint(
        op.f("ck_ledger_envelope_kind_is_known"),
        "ledger_envelope",
        "kind IN ('annual', 'authorisation')",
    )
    op.create_check_constraint(
        op.f("ck_ledger_envelope_authorisation_has_years"),
        "ledger_envelope",
        "(kind = 'authorisation') = (last_year IS NOT NULL) AND (kind = 'annual' OR unit = 'EUR')",
    )
    op.create_index(
        "ix_ledger_entry_book_id_booked_on_number",
        "ledger_entry",
        ["book_id", "booked_on", "number"],
    )


def drop_columns() -> None:
    op.drop_constraint("ck_ledger_envelope_authorisation_has_years", "ledger_envelope")
    op.drop_constraint("ck_ledger_envelope_kind_is_known", "ledger_envelope")
    op.drop_column("ledger_envelope", "last_year")
    op.drop_column("ledger_envelope", "kind")
    op.drop_column("ledger_book", "turned_to")
    op.drop_column("ledger_book", "closed_at")
    op.execute("DROP TRIGGER ledger_operation_is_data ON ledger_operation")
    ours = sa.table("ledger_operation", sa.column("name"))
    op.execute(ours.delete().where(ours.c.name.in_([one[0] for one in OPERATIONS])))
    op.drop_column("ledger_operation", "after_closing")
    op.execute(
        "CREATE TRIGGER ledger_operation_is_data BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE"
        " ON ledger_operation FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


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


def add_schedule_and_turnover() -> None:
    op.create_table(
        "ledger_schedule",
        *row(),
        sa.Column("envelope_id", sa.Uuid(), nullable=False),
        sa.Column("award_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.CheckConstraint("amount <> 0", name="ck_ledger_schedule_amount_is_not_zero"),
        sa.CheckConstraint("reason <> ''", name="ck_ledger_schedule_reason_is_given"),
        sa.ForeignKeyConstraint(
            ["envelope_id"], ["ledger_envelope.id"], name="fk_ledger_schedule_envelope_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_schedule"),
        sa.UniqueConstraint("key", "award_id", "year", name="uq_ledger_schedule_key_award_id_year"),
    )
    op.create_index("ix_ledger_schedule_award_id", "ledger_schedule", ["award_id"])
    op.create_index("ix_ledger_schedule_envelope_id", "ledger_schedule", ["envelope_id"])
    op.create_table(
        "ledger_turnover",
        sa.Column("envelope_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.String(40), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("taken", sa.BigInteger(), nullable=False),
        sa.Column("given", sa.BigInteger(), nullable=False),
        sa.Column("legs", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["envelope_id"], ["ledger_envelope.id"], name="fk_ledger_turnover_envelope_id"
        ),
        sa.PrimaryKeyConstraint("envelope_id", "stage", "booked_on", name="pk_ledger_turnover"),
    )


def add_acts() -> None:
    op.create_table(
        "ledger_act",
        *row(),
        sa.Column("book_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.LargeBinary()),
        sa.CheckConstraint(
            "kind IN ('initial', 'supplementary', 'amending', 'transfer')",
            name="ck_ledger_act_kind_is_known",
        ),
        sa.CheckConstraint("number <> '' AND label <> ''", name="ck_ledger_act_is_named"),
        sa.CheckConstraint("octet_length(digest) = 32", name="ck_ledger_act_digest_is_whole"),
        sa.ForeignKeyConstraint(["book_id"], ["ledger_book.id"], name="fk_ledger_act_book_id"),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_act"),
        sa.UniqueConstraint("book_id", "number", name="uq_ledger_act_book_id_number"),
        sa.UniqueConstraint("book_id", "digest", name="uq_ledger_act_book_id_digest"),
    )
    op.create_table(
        "ledger_act_entry",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("act_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["ledger_entry.id"], name="fk_ledger_act_entry_entry_id"
        ),
        sa.ForeignKeyConstraint(["act_id"], ["ledger_act.id"], name="fk_ledger_act_entry_act_id"),
        sa.PrimaryKeyConstraint("entry_id", name="pk_ledger_act_entry"),
    )
    op.create_index("ix_ledger_act_entry_act_id", "ledger_act_entry", ["act_id"])
    op.create_table(
        "ledger_expenditure",
        sa.Column("book_id", sa.Uuid(), nullable=False),
        sa.Column("section", sa.String(40), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount > 0", name="ck_ledger_expenditure_amount_is_positive"),
        sa.CheckConstraint(
            "section IN ('operating', 'capital')", name="ck_ledger_expenditure_section_is_known"
        ),
        sa.ForeignKeyConstraint(
            ["book_id"], ["ledger_book.id"], name="fk_ledger_expenditure_book_id"
        ),
        sa.PrimaryKeyConstraint("book_id", "section", name="pk_ledger_expenditure"),
    )


def add_closing() -> None:
    op.create_table(
        "ledger_closing",
        *row(),
        sa.Column("book_id", sa.Uuid(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=False),
        sa.Column("signed_by", sa.Uuid(), nullable=False),
        sa.Column("signed_name", sa.String(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("signed_name <> ''", name="ck_ledger_closing_is_signed"),
        sa.CheckConstraint(
            "octet_length(fingerprint) = 32", name="ck_ledger_closing_fingerprint_is_whole"
        ),
        sa.ForeignKeyConstraint(["book_id"], ["ledger_book.id"], name="fk_ledger_closing_book_id"),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_closing"),
        sa.UniqueConstraint("book_id", name="uq_ledger_closing_book_id"),
    )
    op.create_table(
        "ledger_closing_line",
        sa.Column("closing_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("envelope_id", sa.Uuid(), nullable=False),
        sa.Column("award_id", sa.Uuid()),
        sa.Column("fate", sa.String(40), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount > 0", name="ck_ledger_closing_line_amount_is_positive"),
        sa.CheckConstraint(
            "fate IN ('lapse', 'attach', 'carry', 'reschedule')",
            name="ck_ledger_closing_line_fate_is_known",
        ),
        sa.CheckConstraint(
            "(award_id IS NULL) = (fate = 'lapse')",
            name="ck_ledger_closing_line_commitments_have_an_award",
        ),
        sa.ForeignKeyConstraint(
            ["closing_id"], ["ledger_closing.id"], name="fk_ledger_closing_line_closing_id"
        ),
        sa.ForeignKeyConstraint(
            ["envelope_id"], ["ledger_envelope.id"], name="fk_ledger_closing_line_envelope_id"
        ),
        sa.PrimaryKeyConstraint("closing_id", "position", name="pk_ledger_closing_line"),
    )
