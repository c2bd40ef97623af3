"""An agreement ends with its award, when that is withdrawn in whole."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"


# As in 0033, DELETE aside; and it ends once.
FINAL = """
    CREATE TRIGGER agreement_is_final BEFORE UPDATE {what} ON agreement
    FOR EACH ROW {when} EXECUTE FUNCTION decision_is_final()
"""
ONCE = """
    WHEN (OLD.ended_on IS NOT NULL
          OR to_jsonb(NEW) - ARRAY['ended_on', 'ended_by_act']
          <> to_jsonb(OLD) - ARRAY['ended_on', 'ended_by_act'])
"""
DELETED = """
    CREATE TRIGGER agreement_is_kept BEFORE DELETE ON agreement
    FOR EACH ROW EXECUTE FUNCTION decision_is_final()
"""


def upgrade() -> None:
    """When it ended, and by which act."""
    op.add_column("agreement", sa.Column("ended_on", sa.Date(), nullable=True))
    op.add_column(
        "agreement", sa.Column("ended_by_act", sa.String(), server_default="", nullable=False)
    )
    op.create_check_constraint(
        op.f("ck_agreement_end_names_its_act"),
        "agreement",
        "(ended_on IS NULL) = (ended_by_act = '')",
    )
    op.execute("DROP TRIGGER agreement_is_final ON agreement")
    op.execute(FINAL.format(what="", when=ONCE))
    op.execute(DELETED)


def downgrade() -> None:
    """Forget it."""
    op.execute("DROP TRIGGER agreement_is_kept ON agreement")
    op.execute("DROP TRIGGER agreement_is_final ON agreement")
    op.drop_constraint(op.f("ck_agreement_end_names_its_act"), "agreement")
    op.drop_column("agreement", "ended_by_act")
    op.drop_column("agreement", "ended_on")
    op.execute(FINAL.format(what="OR DELETE", when=""))
