"""An act that a court, or the authority above, annulled once it was executory."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"

FUNCTIONS = Path(__file__).parent.parent / "sql" / "0050_annulment.sql"


def upgrade() -> None:
    """One annulment for an act, of an act that was executory."""
    table = "annulment"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("deliberation_id", sa.Uuid(), nullable=False),
        sa.Column("funder_id", sa.Uuid(), nullable=False),
        sa.Column("pronounced_by", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("pronounced_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "btrim(pronounced_by) <> '' AND btrim(reference) <> '' AND btrim(reason) <> ''",
            name=op.f("ck_annulment_is_told"),
        ),
        sa.ForeignKeyConstraint(
            ["deliberation_id"], ["deliberation.id"], name=op.f("fk_annulment_deliberation_id")
        ),
        sa.ForeignKeyConstraint(["funder_id"], ["funder.id"], name=op.f("fk_annulment_funder_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.id"], name=op.f("fk_annulment_recorded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_annulment")),
        sa.UniqueConstraint("deliberation_id", name=op.f("uq_annulment_deliberation_id")),
    )
    op.execute(FUNCTIONS.read_text(encoding="utf-8"))


def downgrade() -> None:
    """Forget them."""
    op.drop_table("annulment")
    op.execute("DROP FUNCTION annulment_of_executory_act()")
