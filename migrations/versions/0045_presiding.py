"""Who presides over an item."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"

FUNCTIONS = Path(__file__).parent.parent / "sql" / "0045_presiding.sql"
# Of what was voted before: who presided over the meeting, where they were in the room for it.
BEFORE = """
    UPDATE council_item SET presided_by_id = m.chair_id
    FROM council_meeting m, council_voice v
    WHERE m.id = council_item.meeting_id AND v.item_id = council_item.id
      AND v.seat_id = m.chair_id AND v.standing = 'present' AND NOT v.left_room
"""


def upgrade() -> None:
    """Add who presides; what was voted without it being written down stays so."""
    op.add_column("council_item", sa.Column("presided_by_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        "fk_council_item_presided_by_id_council_seat",
        "council_item",
        "council_seat",
        ["presided_by_id"],
        ["id"],
    )
    op.execute(BEFORE)
    op.execute(FUNCTIONS.read_text(encoding="utf-8"))


def downgrade() -> None:
    """Forget it."""
    op.execute("DROP TRIGGER council_president_was_there ON council_voice")
    op.execute("DROP FUNCTION council_president_was_there()")
    op.execute("DROP TRIGGER council_item_keeps_its_president ON council_item")
    op.execute("DROP TRIGGER council_item_is_presided ON council_item")
    op.execute("DROP FUNCTION council_item_is_presided()")
    op.drop_column("council_item", "presided_by_id")
