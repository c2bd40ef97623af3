"""Public votes: polls and their candidates, who voted, what was voted, kept apart."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0026"
down_revision = "0025"

# What was counted stays as it was counted.
GUARD = """
CREATE FUNCTION poll_box_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE the_poll uuid;
BEGIN
    the_poll := CASE WHEN TG_OP = 'DELETE' THEN OLD.poll_id ELSE NEW.poll_id END;
    IF EXISTS (SELECT FROM poll p WHERE p.id = the_poll AND p.closed_at IS NOT NULL) THEN
        RAISE EXCEPTION 'poll % is counted', the_poll
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$
"""
POLL_GUARD = """
CREATE FUNCTION poll_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.closed_at IS NOT NULL AND (TG_OP = 'DELETE' OR to_jsonb(OLD) <> to_jsonb(NEW)) THEN
        RAISE EXCEPTION 'poll % is counted', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$
"""


def upgrade() -> None:
    """Add them."""
    op.create_table(
        "poll",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("stage_id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("title_fr", sa.String(), nullable=False),
        sa.Column("title_en", sa.String(), nullable=False),
        sa.Column("intro_fr", sa.String(), server_default="", nullable=False),
        sa.Column("intro_en", sa.String(), server_default="", nullable=False),
        sa.Column("prize_fr", sa.String(), server_default="", nullable=False),
        sa.Column("prize_en", sa.String(), server_default="", nullable=False),
        sa.Column(
            "rule",
            sa.Enum("approval", "points", "budget", name="pollrule", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("most", sa.Integer(), nullable=True),
        sa.Column("points_total", sa.Integer(), nullable=True),
        sa.Column("points_on_one", sa.Integer(), nullable=True),
        sa.Column("budget_cents", sa.BigInteger(), nullable=True),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kept_days", sa.Integer(), server_default="30", nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("results", JSONB(), nullable=True),
        sa.Column("results_sha256", sa.String(), nullable=True),
        sa.Column("ballots_sha256", sa.String(), nullable=True),
        sa.CheckConstraint(
            "(rule = 'budget') = (budget_cents IS NOT NULL)", name=op.f("ck_poll_budget_is_given")
        ),
        sa.CheckConstraint(
            "(rule = 'points') = (points_total IS NOT NULL)", name=op.f("ck_poll_points_are_given")
        ),
        sa.CheckConstraint(
            "rule IN ('approval', 'points', 'budget')", name=op.f("ck_poll_rule_is_known")
        ),
        sa.CheckConstraint(
            "slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", name=op.f("ck_poll_slug_fits_an_address")
        ),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (results_sha256 IS NULL)",
            name=op.f("ck_poll_counted_with_a_seal"),
        ),
        sa.CheckConstraint("budget_cents > 0", name=op.f("ck_poll_budget_is_positive")),
        sa.CheckConstraint(
            "closed_at IS NULL OR (published_at IS NOT NULL AND closed_at >= closes_at)",
            name=op.f("ck_poll_counted_after_it_closes"),
        ),
        sa.CheckConstraint("closes_at > opens_at", name=op.f("ck_poll_closes_after_it_opens")),
        sa.CheckConstraint("kept_days BETWEEN 0 AND 365", name=op.f("ck_poll_kept_a_year_at_most")),
        sa.CheckConstraint("most > 0", name=op.f("ck_poll_most_lets_one_be_chosen")),
        sa.CheckConstraint(
            "points_total > 0 AND points_on_one > 0", name=op.f("ck_poll_points_are_positive")
        ),
        sa.ForeignKeyConstraint(["stage_id"], ["stage.id"], name=op.f("fk_poll_stage_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_poll")),
        sa.UniqueConstraint("slug", name=op.f("uq_poll_slug")),
        sa.UniqueConstraint("stage_id", name=op.f("uq_poll_stage_id")),
    )
    op.create_index(
        "ix_poll_uncounted",
        "poll",
        ["closes_at"],
        unique=False,
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "poll_ballot",
        sa.Column("poll_id", sa.Uuid(), nullable=False),
        sa.Column("receipt", sa.String(), nullable=False),
        sa.Column("choices", JSONB(), nullable=False),
        sa.CheckConstraint(
            "receipt ~ '^[0-9a-f]{64}$'", name=op.f("ck_poll_ballot_receipt_is_hexadecimal")
        ),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_poll_ballot_poll_id")),
        sa.PrimaryKeyConstraint("poll_id", "receipt", name=op.f("pk_poll_ballot")),
    )
    op.create_table(
        "poll_candidate",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("poll_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("applicant", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), server_default="", nullable=False),
        sa.Column("cost_cents", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("picture_id", sa.Uuid(), nullable=True),
        sa.Column("picture_alt", sa.String(), server_default="", nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_reason", sa.String(), server_default="", nullable=False),
        sa.CheckConstraint(
            "(cancelled_at IS NULL) = (cancel_reason = '')",
            name=op.f("ck_poll_candidate_cancelled_with_a_reason"),
        ),
        sa.CheckConstraint("cost_cents >= 0", name=op.f("ck_poll_candidate_cost_is_not_negative")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_poll_candidate_application_id")
        ),
        sa.ForeignKeyConstraint(
            ["picture_id"], ["stored_file.id"], name=op.f("fk_poll_candidate_picture_id")
        ),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_poll_candidate_poll_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_poll_candidate")),
        sa.UniqueConstraint(
            "poll_id", "application_id", name=op.f("uq_poll_candidate_poll_id_application_id")
        ),
    )
    op.create_index(
        op.f("ix_poll_candidate_application_id"), "poll_candidate", ["application_id"], unique=False
    )
    op.create_table(
        "poll_code",
        sa.Column("poll_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("used_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "code ~ '^[0-9a-f]{64}$'", name=op.f("ck_poll_code_code_is_hexadecimal")
        ),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_poll_code_poll_id")),
        sa.PrimaryKeyConstraint("poll_id", "code", name=op.f("pk_poll_code")),
    )
    op.create_table(
        "poll_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("poll_id", sa.Uuid(), nullable=False),
        sa.Column("voter", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("is_disposable", sa.Boolean(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "voter ~ '^[0-9a-f]{64}$'", name=op.f("ck_poll_link_voter_is_hexadecimal")
        ),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_poll_link_poll_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_poll_link")),
    )
    op.create_index(op.f("ix_poll_link_expires_at"), "poll_link", ["expires_at"], unique=False)
    op.create_index(op.f("ix_poll_link_poll_id"), "poll_link", ["poll_id"], unique=False)
    op.create_table(
        "poll_traffic",
        sa.Column("poll_id", sa.Uuid(), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("is_disposable", sa.Boolean(), nullable=False),
        sa.Column("votes", sa.Integer(), nullable=False),
        sa.CheckConstraint("votes > 0", name=op.f("ck_poll_traffic_votes_are_counted")),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_poll_traffic_poll_id")),
        sa.PrimaryKeyConstraint(
            "poll_id", "hour", "network", "is_disposable", name=op.f("pk_poll_traffic")
        ),
    )
    op.create_table(
        "poll_voter",
        sa.Column("poll_id", sa.Uuid(), nullable=False),
        sa.Column("voter", sa.String(), nullable=False),
        sa.Column("voted_on", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "voter ~ '^[0-9a-f]{64}$'", name=op.f("ck_poll_voter_voter_is_hexadecimal")
        ),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_poll_voter_poll_id")),
        sa.PrimaryKeyConstraint("poll_id", "voter", name=op.f("pk_poll_voter")),
    )
    op.execute(GUARD)
    for table in ("poll_ballot", "poll_voter", "poll_candidate"):
        op.execute(
            f"CREATE TRIGGER {table}_guard BEFORE INSERT OR UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION poll_box_guard()"
        )
    op.execute(POLL_GUARD)
    op.execute(
        "CREATE TRIGGER poll_guard BEFORE UPDATE OR DELETE ON poll "
        "FOR EACH ROW EXECUTE FUNCTION poll_guard()"
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("poll_traffic")
    op.drop_table("poll_voter")
    op.drop_table("poll_code")
    op.drop_table("poll_ballot")
    op.drop_table("poll_link")
    op.drop_table("poll_candidate")
    op.drop_table("poll")
    op.execute("DROP FUNCTION poll_box_guard()")
    op.execute("DROP FUNCTION poll_guard()")
