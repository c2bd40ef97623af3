"""What a bank writes beside a payment is kept with its line: it says which order it may be."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"


def upgrade() -> None:
    """The label of a line; none of those that were taken in before."""
    op.add_column(
        "payment_return_line",
        sa.Column("label", sa.String(), server_default="", nullable=False),
    )


def downgrade() -> None:
    """Forget them."""
    op.drop_column("payment_return_line", "label")
