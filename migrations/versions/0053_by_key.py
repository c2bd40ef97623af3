"""A booking finds what it touches by key, however many awards the acts before it had."""

from __future__ import annotations

from alembic import op

revision = "0053"
down_revision = "0052"

# One act of a thousand awards teaches the planner that an entry has two thousand postings; every
# single commitment after it then read whole tables, until statistics were taken again.
FUNCTIONS = ("ledger_book_movements", "ledger_posting_is_covered")
"""What books, with the triggers under it, and what asks once more at commit."""
WAYS = ("enable_seqscan", "enable_hashjoin", "enable_mergejoin")


def upgrade() -> None:
    """Let them look up by index alone."""
    for function in FUNCTIONS:
        for way in WAYS:
            op.execute(f"ALTER FUNCTION {function} SET {way} TO off")


def downgrade() -> None:
    """Leave it to the planner again."""
    for function in FUNCTIONS:
        for way in WAYS:
            op.execute(f"ALTER FUNCTION {function} RESET {way}")
