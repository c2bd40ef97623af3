"""A claim keeps the day from which its sixty days run, beside the last of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0058"
down_revision = "0057"


def upgrade() -> None:
    """No clock was stopped before: each ran sixty days."""
    op.add_column("claim", sa.Column("clock_from", sa.Date(), nullable=True))
    op.execute("UPDATE claim SET clock_from = due_on - 60 WHERE due_on IS NOT NULL")


def downgrade() -> None:
    """Forget it."""
    op.drop_column("claim", "clock_from")
