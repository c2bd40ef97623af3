"""Phases of a jury: its discussion, and the scores that its members revise in it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0018"
down_revision = "0017"

# A score is revised in the open: in the discussion alone, of a review that still counts.
REVISION_GUARD = """
CREATE FUNCTION review_revision_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE the_jury uuid;
BEGIN
    SELECT r.jury_id INTO the_jury FROM review r JOIN jury j ON j.id = r.jury_id
    WHERE r.id = NEW.review_id AND r.state = 'final' AND r.set_aside_at IS NULL
      AND r.version + 1 = NEW.version AND r.total = NEW.total_before
      AND j.discussion_opened_at IS NOT NULL;
    IF the_jury IS NULL THEN
        RAISE EXCEPTION 'review % is not to be revised', NEW.review_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    PERFORM jury_is_open(the_jury);
    RETURN NEW;
END $$
"""

# As in 0007; what was final changes where a revision announced that very version.
REVIEW_GUARD = """
CREATE OR REPLACE FUNCTION review_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.state = 'final' THEN
            RAISE EXCEPTION 'review % is final', OLD.id
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        PERFORM jury_is_open(OLD.jury_id);
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF (OLD.jury_id, OLD.seat_id, OLD.application_id)
                IS DISTINCT FROM (NEW.jury_id, NEW.seat_id, NEW.application_id)
           OR OLD.set_aside_at IS NOT NULL
           OR (OLD.state = 'final' AND (to_jsonb(OLD) - 'set_aside_at')
                <> (to_jsonb(NEW) - 'set_aside_at')
               {unless_revised}) THEN
            RAISE EXCEPTION 'review % is final', OLD.id
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        IF NEW.set_aside_at IS NOT NULL THEN RETURN NEW; END IF;
    END IF;
    PERFORM jury_is_open(NEW.jury_id);
    PERFORM seat_is_not_recused(NEW.seat_id, NEW.application_id);
    IF NOT EXISTS (SELECT FROM assignment a WHERE a.jury_id = NEW.jury_id
                   AND a.seat_id = NEW.seat_id AND a.application_id = NEW.application_id
                   AND a.withdrawn_at IS NULL) THEN
        RAISE EXCEPTION 'seat % does not read application %', NEW.seat_id, NEW.application_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$
"""
UNLESS_REVISED = """AND NOT (NEW.state = 'final' AND EXISTS (
                   SELECT FROM review_revision v WHERE v.review_id = OLD.id
                   AND v.version = NEW.version AND OLD.version + 1 = NEW.version
                   AND v.total = NEW.total))"""

MARKS_GUARD = """
CREATE OR REPLACE FUNCTION marks_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM written w
        JOIN review r ON r.id = w.review_id
        JOIN jury j ON j.id = r.jury_id
        JOIN criterion c ON c.id = w.criterion_id
        WHERE w.value > c.scale_max OR c.jury_id <> r.jury_id
           OR (r.state = 'final' {unless_revised})
           OR r.set_aside_at IS NOT NULL OR j.closed_at IS NOT NULL) THEN
        RAISE EXCEPTION 'a mark is off its scale, of another jury, or of a review that is final'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$
"""
UNLESS_BEING_REVISED = """AND NOT EXISTS (SELECT FROM review_revision v
                   WHERE v.review_id = r.id AND v.version = r.version + 1)"""


def upgrade() -> None:
    """Add them."""
    op.add_column(
        "jury", sa.Column("discussion_opened_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.create_table(
        "review_revision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("total_before", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("marks_before", JSONB(), nullable=False),
        sa.Column("marks", JSONB(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("revised_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("btrim(reason) <> ''", name=op.f("ck_review_revision_reason_is_given")),
        sa.ForeignKeyConstraint(
            ["review_id"], ["review.id"], name=op.f("fk_review_revision_review_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_revision")),
        sa.UniqueConstraint(
            "review_id", "version", name=op.f("uq_review_revision_review_id_version")
        ),
    )
    op.execute(
        "CREATE TRIGGER review_revision_append_only BEFORE UPDATE OR DELETE OR TRUNCATE "
        "ON review_revision FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute(REVISION_GUARD)
    op.execute(
        "CREATE TRIGGER review_revision_guard BEFORE INSERT ON review_revision "
        "FOR EACH ROW EXECUTE FUNCTION review_revision_guard()"
    )
    op.execute(REVIEW_GUARD.format(unless_revised=UNLESS_REVISED))
    op.execute(MARKS_GUARD.format(unless_revised=UNLESS_BEING_REVISED))


def downgrade() -> None:
    """Take them away."""
    op.execute(REVIEW_GUARD.format(unless_revised=""))
    op.execute(MARKS_GUARD.format(unless_revised=""))
    op.drop_table("review_revision")
    op.execute("DROP FUNCTION review_revision_guard()")
    op.drop_column("jury", "discussion_opened_at")
