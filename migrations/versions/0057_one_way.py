"""What a booking asks has one way to be answered, whatever statistics say."""

from __future__ import annotations

from alembic import op

revision = "0057"
down_revision = "0056"

FUNCTIONS = ("ledger_book_movements", "ledger_posting_is_covered", "ledger_entry_keeps_schedule")
"""What books, with the triggers under it, and what asks once more at commit."""


def upgrade() -> None:
    """Join as it is written."""
    for function in FUNCTIONS:
        op.execute(f"ALTER FUNCTION {function} SET join_collapse_limit TO 1")


def downgrade() -> None:
    """Leave it to the planner again."""
    for function in FUNCTIONS:
        op.execute(f"ALTER FUNCTION {function} RESET join_collapse_limit")
