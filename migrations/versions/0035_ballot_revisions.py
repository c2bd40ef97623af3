"""Ballots revised in the discussion, with what they were; mentors found by their address."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0035"
down_revision = "0034"

# As scores are (0018): in the discussion alone, of a ballot that was cast.
REVISION_GUARD = """
CREATE FUNCTION jury_ballot_revision_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE the_jury uuid;
BEGIN
    SELECT b.jury_id INTO the_jury FROM jury_ballot b JOIN jury j ON j.id = b.jury_id
    WHERE b.id = NEW.ballot_id AND b.state = 'final' AND b.version + 1 = NEW.version
      AND j.discussion_opened_at IS NOT NULL;
    IF the_jury IS NULL THEN
        RAISE EXCEPTION 'ballot % is not to be revised', NEW.ballot_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    PERFORM jury_is_open(the_jury);
    RETURN NEW;
END $$
"""

# As in 0027; what was cast changes where a revision announced that very version.
BALLOT_GUARD = """
CREATE OR REPLACE FUNCTION jury_ballot_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE the_jury jury%ROWTYPE; given bigint; spent bigint; most int;
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.state = 'final' {unless_revised} THEN
        RAISE EXCEPTION 'ballot % is final', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        PERFORM jury_is_open(OLD.jury_id);
        RETURN OLD;
    END IF;
    PERFORM jury_is_open(NEW.jury_id);
    SELECT * INTO the_jury FROM jury WHERE id = NEW.jury_id;
    IF the_jury.rule NOT IN ('schulze', 'approval', 'points', 'budget') OR NOT EXISTS (
            SELECT FROM seat
            WHERE id = NEW.seat_id AND jury_id = NEW.jury_id AND accepted_at IS NOT NULL) THEN
        RAISE EXCEPTION 'seat % has no ballot in jury %', NEW.seat_id, NEW.jury_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.state = 'final' THEN
        SELECT sum(l.value), sum(a.requested) FILTER (WHERE l.value IS NOT NULL), max(l.value)
            INTO given, spent, most
            FROM jury_ballot_line l JOIN application a ON a.id = l.application_id
            WHERE l.ballot_id = NEW.id;
        IF TG_OP = 'INSERT'
           OR (the_jury.rule = 'points' AND given > coalesce(the_jury.ballot_points, 0))
           OR (the_jury.rule = 'budget' AND spent > coalesce(the_jury.ballot_budget, 0))
           OR (the_jury.rule IN ('approval', 'budget') AND most > 1) THEN
            RAISE EXCEPTION 'ballot % does not follow its rule', NEW.id
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$
"""
UNLESS_REVISED = """AND NOT (TG_OP = 'UPDATE' AND NEW.version = OLD.version + 1
        AND to_jsonb(OLD) - 'version' = to_jsonb(NEW) - 'version'
        AND EXISTS (SELECT FROM jury_ballot_revision v
            WHERE v.ballot_id = OLD.id AND v.version = NEW.version))"""

LINE_GUARD = """
CREATE OR REPLACE FUNCTION jury_ballot_line_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE the_ballot jury_ballot%ROWTYPE;
BEGIN
    SELECT * INTO the_ballot FROM jury_ballot
        WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.ballot_id ELSE NEW.ballot_id END;
    IF TG_OP = 'DELETE' AND the_ballot.id IS NULL THEN RETURN OLD; END IF;
    IF (the_ballot.state = 'final' {unless_revised})
            OR (TG_OP = 'UPDATE' AND (OLD.ballot_id, OLD.application_id)
            IS DISTINCT FROM (NEW.ballot_id, NEW.application_id)) THEN
        RAISE EXCEPTION 'ballot % is final', the_ballot.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    PERFORM jury_is_open(the_ballot.jury_id);
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    PERFORM seat_is_not_recused(the_ballot.seat_id, NEW.application_id);
    IF NOT EXISTS (SELECT FROM assignment a WHERE a.jury_id = the_ballot.jury_id
                   AND a.seat_id = the_ballot.seat_id AND a.application_id = NEW.application_id
                   AND a.withdrawn_at IS NULL) THEN
        RAISE EXCEPTION 'seat % does not read application %', the_ballot.seat_id,
            NEW.application_id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$
"""
UNLESS_BEING_REVISED = """AND NOT (TG_OP = 'UPDATE' AND EXISTS (
            SELECT FROM jury_ballot_revision v
            WHERE v.ballot_id = the_ballot.id AND v.version = the_ballot.version + 1))"""


def upgrade() -> None:
    """Add them."""
    op.create_table(
        "jury_ballot_revision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("ballot_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("lines_before", JSONB(), nullable=False),
        sa.Column("lines", JSONB(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("revised_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "btrim(reason) <> ''", name=op.f("ck_jury_ballot_revision_reason_is_given")
        ),
        sa.ForeignKeyConstraint(
            ["ballot_id"], ["jury_ballot.id"], name=op.f("fk_jury_ballot_revision_ballot_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jury_ballot_revision")),
        sa.UniqueConstraint(
            "ballot_id", "version", name=op.f("uq_jury_ballot_revision_ballot_id_version")
        ),
    )
    op.execute(
        "CREATE TRIGGER jury_ballot_revision_append_only BEFORE UPDATE OR DELETE OR TRUNCATE "
        "ON jury_ballot_revision FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute(REVISION_GUARD)
    op.execute(
        "CREATE TRIGGER jury_ballot_revision_guard BEFORE INSERT ON jury_ballot_revision "
        "FOR EACH ROW EXECUTE FUNCTION jury_ballot_revision_guard()"
    )
    # Each request asks whether its visitor is one: who they are is one statement.
    op.create_index(op.f("ix_mentor_email"), "mentor", ["email"])
    op.execute(BALLOT_GUARD.format(unless_revised=UNLESS_REVISED))
    op.execute(LINE_GUARD.format(unless_revised=UNLESS_BEING_REVISED))


def downgrade() -> None:
    """Take them away; ballots stay as they were last revised."""
    op.drop_index(op.f("ix_mentor_email"), table_name="mentor")
    op.execute(BALLOT_GUARD.format(unless_revised=""))
    op.execute(LINE_GUARD.format(unless_revised=""))
    op.drop_table("jury_ballot_revision")
    op.execute("DROP FUNCTION jury_ballot_revision_guard()")
