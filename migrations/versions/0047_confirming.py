"""Changes of how a funder pays, which a second person confirms; posts of Corsica."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"

FUNCTIONS = Path(__file__).parent.parent / "sql" / "0047_confirming.sql"
TABLE = "payment_setting_change"
INSTANT = sa.DateTime(timezone=True)
POST = "ck_payment_setting_post_has_its_form"
CHECKS = {
    "state_is_known": "state IN ('pending', 'confirmed', 'withdrawn')",
    "settled_matches_state": "(state = 'pending') = (settled_at IS NULL)",
    "settled_by_somebody": "(settled_at IS NULL) = (settled_by IS NULL)",
    "another_person_confirms": "state <> 'confirmed' OR settled_by <> proposed_by",
    "changes_something": "changes_threshold OR changes_account",
    "threshold_is_positive": "second_from > 0",
    "threshold_is_meant": "changes_threshold OR second_from IS NULL",
    "account_is_whole": (
        "num_nonnulls(iban_cipher, iban_last4, debtor)"
        " = CASE WHEN changes_account THEN 3 ELSE 0 END"
    ),
}


def upgrade() -> None:
    """A table of changes, and what holds them."""
    op.create_table(
        TABLE,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", INSTANT, server_default=sa.text("now()"), nullable=False),
        sa.Column("funder_id", sa.Uuid(), nullable=False),
        sa.Column("changes_threshold", sa.Boolean(), nullable=False),
        sa.Column("second_from", sa.BigInteger(), nullable=True),
        sa.Column("changes_account", sa.Boolean(), nullable=False),
        sa.Column("debtor", sa.String(), nullable=True),
        sa.Column("iban_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("iban_last4", sa.String(), nullable=True),
        sa.Column("bic", sa.String(), nullable=True),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", INSTANT, nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        *(
            sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{TABLE}_{column}"))
            for column, to in (
                ("funder_id", "funder"),
                ("proposed_by", "person"),
                ("settled_by", "person"),
            )
        ),
        *(
            sa.CheckConstraint(rule, name=op.f(f"ck_{TABLE}_{name}"))
            for name, rule in CHECKS.items()
        ),
    )
    op.create_index(
        f"uq_{TABLE}_pending",
        TABLE,
        ["funder_id"],
        unique=True,
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.add_column("payment_setting", sa.Column("change_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_payment_setting_change_id"), "payment_setting", TABLE, ["change_id"], ["id"]
    )
    op.drop_constraint(POST, "payment_setting")
    op.create_check_constraint(
        op.f(POST), "payment_setting", "pes_post ~ '^(02[AB][0-9]{3,4}|[0-9]{6,7})$'"
    )
    op.execute(FUNCTIONS.read_text(encoding="utf-8"))


def downgrade() -> None:
    """Without them; a post of Corsica is forgotten."""
    op.execute("DROP TRIGGER setting_is_confirmed ON payment_setting")
    op.execute("DROP FUNCTION setting_is_confirmed()")
    op.execute("UPDATE payment_setting SET pes_post = NULL WHERE pes_post ~ '[AB]'")
    op.drop_constraint(POST, "payment_setting")
    op.create_check_constraint(op.f(POST), "payment_setting", "pes_post ~ '^[0-9]{6,7}$'")
    op.drop_constraint("fk_payment_setting_change_id", "payment_setting")
    op.drop_column("payment_setting", "change_id")
    op.drop_table(TABLE)
    op.execute("DROP FUNCTION setting_change_stays()")
