"""Who signs for an authority: the president's seat by right, others by a dated delegation."""

from __future__ import annotations

revision = "0054"
down_revision = "0053"


def upgrade() -> None:
    """Number taken; filled within the hour."""


def downgrade() -> None:
    """Nothing yet."""
