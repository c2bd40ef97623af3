"""To be filled by the slice that owns it."""

from __future__ import annotations

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
