"""No book is more than a thousand entries ahead of its daily totals."""

from __future__ import annotations

from alembic import op

revision = "0039"
down_revision = "0038"

# As `ledger_turns_over` (0031), which waits for the next thousandth entry, for every book at once.
COUNT = """
    INSERT INTO ledger_turnover AS t (envelope_id, stage, booked_on, taken, given, legs)
    SELECT a.envelope_id, a.stage, e.booked_on, sum(-least(p.amount, 0)),
           sum(greatest(p.amount, 0)), count(*)
      FROM ledger_book b
      JOIN ledger_entry e ON e.book_id = b.id AND e.number > b.turned_to
                         AND e.number <= b.last_number / 1000 * 1000
      JOIN ledger_posting p ON p.entry_id = e.id
      JOIN ledger_account a ON a.id = p.account_id
     WHERE b.last_number - b.turned_to > 1000
     GROUP BY a.envelope_id, a.stage, e.booked_on
        ON CONFLICT (envelope_id, stage, booked_on) DO UPDATE
       SET taken = t.taken + EXCLUDED.taken, given = t.given + EXCLUDED.given,
           legs = t.legs + EXCLUDED.legs
"""
MOVE = """
    UPDATE ledger_book SET turned_to = last_number / 1000 * 1000
     WHERE last_number - turned_to > 1000
"""


def upgrade() -> None:
    """Count what is not counted yet, then let PostgreSQL hold it: pages rely on it."""
    for table in ("ledger_turnover", "ledger_book"):
        op.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    op.execute(COUNT)
    op.execute(MOVE)
    for table in ("ledger_turnover", "ledger_book"):
        op.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    op.create_check_constraint(
        op.f("ck_ledger_book_is_counted"), "ledger_book", "last_number - turned_to <= 1000"
    )


def downgrade() -> None:
    """Let it go; what was counted stays, and is right."""
    op.drop_constraint("ck_ledger_book_is_counted", "ledger_book")
