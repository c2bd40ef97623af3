"""To be filled by the slice that owns it."""

from __future__ import annotations

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
