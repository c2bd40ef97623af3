"""Days of a book: its acts within its year, what is taken up from the first of January."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0042"
down_revision = "0041"

FUNCTIONS = Path(__file__).parent.parent / "sql" / "0042_dates.sql"
BEFORE = """
    CREATE OR REPLACE FUNCTION ledger_scheduled(award uuid)
    RETURNS TABLE (year integer, planned bigint, drawn bigint) LANGUAGE sql STABLE AS $$
        SELECT y.year, sum(y.planned)::bigint, sum(y.drawn)::bigint
          FROM (SELECT s.year, s.amount AS planned, 0 AS drawn
                  FROM ledger_schedule s WHERE s.award_id = award
                UNION ALL
                SELECT b.year, 0, p.amount
                  FROM ledger_account a
                  JOIN ledger_posting p ON p.account_id = a.id
                  JOIN ledger_entry e ON e.id = p.entry_id
                  JOIN ledger_book b ON b.id = e.book_id
                 WHERE a.award_id = award AND a.stage = 'committed'
                   AND e.operation IN ('take_up_credits', 'return_credits')) AS y
         GROUP BY y.year
    $$
"""


def upgrade() -> None:
    """Hold it from now on: what was booked before stays as it is."""
    op.execute(FUNCTIONS.read_text(encoding="utf-8"))


def downgrade() -> None:
    """Hold it no more."""
    op.execute("DROP TRIGGER ledger_act_is_timely ON ledger_act")
    op.execute("DROP FUNCTION ledger_act_is_timely()")
    op.execute("DROP TRIGGER ledger_entry_is_of_its_year ON ledger_entry")
    op.execute("DROP FUNCTION ledger_entry_is_of_its_year()")
    op.execute("DROP FUNCTION ledger_last_credit(text, text, integer)")
    op.execute(BEFORE)
