"""A booking asks each of its questions once: the rules of the ledger stay as they were."""

from __future__ import annotations

revision = "0046"
down_revision = "0045"


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
