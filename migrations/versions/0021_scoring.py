"""Confidence, optional criteria and what applicants are told of scores."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0021"
down_revision = "0020"

# As in 0018; and a criterion kept to some tracks is marked on their files alone.
MARKS_GUARD = """
CREATE OR REPLACE FUNCTION marks_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM written w
        JOIN review r ON r.id = w.review_id
        JOIN jury j ON j.id = r.jury_id
        JOIN criterion c ON c.id = w.criterion_id
        WHERE w.value > c.scale_max OR c.jury_id <> r.jury_id
           OR (r.state = 'final' AND NOT EXISTS (SELECT FROM review_revision v
                   WHERE v.review_id = r.id AND v.version = r.version + 1))
           OR r.set_aside_at IS NOT NULL OR j.closed_at IS NOT NULL{of_a_track}) THEN
        RAISE EXCEPTION 'a mark is off its scale, of another jury, or of a review that is final'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$
"""
OF_A_TRACK = """
           OR (c.tracks <> '[]' AND NOT EXISTS (SELECT FROM application a
                   WHERE a.id = r.application_id AND c.tracks ? a.track_key))"""

FLAGS = ("tells_comments", "tells_scores", "tells_rank")


def upgrade() -> None:
    """Add them."""
    op.add_column(
        "stage", sa.Column("remind_days", sa.Integer(), server_default="3", nullable=False)
    )
    op.create_check_constraint(
        op.f("ck_stage_remind_days_are_near"), "stage", "remind_days BETWEEN 0 AND 60"
    )
    for name in FLAGS:
        op.add_column("stage", flag(name))
    op.add_column("criterion", flag("optional"))
    op.add_column("criterion", sa.Column("tracks", JSONB(), server_default="[]", nullable=False))
    op.add_column("review", sa.Column("confidence", sa.SmallInteger(), nullable=True))
    op.create_check_constraint(
        op.f("ck_review_confidence_is_known"), "review", "confidence BETWEEN 1 AND 3"
    )
    op.add_column("seat", sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(MARKS_GUARD.format(of_a_track=OF_A_TRACK))


def flag(name: str) -> sa.Column[bool]:
    """A yes or no that is no."""
    return sa.Column(name, sa.Boolean(), server_default="false", nullable=False)


def downgrade() -> None:
    """Take them away."""
    op.execute(MARKS_GUARD.format(of_a_track=""))
    op.drop_column("seat", "reminded_at")
    op.drop_constraint(op.f("ck_review_confidence_is_known"), "review", type_="check")
    op.drop_column("review", "confidence")
    for name in ("optional", "tracks"):
        op.drop_column("criterion", name)
    for name in FLAGS:
        op.drop_column("stage", name)
    op.drop_constraint(op.f("ck_stage_remind_days_are_near"), "stage", type_="check")
    op.drop_column("stage", "remind_days")
