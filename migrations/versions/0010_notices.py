"""Tables of notices."""

from __future__ import annotations

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Create them."""


def downgrade() -> None:
    """Drop them."""
