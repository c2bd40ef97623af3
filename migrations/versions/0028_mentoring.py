"""Mentors of a stage, pairs of a mentor and an application, hours that were given."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0028"
down_revision = "0027"


def _row() -> list[sa.Column]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
    ]


def upgrade() -> None:
    """Add them."""
    op.create_table(
        "mentor",
        *_row(),
        sa.Column("stage_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), server_default="", nullable=False),
        sa.Column("skills", JSONB(), server_default="[]", nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.CheckConstraint("hours BETWEEN 1 AND 1000", name=op.f("ck_mentor_hours_are_offered")),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_mentor_email_is_lower")),
        sa.ForeignKeyConstraint(["stage_id"], ["stage.id"], name=op.f("fk_mentor_stage_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mentor")),
        sa.UniqueConstraint("stage_id", "email", name=op.f("uq_mentor_stage_id_email")),
    )
    op.create_table(
        "mentoring_pair",
        *_row(),
        sa.Column("stage_id", sa.Uuid(), nullable=False),
        sa.Column("mentor_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("paired_by", sa.Uuid(), nullable=False),
        sa.Column("paired_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "ended_at >= paired_at", name=op.f("ck_mentoring_pair_ends_after_it_began")
        ),
        sa.ForeignKeyConstraint(
            ["stage_id"], ["stage.id"], name=op.f("fk_mentoring_pair_stage_id")
        ),
        sa.ForeignKeyConstraint(
            ["mentor_id"], ["mentor.id"], name=op.f("fk_mentoring_pair_mentor_id")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_mentoring_pair_application_id")
        ),
        sa.ForeignKeyConstraint(
            ["paired_by"], ["person.id"], name=op.f("fk_mentoring_pair_paired_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mentoring_pair")),
    )
    op.create_index(op.f("ix_mentoring_pair_mentor_id"), "mentoring_pair", ["mentor_id"])
    op.create_index(op.f("ix_mentoring_pair_application_id"), "mentoring_pair", ["application_id"])
    op.create_index(
        "uq_mentoring_pair_current",
        "mentoring_pair",
        ["stage_id", "application_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "mentoring_entry",
        *_row(),
        sa.Column("pair_id", sa.Uuid(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("done", sa.String(), nullable=False),
        sa.Column("by_mentor", sa.Boolean(), nullable=False),
        sa.Column("logged_by", sa.Uuid(), nullable=False),
        sa.Column("logged_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "minutes BETWEEN 1 AND 1440", name=op.f("ck_mentoring_entry_minutes_are_of_a_day")
        ),
        sa.CheckConstraint("btrim(done) <> ''", name=op.f("ck_mentoring_entry_done_is_told")),
        sa.ForeignKeyConstraint(
            ["pair_id"], ["mentoring_pair.id"], name=op.f("fk_mentoring_entry_pair_id")
        ),
        sa.ForeignKeyConstraint(
            ["logged_by"], ["person.id"], name=op.f("fk_mentoring_entry_logged_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mentoring_entry")),
        sa.UniqueConstraint(
            "pair_id",
            "held_on",
            "minutes",
            name=op.f("uq_mentoring_entry_pair_id_held_on_minutes"),
        ),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("mentoring_entry")
    op.drop_table("mentoring_pair")
    op.drop_table("mentor")
