"""Tables of people."""

from __future__ import annotations

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create them."""


def downgrade() -> None:
    """Drop them."""
