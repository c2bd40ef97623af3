"""No award is committed beyond what was decided, nor out of another envelope, whoever writes."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0043"
down_revision = "0042"

FUNCTIONS = Path(__file__).parent.parent / "sql" / "0043_awarded.sql"


def upgrade() -> None:
    """Hold it from now on: what was booked before stays, and a nightly check finds it."""
    op.execute(FUNCTIONS.read_text(encoding="utf-8"))


def downgrade() -> None:
    """Hold it no more."""
    op.execute("DROP TRIGGER ledger_entry_is_warranted_whole ON ledger_entry")
    op.execute("DROP FUNCTION ledger_entry_is_warranted_whole()")
