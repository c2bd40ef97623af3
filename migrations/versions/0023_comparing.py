"""How scores are compared and ranked: the rule of a jury, and figures worked out by a job."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0023"
down_revision = "0022"

RULES = "rule IN ('mean', 'median', 'schulze', 'approval', 'points', 'budget')"


def upgrade() -> None:
    """Add them; every jury goes on ranking by the mean."""
    op.add_column("jury", sa.Column("rule", sa.String(40), server_default="mean", nullable=False))
    op.create_check_constraint(op.f("ck_jury_rule_is_known"), "jury", RULES)
    op.create_table(
        "jury_figures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("jury_id", sa.Uuid(), nullable=False),
        sa.Column("inputs_sha256", sa.String(), nullable=False),
        sa.Column("figures", JSONB(), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "inputs_sha256 ~ '^[0-9a-f]{64}$'",
            name=op.f("ck_jury_figures_inputs_sha256_is_hexadecimal"),
        ),
        sa.ForeignKeyConstraint(["jury_id"], ["jury.id"], name=op.f("fk_jury_figures_jury_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jury_figures")),
        sa.UniqueConstraint(
            "jury_id", "inputs_sha256", name=op.f("uq_jury_figures_jury_id_inputs_sha256")
        ),
    )

    op.create_index(
        "ix_review_abstained",
        "review",
        ["jury_id", "application_id"],
        postgresql_where=sa.text("state = 'abstained' AND set_aside_at IS NULL"),
    )
    op.create_index(
        "ix_application_withdrawn",
        "application",
        ["call_id"],
        postgresql_where=sa.text("state = 'withdrawn'"),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_index("ix_application_withdrawn", table_name="application")
    op.drop_index("ix_review_abstained", table_name="review")
    op.drop_table("jury_figures")
    op.drop_constraint(op.f("ck_jury_rule_is_known"), "jury")
    op.drop_column("jury", "rule")
