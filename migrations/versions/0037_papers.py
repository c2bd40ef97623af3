"""Documents to sign and their proofs, second convocations, usual texts, statements of payments."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"

SQL = Path(__file__).parent.parent / "sql" / "0037_papers.sql"
TARGETS = {
    "version_id": "agreement_version",
    "act_id": "agreement_act",
    "document_id": "agreement_document",
    "drawing_id": "stored_file",
    "order_id": "payment_order",
    "kept_by": "person",
}
FUNCTIONS = {
    "signature_names_its_document": "agreement_signature",
    "meeting_follows_a_missed_quorum": "council_meeting",
    "session_is_called_after_the_miss": "council_session",
    "deliberation_is_of_a_second_meeting": "deliberation",
}
TABLES = ("payment_statement", "usual_text", "agreement_proof", "agreement_document")
AGREEMENT_BLOCKS = (
    "projet",
    "montant",
    "duree",
    "versement",
    "compte_rendu",
    "engagement_republicain",
    "retrait",
    "recours",
)
ORDER_BLOCKS = ("acte", "date", "delegation", "beneficiaire", "projet", "montant", "recours")


def instant(name: str, *, born: bool = False) -> sa.Column:
    """A column of instants."""
    default = sa.text("now()") if born else None
    return sa.Column(name, sa.DateTime(timezone=True), server_default=default, nullable=False)


def to(table: str, column: str) -> sa.ForeignKeyConstraint:
    """Where a column leads."""
    other = TARGETS.get(column, column.removesuffix("_id"))
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    """A rule of a table."""
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def only(table: str, *columns: str) -> sa.UniqueConstraint:
    """What stands there once."""
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def holds(names: tuple[str, ...]) -> str:
    """That a text holds every one of these blocks."""
    return " AND ".join(f"strpos(body, '[{one}]') > 0" for one in names)


def kept_file(table: str, about: str, *more: sa.Column | sa.Constraint) -> None:
    """A table of files made once about one thing."""
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        instant("created_at", born=True),
        sa.Column(about, sa.Uuid(), nullable=False),
        sa.Column("stored_file_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        instant("made_at"),
        to(table, about),
        to(table, "stored_file_id"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        only(table, about),
        check(table, "hash_is_written", "sha256 ~ '^[0-9a-f]{64}$'"),
        *more,
    )


def usual_texts() -> None:
    """The usual texts of an authority, version after version."""
    table = "usual_text"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        instant("created_at", born=True),
        sa.Column("funder_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("instrument", sa.String(length=40), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("kept_by", sa.Uuid(), nullable=False),
        instant("kept_at"),
        to(table, "funder_id"),
        to(table, "kept_by"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint(
            "funder_id",
            "kind",
            "instrument",
            "number",
            name=op.f(f"uq_{table}_funder_id_kind_instrument_number"),
            postgresql_nulls_not_distinct=True,
        ),
        check(table, "kind_is_known", "kind IN ('agreement', 'order')"),
        check(
            table,
            "instrument_is_known",
            "instrument IN ('grant', 'prize', 'equity', 'floor_area', 'title', 'bursary', "
            "'advance', 'in_kind', 'mentoring')",
        ),
        check(table, "number_is_counted", "number > 0"),
        check(
            table, "agreement_holds_blocks", f"kind <> 'agreement' OR ({holds(AGREEMENT_BLOCKS)})"
        ),
        check(table, "order_holds_blocks", f"kind <> 'order' OR ({holds(ORDER_BLOCKS)})"),
    )


def upgrade() -> None:
    """Add them."""
    kept_file("agreement_document", "version_id")
    proof = "agreement_proof"
    code = sa.Column("code", sa.String(), nullable=False)
    kept_file(proof, "act_id", code, only(proof, "code"))
    table = "agreement_signature"
    op.add_column(table, sa.Column("document_id", sa.Uuid(), nullable=True))
    op.add_column(table, sa.Column("drawing_id", sa.Uuid(), nullable=True))
    op.add_column(table, sa.Column("provider", sa.String(), server_default="", nullable=False))
    for column in ("document_id", "drawing_id"):
        other = TARGETS[column]
        op.create_foreign_key(op.f(f"fk_{table}_{column}"), table, other, [column], ["id"])
    op.create_check_constraint(
        op.f(f"ck_{table}_drawn_on_a_screen"), table, "drawing_id IS NULL OR method = 'code'"
    )
    usual_texts()
    kept_file("payment_statement", "order_id")
    op.add_column("letter_wording", sa.Column("order_text", sa.String(), nullable=True))
    # The driver itself, so that `%` stays `%`.
    with op.get_bind().connection.cursor() as cursor:
        cursor.execute(SQL.read_text(encoding="utf-8"))


def downgrade() -> None:
    """Take them away."""
    op.execute("DROP TRIGGER meeting_keeps_its_miss ON council_meeting")
    for function, table in FUNCTIONS.items():
        op.execute(f"DROP TRIGGER {function} ON {table}")
        op.execute(f"DROP FUNCTION {function}()")
    op.drop_column("letter_wording", "order_text")
    table = "agreement_signature"
    op.drop_constraint(op.f(f"ck_{table}_drawn_on_a_screen"), table)
    for column in ("document_id", "drawing_id", "provider"):
        op.drop_column(table, column)
    for name in TABLES:
        op.drop_table(name)
