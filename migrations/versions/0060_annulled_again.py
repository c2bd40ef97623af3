"""What an annulled act decided is decided again."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0060"
down_revision = "0059"

SQL = Path(__file__).parent.parent / "sql"
TABLE = "decision_reopening"
WHY = f"ck_{TABLE}_why_is_known"
GUARD = "CREATE FUNCTION decision_reopening_guard"


def upgrade() -> None:
    """A third reason to decide again, held by the annulment itself."""
    op.drop_constraint(op.f(WHY), TABLE)
    op.create_check_constraint(
        op.f(WHY), TABLE, "why IN ('act_withdrawn', 'appeal', 'act_annulled')"
    )
    op.execute((SQL / "0060_annulled_again.sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """As in 0036; what was decided again stays decided, its reason is forgotten."""
    op.execute("ALTER TABLE decision_reopening DISABLE TRIGGER decision_reopening_is_final")
    op.execute("DELETE FROM decision_reopening WHERE why = 'act_annulled'")
    op.execute("ALTER TABLE decision_reopening ENABLE TRIGGER decision_reopening_is_final")
    op.drop_constraint(op.f(WHY), TABLE)
    op.create_check_constraint(op.f(WHY), TABLE, "why IN ('act_withdrawn', 'appeal')")
    before = (SQL / "0036_withdrawals.sql").read_text(encoding="utf-8")
    start = before.index(GUARD)
    body = before[start : before.index("$$;", before.index("AS $$", start) + 5) + 3]
    op.execute(body.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1))
