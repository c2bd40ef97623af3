"""Nothing yet."""

from __future__ import annotations

revision = "0041"
down_revision = "0040"


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
