"""Blind stages, redacted copies, the reason class of recusals, end-of-session certificates."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0022"
down_revision = "0021"

INSTANT = sa.DateTime(timezone=True)
CLASSES = "reason_class IN ('family', 'mandate', 'employer', 'financial', 'other')"
ORIGINS = "origin IN ('declared', 'suggested', 'imposed')"


def row() -> tuple[sa.Column, sa.Column]:
    born = sa.Column("created_at", INSTANT, server_default=sa.text("now()"), nullable=False)
    return sa.Column("id", sa.Uuid(), nullable=False), born


def to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{table}_{column}")


def check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def origin(rule: str) -> None:
    op.drop_constraint(op.f("ck_recusal_origin_is_known"), "recusal", type_="check")
    op.create_check_constraint(op.f("ck_recusal_origin_is_known"), "recusal", rule)


def upgrade() -> None:
    blind = sa.Column("blind", sa.Boolean(), server_default=sa.false(), nullable=False)
    op.add_column("stage", blind)
    reason = sa.Column("reason_class", sa.String(40), server_default="other", nullable=False)
    op.add_column("recusal", reason)
    op.create_check_constraint(op.f("ck_recusal_reason_class_is_known"), "recusal", CLASSES)
    origin(ORIGINS)
    certificates()
    redactions()


def certificates() -> None:
    op.create_table(
        "recusal_certificate",
        *row(),
        sa.Column("seat_id", sa.Uuid(), nullable=False),
        sa.Column("recusals", sa.Integer(), nullable=False),
        sa.Column("certified_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_recusal_certificate"),
        sa.UniqueConstraint("seat_id", name="uq_recusal_certificate_seat_id"),
        to("recusal_certificate", "seat_id", "seat"),
        check("recusal_certificate", "recusals_are_counted", "recusals >= 0"),
    )
    op.execute(
        "CREATE TRIGGER recusal_certificate_append_only BEFORE UPDATE OR DELETE OR TRUNCATE "
        "ON recusal_certificate FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def redactions() -> None:
    op.create_table(
        "redaction",
        *row(),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("field_key", sa.String(), nullable=False),
        sa.Column("is_title", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("text_sha256", sa.String(), nullable=False),
        sa.Column("marks", JSONB(), server_default="[]", nullable=False),
        sa.Column("shown", sa.String(), nullable=False),
        sa.Column("seen_by", sa.Uuid(), nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_redaction"),
        sa.UniqueConstraint(
            "application_id", "field_key", name="uq_redaction_application_id_field_key"
        ),
        to("redaction", "application_id", "application"),
        to("redaction", "seen_by", "person"),
        check("redaction", "text_sha256_is_hexadecimal", "text_sha256 ~ '^[0-9a-f]{64}$'"),
    )
    op.create_index(
        "ix_redaction_title",
        "redaction",
        ["application_id"],
        unique=True,
        postgresql_where=sa.text("is_title"),
    )
    op.create_table(
        "redacted_file",
        *row(),
        sa.Column("application_file_id", sa.Uuid(), nullable=False),
        sa.Column("stored_file_id", sa.Uuid(), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_redacted_file"),
        sa.UniqueConstraint("application_file_id", name="uq_redacted_file_application_file_id"),
        to("redacted_file", "application_file_id", "application_file"),
        to("redacted_file", "stored_file_id", "stored_file"),
        to("redacted_file", "added_by", "person"),
    )


def downgrade() -> None:
    op.drop_table("redacted_file")
    op.drop_index("ix_redaction_title", table_name="redaction")
    op.drop_table("redaction")
    op.drop_table("recusal_certificate")
    op.execute(
        "ALTER TABLE recusal DISABLE TRIGGER recusal_append_only;"
        "UPDATE recusal SET origin = 'imposed' WHERE origin = 'suggested';"
        "ALTER TABLE recusal ENABLE TRIGGER recusal_append_only"
    )
    origin("origin IN ('declared', 'imposed')")
    op.drop_constraint(op.f("ck_recusal_reason_class_is_known"), "recusal", type_="check")
    op.drop_column("recusal", "reason_class")
    op.drop_column("stage", "blind")
