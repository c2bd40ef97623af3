"""Tables of decisions."""

from __future__ import annotations

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Create them."""


def downgrade() -> None:
    """Drop them."""
