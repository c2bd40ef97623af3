"""Which page of its paper a scanned page is: what is missing, or there twice, is told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"

NAME = "ck_scan_page_leaf_is_of_its_paper"


def upgrade() -> None:
    """Pages read before bear no number."""
    for name in ("leaf", "leaves"):
        op.add_column("scan_page", sa.Column(name, sa.Integer(), nullable=True))
    op.create_check_constraint(
        op.f(NAME),
        "scan_page",
        "(leaf IS NULL) = (leaves IS NULL) AND coalesce(leaf BETWEEN 1 AND leaves, true)",
    )


def downgrade() -> None:
    """Without it."""
    op.drop_constraint(op.f(NAME), "scan_page")
    for name in ("leaves", "leaf"):
        op.drop_column("scan_page", name)
