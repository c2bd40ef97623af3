"""Who certainly left the room for a matter is missing from its quorum."""

from __future__ import annotations

from alembic import op

revision = "0048"
down_revision = "0047"

NAME = "ck_deliberation_quorum_is_met"
IN_ROOM = "present - GREATEST(not_taking_part - represented, 0)"


VALIDATE = f"""
    DO $$ BEGIN
        ALTER TABLE deliberation VALIDATE CONSTRAINT {NAME};
    EXCEPTION WHEN check_violation THEN NULL;
    END $$
"""


def upgrade() -> None:
    """Hold it for the acts to come: what was recorded otherwise stays as it was voted."""
    _change(f"second_convocation OR ({IN_ROOM}) * 2 > seats")


def downgrade() -> None:
    """Count whoever is in the building again."""
    _change("second_convocation OR present * 2 > seats")


def _change(condition: str) -> None:
    op.drop_constraint(op.f(NAME), "deliberation")
    op.create_check_constraint(op.f(NAME), "deliberation", condition, postgresql_not_valid=True)
    op.execute(VALIDATE)
