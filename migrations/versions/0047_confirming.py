"""Changes of how a funder pays, which a second person confirms."""

from __future__ import annotations

revision = "0047"
down_revision = "0046"


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
