"""Messages, deliveries, handled marks and seals."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None

REFUSE_CHANGE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


def append_only(table: str) -> None:
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def upgrade() -> None:
    op.execute(REFUSE_CHANGE)
    op.create_table(
        "outbox_message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("serial", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("funder_id", sa.Uuid()),
        sa.Column("subject_id", sa.Uuid()),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("payload", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outbox_message"),
        sa.UniqueConstraint("serial", name="uq_outbox_message_serial"),
    )
    op.create_index("ix_outbox_message_subject_id_at", "outbox_message", ["subject_id", "at"])
    append_only("outbox_message")
    op.create_table(
        "outbox_delivery",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
        sa.Column("settled_at", sa.DateTime(timezone=True)),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("message_id", name="pk_outbox_delivery"),
    )
    op.create_index(
        "ix_outbox_delivery_due",
        "outbox_delivery",
        ["due_at"],
        postgresql_where=sa.text("sent_at IS NULL"),
    )
    op.create_index(
        "ix_outbox_delivery_unsettled",
        "outbox_delivery",
        ["sent_at"],
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    op.create_table(
        "outbox_handled",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("handler", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", "handler", name="pk_outbox_handled"),
    )
    op.create_table(
        "outbox_seal",
        sa.Column("chain_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("chain_id", "number", name="pk_outbox_seal"),
        sa.UniqueConstraint("message_id", name="uq_outbox_seal_message_id"),
    )
    append_only("outbox_seal")


def downgrade() -> None:
    op.drop_table("outbox_seal")
    op.drop_table("outbox_handled")
    op.drop_table("outbox_delivery")
    op.drop_table("outbox_message")
    op.execute("DROP FUNCTION refuse_change()")
