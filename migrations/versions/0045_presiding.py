"""Who presides over an item, and who may sign for the authority."""

from __future__ import annotations

revision = "0045"
down_revision = "0044"


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
