"""An agreement ends with its award, when that is withdrawn in whole."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"


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


def downgrade() -> None:
    """Forget it."""
    op.drop_constraint(op.f("ck_agreement_end_names_its_act"), "agreement")
    op.drop_column("agreement", "ended_by_act")
    op.drop_column("agreement", "ended_on")
