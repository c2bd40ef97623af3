"""A scenario's line that draws on several envelopes."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0044"
down_revision = "0043"

FUNCTIONS = Path(__file__).parent.parent / "sql" / "0044_shares.sql"
# What a line says, as history keeps it; as 0030 had it.
SAYS = """
CREATE OR REPLACE FUNCTION scenario_line_says(line scenario_line)
RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object('outcome', line.outcome, 'instrument', line.instrument,
        'envelope', line.envelope_id, 'base', line.base, 'amount', line.amount,
        'rate', line.rate, 'reason', line.reason)
$$
"""


def upgrade() -> None:
    """Every line draws on one envelope so far: nothing of what stands is split."""
    op.add_column(
        "scenario_line", sa.Column("shares", JSONB(), server_default="[]", nullable=False)
    )
    op.execute(FUNCTIONS.read_text(encoding="utf-8"))
    op.execute(
        "ALTER TABLE scenario_line ADD CONSTRAINT ck_scenario_line_shares_make_the_amount "
        "CHECK (scenario_shares_hold(shares, envelope_id, amount, rate))"
    )
    op.execute(
        "CREATE TRIGGER scenario_shares_guard BEFORE INSERT OR UPDATE OF shares ON scenario_line "
        "FOR EACH ROW WHEN (NEW.shares <> '[]') EXECUTE FUNCTION scenario_shares_guard()"
    )


def downgrade() -> None:
    """A split line keeps its amount, all of it out of its first envelope."""
    op.execute("DROP TRIGGER scenario_shares_guard ON scenario_line")
    op.execute("DROP FUNCTION scenario_shares_guard()")
    op.execute("ALTER TABLE scenario_line DROP CONSTRAINT ck_scenario_line_shares_make_the_amount")
    op.execute("DROP FUNCTION scenario_shares_hold(jsonb, uuid, bigint, integer)")
    op.execute(SAYS)
    op.drop_column("scenario_line", "shares")
