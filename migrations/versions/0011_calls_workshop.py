"""Columns and tables of the call workshop: themes, territories, grace, batches, codes, tests."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0011"
down_revision = "0010"

DRAFT_OF_PERSON = "state = 'draft' AND organisation_id IS NULL"


def upgrade() -> None:
    """Add them."""
    for name in ("themes", "territories", "eligibility_rules"):
        op.add_column("call", sa.Column(name, JSONB(), nullable=False, server_default="[]"))
    op.add_column("call", sa.Column("contact_name", sa.String(), nullable=False, server_default=""))
    op.add_column(
        "call", sa.Column("grace_seconds", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column(
        "call", sa.Column("second_check", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("call", sa.Column("previous_call_id", sa.Uuid()))
    op.create_foreign_key("fk_call_previous_call_id", "call", "call", ["previous_call_id"], ["id"])
    op.create_check_constraint(
        op.f("ck_call_grace_is_a_day_at_most"), "call", "grace_seconds BETWEEN 0 AND 86400"
    )
    op.add_column(
        "required_document",
        sa.Column("vault_kind", sa.String(), nullable=False, server_default=""),
    )
    op.drop_constraint("ck_form_revision_number_is_positive", "form_revision", type_="check")
    op.create_check_constraint(
        op.f("ck_form_revision_number_is_not_zero"), "form_revision", "number <> 0"
    )
    create_batch()
    create_access_code()
    alter_application()


def born() -> list[sa.Column]:
    """The columns of every table."""
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        instant("created_at", nullable=False, server_default=sa.func.now()),
    ]


def instant(name: str, *, nullable: bool = True, **options: object) -> sa.Column:
    """An instant, with its time zone."""
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable, **options)


def create_batch() -> None:
    op.create_table(
        "batch",
        *born(),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("label_fr", sa.String(), nullable=False),
        sa.Column("label_en", sa.String(), nullable=False, server_default=""),
        instant("cut_off_at", nullable=False),
        sa.Column("decides_on", sa.Date()),
        sa.PrimaryKeyConstraint("id", name="pk_batch"),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name="fk_batch_call_id"),
        sa.UniqueConstraint("call_id", "cut_off_at", name="uq_batch_call_id_cut_off_at"),
    )


def create_access_code() -> None:
    op.create_table(
        "access_code",
        *born(),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("given_to", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False, server_default=""),
        instant("expires_at", nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        instant("revoked_at"),
        instant("redeemed_at"),
        sa.Column("redeemed_by", sa.Uuid()),
        sa.PrimaryKeyConstraint("id", name="pk_access_code"),
        *(
            sa.ForeignKeyConstraint([column], [target], name=f"fk_access_code_{column}")
            for column, target in (
                ("call_id", "call.id"),
                ("created_by", "person.id"),
                ("redeemed_by", "person.id"),
            )
        ),
        sa.UniqueConstraint("code_hash", name="uq_access_code_code_hash"),
        sa.CheckConstraint(
            "code_hash ~ '^[0-9a-f]{64}$'", name=op.f("ck_access_code_code_hash_is_sha256")
        ),
        sa.CheckConstraint(
            "(redeemed_at IS NULL) = (redeemed_by IS NULL)",
            name=op.f("ck_access_code_redemption_has_an_author"),
        ),
    )
    op.create_index("ix_access_code_call_id", "access_code", ["call_id"])


def alter_application() -> None:
    op.add_column(
        "application",
        sa.Column("is_test", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column(
        "application", sa.Column("test_legal_form", sa.String(), nullable=False, server_default="")
    )
    op.add_column(
        "application", sa.Column("archived", JSONB(), nullable=False, server_default="{}")
    )
    op.add_column("application", instant("late_until"))
    op.add_column("application", sa.Column("batch_id", sa.Uuid()))
    op.create_foreign_key("fk_application_batch_id", "application", "batch", ["batch_id"], ["id"])
    op.create_index(
        "ix_application_batch_id",
        "application",
        ["batch_id"],
        postgresql_where=sa.text("batch_id IS NOT NULL"),
    )
    draft_index(f"{DRAFT_OF_PERSON} AND NOT is_test")
    op.create_index(
        "uq_application_test_of_person",
        "application",
        ["call_id", "author_id"],
        unique=True,
        postgresql_where=sa.text("is_test"),
    )
    op.create_check_constraint(
        op.f("ck_application_a_test_stays_a_draft"), "application", "NOT is_test OR state = 'draft'"
    )
    op.create_check_constraint(
        op.f("ck_application_only_a_test_feigns_a_form"),
        "application",
        "is_test OR test_legal_form = ''",
    )


def draft_index(condition: str) -> None:
    """One draft for each call and person, tries apart."""
    op.drop_index("uq_application_draft_of_person", "application")
    op.create_index(
        "uq_application_draft_of_person",
        "application",
        ["call_id", "author_id"],
        unique=True,
        postgresql_where=sa.text(condition),
    )


def downgrade() -> None:
    """Take them away; tries of calls go with them."""
    op.execute("DELETE FROM application_file WHERE application_id IN "
               "(SELECT id FROM application WHERE is_test)")  # fmt: skip
    op.execute("DELETE FROM application WHERE is_test")
    op.execute("DELETE FROM form_revision WHERE number < 0")
    for check in ("a_test_stays_a_draft", "only_a_test_feigns_a_form"):
        op.drop_constraint(f"ck_application_{check}", "application", type_="check")
    op.drop_index("uq_application_test_of_person", "application")
    draft_index(DRAFT_OF_PERSON)
    for column in ("batch_id", "late_until", "archived", "test_legal_form", "is_test"):
        op.drop_column("application", column)
    op.drop_table("access_code")
    op.drop_table("batch")
    op.drop_constraint("ck_form_revision_number_is_not_zero", "form_revision", type_="check")
    op.create_check_constraint(
        op.f("ck_form_revision_number_is_positive"), "form_revision", "number > 0"
    )
    op.drop_column("required_document", "vault_kind")
    for column in (
        "previous_call_id",
        "second_check",
        "grace_seconds",
        "contact_name",
        "eligibility_rules",
        "territories",
        "themes",
    ):
        op.drop_column("call", column)
