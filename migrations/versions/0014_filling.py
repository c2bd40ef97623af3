"""Tables and columns of filling."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0014"
down_revision = "0013"

SIZE_MAX = 20 * 1024 * 1024
NEVER_CHANGES = {
    "stored_file": "id, created_at, sha256, size, media_type, name, uploaded_by",
    "deposit": (
        "id, application_id, code, received_at, signatory, quality, attestations, "
        "answers_sha256, files"
    ),
}
"""What is deposited never changes; what an antivirus said of it, and the copy, come later."""
NEW_TABLES = ("call_extension", "heartbeat", "deposit", "draft_reminder", "upload", "presence")


def born() -> list[sa.Column[object]]:
    """The columns that every table has."""
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
    ]


def instant(name: str, *, nullable: bool = False) -> sa.Column[object]:
    """An instant, with its time zone."""
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def reference(name: str, *, nullable: bool = False) -> sa.Column[object]:
    """An identifier of another table."""
    return sa.Column(name, sa.Uuid(), nullable=nullable)


def words(name: str, *, empty: bool = False) -> sa.Column[object]:
    """A text."""
    return sa.Column(name, sa.String(), server_default="" if empty else None, nullable=False)


def many(name: str) -> sa.Column[object]:
    """A list as JSON."""
    return sa.Column(name, JSONB(), server_default="[]", nullable=False)


def to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    """A foreign key."""
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))


def holds(table: str, name: str, condition: str) -> sa.CheckConstraint:
    """A condition that every row meets."""
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def upgrade() -> None:
    """Create them."""
    scan_documents()
    op.add_column("application", many("to_confirm"))
    op.add_column("application", reference("copied_from", nullable=True))
    op.create_foreign_key(
        op.f("fk_application_copied_from"), "application", "application", ["copied_from"], ["id"]
    )
    follow_filling()
    keep_deposits()
    watch_the_site()


def guard(table: str, columns: str = "") -> None:
    """Refuse changes of these columns; of all when none is named."""
    which = f"UPDATE OF {columns}" if columns else "UPDATE"
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE {which} ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def scan_documents() -> None:
    op.execute("DROP TRIGGER stored_file_append_only ON stored_file")
    guard("stored_file", NEVER_CHANGES["stored_file"])
    op.add_column(
        "stored_file",
        sa.Column("scan", sa.String(40), server_default="unchecked", nullable=False),
    )
    op.add_column("stored_file", instant("scanned_at", nullable=True))
    op.add_column("stored_file", instant("scan_due_at", nullable=True))
    op.add_column(
        "stored_file",
        sa.Column("scan_attempts", sa.Integer(), server_default="0", nullable=False),
    )
    op.add_column("stored_file", sa.Column("signature", sa.String(), nullable=True))
    op.create_check_constraint(
        op.f("ck_stored_file_scan_is_known"),
        "stored_file",
        "scan IN ('unchecked', 'waiting', 'clean', 'infected')",
    )
    op.create_check_constraint(
        op.f("ck_stored_file_waiting_is_due"),
        "stored_file",
        "(scan = 'waiting') = (scan_due_at IS NOT NULL)",
    )
    op.create_index(
        "ix_stored_file_waiting",
        "stored_file",
        ["scan_due_at"],
        postgresql_where=sa.text("scan = 'waiting'"),
    )


def follow_filling() -> None:
    op.create_table(
        "presence",
        reference("application_id"),
        words("section_key"),
        reference("person_id"),
        instant("seen_at"),
        sa.PrimaryKeyConstraint(
            "application_id", "section_key", "person_id", name=op.f("pk_presence")
        ),
        to("presence", "application_id", "application"),
        to("presence", "person_id", "person"),
    )
    op.create_index(op.f("ix_presence_seen_at"), "presence", ["seen_at"])
    op.create_table(
        "upload",
        *born(),
        reference("application_id"),
        words("field_key"),
        reference("person_id"),
        words("name"),
        sa.Column("size", sa.BigInteger(), nullable=False),
        instant("begun_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
        to("upload", "application_id", "application"),
        to("upload", "person_id", "person"),
        holds("upload", "size_is_allowed", f"size > 0 AND size <= {SIZE_MAX}"),
    )
    op.create_index(op.f("ix_upload_application_id"), "upload", ["application_id"])
    op.create_index(op.f("ix_upload_begun_at"), "upload", ["begun_at"])
    op.create_table(
        "draft_reminder",
        reference("application_id"),
        sa.Column("occasion", sa.String(40), nullable=False),
        instant("closes_at"),
        instant("sent_at"),
        sa.PrimaryKeyConstraint(
            "application_id", "occasion", "closes_at", name=op.f("pk_draft_reminder")
        ),
        to("draft_reminder", "application_id", "application"),
        holds(
            "draft_reminder", "occasion_is_known", "occasion IN ('week', 'two_days', 'last_day')"
        ),
    )


def keep_deposits() -> None:
    op.create_table(
        "deposit",
        *born(),
        reference("application_id"),
        words("code"),
        instant("received_at"),
        words("signatory"),
        words("quality", empty=True),
        many("attestations"),
        words("answers_sha256"),
        many("files"),
        reference("copy_id", nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deposit")),
        sa.UniqueConstraint("application_id", name=op.f("uq_deposit_application_id")),
        sa.UniqueConstraint("code", name=op.f("uq_deposit_code")),
        to("deposit", "application_id", "application"),
        to("deposit", "copy_id", "stored_file"),
        holds("deposit", "sha256_is_hexadecimal", "answers_sha256 ~ '^[0-9a-f]{64}$'"),
        holds("deposit", "signatory_is_named", "signatory <> ''"),
    )
    guard("deposit", NEVER_CHANGES["deposit"])


def watch_the_site() -> None:
    op.create_table(
        "heartbeat",
        instant("minute"),
        sa.PrimaryKeyConstraint("minute", name=op.f("pk_heartbeat")),
        holds("heartbeat", "minute_is_whole", "date_trunc('minute', minute, 'UTC') = minute"),
    )
    op.create_table(
        "call_extension",
        *born(),
        reference("call_id"),
        instant("outage_from"),
        instant("outage_until"),
        instant("closed_before"),
        instant("closes_after"),
        reference("confirmed_by"),
        instant("confirmed_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_extension")),
        sa.UniqueConstraint(
            "call_id", "outage_from", name=op.f("uq_call_extension_call_id_outage_from")
        ),
        to("call_extension", "call_id", "call"),
        to("call_extension", "confirmed_by", "person"),
        holds("call_extension", "outage_lasts", "outage_until > outage_from"),
        holds("call_extension", "it_closes_later", "closes_after > closed_before"),
    )


def downgrade() -> None:
    """Remove them."""
    for table in NEW_TABLES:
        op.drop_table(table)
    op.execute("DROP TRIGGER stored_file_append_only ON stored_file")
    op.drop_constraint(op.f("fk_application_copied_from"), "application", type_="foreignkey")
    op.drop_column("application", "copied_from")
    op.drop_column("application", "to_confirm")
    op.drop_index("ix_stored_file_waiting", "stored_file")
    for name in ("waiting_is_due", "scan_is_known"):
        op.drop_constraint(op.f(f"ck_stored_file_{name}"), "stored_file", type_="check")
    for column in ("signature", "scan_attempts", "scan_due_at", "scanned_at", "scan"):
        op.drop_column("stored_file", column)
    guard("stored_file")
