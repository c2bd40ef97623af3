"""Tables of notices: mails and letters."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def row_columns() -> list[sa.Column[object]]:
    """What every table has."""
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
    """Create them."""
    op.create_table(
        "mail",
        *row_columns(),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("recipient_id", sa.Uuid()),
        sa.Column("to_address", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("html", sa.String(), nullable=False),
        sa.Column("bears_secret", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
        sa.Column("failure", sa.String()),
        sa.PrimaryKeyConstraint("id", name="pk_mail"),
        sa.ForeignKeyConstraint(["message_id"], ["outbox_message.id"], name="fk_mail_message_id"),
        sa.ForeignKeyConstraint(["recipient_id"], ["person.id"], name="fk_mail_recipient_id"),
        sa.UniqueConstraint(
            "message_id", "kind", "to_address", name="uq_mail_message_id_kind_to_address"
        ),
        sa.CheckConstraint(
            "state IN ('pending', 'sent', 'failed')", name=op.f("ck_mail_state_is_known")
        ),
        sa.CheckConstraint(
            "(state = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_mail_sent_matches_state")
        ),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_mail_attempts_are_counted")),
    )
    op.create_index(
        "ix_mail_due", "mail", ["next_at"], postgresql_where=sa.text("state = 'pending'")
    )
    op.create_index("ix_mail_recipient_id", "mail", ["recipient_id"])
    op.create_table(
        "letter",
        *row_columns(),
        sa.Column("deliberation_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("stored_file_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_letter"),
        sa.ForeignKeyConstraint(
            ["deliberation_id"], ["deliberation.id"], name="fk_letter_deliberation_id"
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name="fk_letter_application_id"
        ),
        sa.ForeignKeyConstraint(
            ["stored_file_id"], ["stored_file.id"], name="fk_letter_stored_file_id"
        ),
        sa.UniqueConstraint(
            "deliberation_id", "application_id", name="uq_letter_deliberation_id_application_id"
        ),
    )
    op.create_index("ix_letter_application_id", "letter", ["application_id"])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("letter")
    op.drop_table("mail")
