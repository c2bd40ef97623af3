"""Files for the treasury kept with their digest, bank statements once, duties marked as done."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"

INSTANT = sa.DateTime(timezone=True)
KEPT = ("order_file", "bank_statement")
"""Tables of which nothing is ever changed nor taken away."""


def row() -> tuple[sa.Column, sa.Column]:
    born = sa.Column("created_at", INSTANT, server_default=sa.text("now()"), nullable=False)
    return sa.Column("id", sa.Uuid(), nullable=False), born


def uuid(name: str) -> sa.Column:
    return sa.Column(name, sa.Uuid(), nullable=False)


def words(name: str) -> sa.Column:
    return sa.Column(name, sa.String(), nullable=False)


def to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{table}_{column}")


def check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def upgrade() -> None:
    """Three tables, two of which only grow."""
    _order_files()
    _bank_statements()
    _duties_done()
    for table in KEPT:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    """Without them."""
    for table in ("duty_done", "bank_statement", "order_file"):
        op.drop_table(table)


def _order_files() -> None:
    op.create_table(
        "order_file",
        *row(),
        uuid("batch_id"),
        sa.Column("form", sa.String(40), nullable=False),
        words("name"),
        words("media_type"),
        words("sha256"),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("orders", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False, server_default=""),
        sa.Column("cipher", sa.LargeBinary(), nullable=False),
        uuid("made_by"),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_order_file"),
        to("order_file", "batch_id", "order_batch"),
        to("order_file", "made_by", "person"),
        sa.UniqueConstraint(
            "batch_id", "form", "sha256", name="uq_order_file_batch_id_form_sha256"
        ),
        check("order_file", "form_is_known", "form IN ('mandats', 'pes', 'sepa')"),
        check("order_file", "is_fingerprinted", "sha256 ~ '^[0-9a-f]{64}$'"),
        check("order_file", "holds_something", "size > 0 AND orders > 0"),
    )
    op.create_index(
        "uq_order_file_transfers",
        "order_file",
        ["batch_id"],
        unique=True,
        postgresql_where=sa.text("form = 'sepa' AND reason = ''"),
    )


def _bank_statements() -> None:
    op.create_table(
        "bank_statement",
        *row(),
        uuid("return_id"),
        uuid("funder_id"),
        words("reference"),
        words("account_last4"),
        sa.Column("closed_on", sa.Date(), nullable=False),
        sa.Column("opening", sa.BigInteger(), nullable=False),
        sa.Column("closing", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_bank_statement"),
        to("bank_statement", "return_id", "payment_return"),
        to("bank_statement", "funder_id", "funder"),
        sa.UniqueConstraint(
            *("funder_id", "account_last4", "reference", "closed_on"),
            name="uq_bank_statement_funder_id_account_last4_reference_closed_on",
        ),
        check("bank_statement", "reference_is_given", "reference <> ''"),
    )


def _duties_done() -> None:
    op.create_table(
        "duty_done",
        *row(),
        sa.Column("kind", sa.String(40), nullable=False),
        uuid("subject_id"),
        uuid("application_id"),
        uuid("funder_id"),
        sa.Column("done_on", sa.Date(), nullable=False),
        uuid("done_by"),
        sa.Column("done_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_duty_done"),
        to("duty_done", "application_id", "application"),
        to("duty_done", "funder_id", "funder"),
        to("duty_done", "done_by", "person"),
        sa.UniqueConstraint(
            "kind",
            "subject_id",
            "application_id",
            name="uq_duty_done_kind_subject_id_application_id",
        ),
        check("duty_done", "kind_is_marked", "kind IN ('publication', 'aid_register')"),
    )
