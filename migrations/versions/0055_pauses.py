"""The clock of a payment stops while a document is asked for again, and goes on with the answer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ExcludeConstraint

revision = "0055"
down_revision = "0054"

TABLE = "claim_pause"
FINAL = f"""
    CREATE TRIGGER {TABLE}_is_final BEFORE UPDATE OR DELETE ON {TABLE}
    FOR EACH ROW WHEN (OLD.resumed_on IS NOT NULL) EXECUTE FUNCTION decision_is_final()
"""


def upgrade() -> None:
    """Since when, for what, until when; never two at once."""
    op.create_table(
        TABLE,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("begun_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("begun_by", sa.Uuid(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resumed_on", sa.Date(), nullable=True),
        sa.Column("answer", sa.String(), server_default="", nullable=False),
        sa.Column("resumed_by", sa.Uuid(), nullable=True),
        sa.Column("resumed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        *(
            sa.ForeignKeyConstraint([column], [f"{whose}.id"], name=op.f(f"fk_{TABLE}_{column}"))
            for column, whose in (
                ("claim_id", "claim"),
                ("begun_by", "person"),
                ("resumed_by", "person"),
            )
        ),
        ExcludeConstraint(
            ("claim_id", "="),
            (sa.text("daterange(begun_on, resumed_on)"), "&&"),
            name=op.f(f"ex_{TABLE}_once"),
            using="gist",
        ),
        sa.CheckConstraint("btrim(reason) <> ''", name=op.f(f"ck_{TABLE}_reason_is_given")),
        sa.CheckConstraint(
            "resumed_on >= begun_on", name=op.f(f"ck_{TABLE}_resumed_after_it_began")
        ),
        sa.CheckConstraint(
            "(resumed_on IS NULL) = (resumed_at IS NULL)"
            " AND (resumed_on IS NULL) = (resumed_by IS NULL)",
            name=op.f(f"ck_{TABLE}_resumed_by_somebody"),
        ),
    )
    op.create_index(op.f(f"ix_{TABLE}_claim_id"), TABLE, ["claim_id"])
    op.execute(FINAL)


def downgrade() -> None:
    """Forget them."""
    op.drop_table(TABLE)
