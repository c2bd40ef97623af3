"""Tables of payments: instalments, claims, payment orders."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

UNITS = "unit IN ('EUR', 'm2', 'hour')"
METHODS = "method IN ('transfer', 'subscription', 'handover')"


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


def instant(name: str, *, nullable: bool = False) -> sa.Column[object]:
    """A `*_at` column."""
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def reference(name: str, *, nullable: bool = False) -> sa.Column[object]:
    """The column of a foreign key."""
    return sa.Column(name, sa.Uuid(), nullable=nullable)


def key(table: str) -> sa.PrimaryKeyConstraint:
    """Its primary key."""
    return sa.PrimaryKeyConstraint("id", name=f"pk_{table}")


def to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    """One foreign key, named as `grants.db.base.NAMING` does."""
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{table}_{column}")


def check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    """One CHECK, its name already whole."""
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def create_instalment() -> None:
    table = "instalment"
    op.create_table(
        table,
        *row_columns(),
        reference("decision_id"),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("method", sa.String(40), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("condition", sa.String(), server_default="", nullable=False),
        sa.Column("document_required", sa.Boolean(), nullable=False),
        key(table),
        to(table, "decision_id", "decision"),
        sa.UniqueConstraint("decision_id", "position", name="uq_instalment_decision_id_position"),
        check(table, "amount_is_positive", "amount > 0"),
        check(table, "position_is_positive", "position > 0"),
        check(table, "unit_is_known", UNITS),
        check(table, "method_is_known", METHODS),
        check(table, "method_matches_unit", "(method = 'handover') = (unit <> 'EUR')"),
    )


def claim_checks(table: str) -> list[sa.CheckConstraint]:
    """What the state and the method of a claim imply."""
    return [
        check(
            table,
            "state_is_known",
            "state IN ('submitted', 'refused', 'certified', 'ordered', 'paid')",
        ),
        check(table, "method_is_known", METHODS),
        check(
            table,
            "bank_details_for_transfers",
            "(method = 'transfer') = (iban_cipher IS NOT NULL)"
            " AND (iban_cipher IS NULL) = (iban_index IS NULL)"
            " AND (iban_cipher IS NULL) = (iban_last4 IS NULL)"
            " AND (iban_cipher IS NULL) = (holder IS NULL)",
        ),
        check(table, "only_four_digits_shown", "length(iban_last4) = 4"),
        check(table, "reference_instead_of_bank", "method = 'transfer' OR reference IS NOT NULL"),
        check(
            table,
            "certified_matches_state",
            "(state IN ('certified', 'ordered', 'paid')) = (certified_at IS NOT NULL)"
            " AND (certified_at IS NULL) = (certified_by IS NULL)",
        ),
        check(
            table,
            "refused_matches_state",
            "(state = 'refused') = (refused_at IS NOT NULL)"
            " AND (refused_at IS NULL) = (refused_by IS NULL)"
            " AND (refused_at IS NULL) = (refusal_reason IS NULL)",
        ),
    ]


def create_claim() -> None:
    table = "claim"
    op.create_table(
        table,
        *row_columns(),
        reference("instalment_id"),
        reference("application_id"),
        reference("funder_id"),
        sa.Column("method", sa.String(40), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("holder", sa.String()),
        sa.Column("iban_cipher", sa.LargeBinary()),
        sa.Column("iban_index", sa.LargeBinary()),
        sa.Column("iban_last4", sa.String()),
        sa.Column("bic", sa.String()),
        sa.Column("reference", sa.String()),
        sa.Column("message", sa.String(), server_default="", nullable=False),
        reference("submitted_by"),
        instant("submitted_at"),
        reference("certified_by", nullable=True),
        instant("certified_at", nullable=True),
        reference("refused_by", nullable=True),
        instant("refused_at", nullable=True),
        sa.Column("refusal_reason", sa.String()),
        key(table),
        to(table, "instalment_id", "instalment"),
        to(table, "application_id", "application"),
        to(table, "funder_id", "funder"),
        *(to(table, c, "person") for c in ("submitted_by", "certified_by", "refused_by")),
        *claim_checks(table),
    )
    op.create_index(
        "uq_claim_live",
        table,
        ["instalment_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'refused'"),
    )
    op.create_index("ix_claim_iban_index", table, ["iban_index"])
    op.create_index("ix_claim_application_id", table, ["application_id"])
    op.create_index("ix_claim_funder_id", table, ["funder_id"])


def create_claim_file() -> None:
    table = "claim_file"
    op.create_table(
        table,
        *row_columns(),
        reference("claim_id"),
        reference("stored_file_id"),
        key(table),
        to(table, "claim_id", "claim"),
        to(table, "stored_file_id", "stored_file"),
    )
    op.create_index("ix_claim_file_claim_id", table, ["claim_id"])


def order_checks(table: str) -> list[sa.CheckConstraint]:
    """What the state of an order implies; and that two persons signed."""
    return [
        check(table, "state_is_known", "state IN ('prepared', 'rejected', 'approved', 'paid')"),
        check(table, "unit_is_known", UNITS),
        check(table, "amount_is_positive", "amount > 0"),
        check(table, "two_persons_sign", "approved_by <> prepared_by"),
        check(
            table,
            "approved_matches_state",
            "(state = 'rejected' OR (state IN ('approved', 'paid')) = (approved_at IS NOT NULL))"
            " AND (approved_at IS NULL) = (approved_by IS NULL)",
        ),
        check(
            table,
            "rejected_matches_state",
            "(state = 'rejected') = (rejected_at IS NOT NULL)"
            " AND (rejected_at IS NULL) = (rejected_by IS NULL)"
            " AND (rejected_at IS NULL) = (rejection_reason IS NULL)",
        ),
        check(
            table,
            "paid_matches_state",
            "(state = 'paid') = (paid_on IS NOT NULL)"
            " AND (paid_on IS NULL) = (paid_by IS NULL)"
            " AND (paid_on IS NULL) = (reference IS NULL)",
        ),
    ]


def create_payment_order() -> None:
    table = "payment_order"
    op.create_table(
        table,
        *row_columns(),
        reference("funder_id"),
        reference("claim_id"),
        reference("application_id"),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.String(40), nullable=False),
        reference("envelope_id"),
        reference("award_id"),
        reference("prepared_by"),
        instant("prepared_at"),
        reference("approved_by", nullable=True),
        instant("approved_at", nullable=True),
        reference("rejected_by", nullable=True),
        instant("rejected_at", nullable=True),
        sa.Column("rejection_reason", sa.String()),
        reference("paid_by", nullable=True),
        sa.Column("paid_on", sa.Date()),
        sa.Column("reference", sa.String()),
        key(table),
        to(table, "funder_id", "funder"),
        to(table, "claim_id", "claim"),
        to(table, "application_id", "application"),
        to(table, "envelope_id", "ledger_envelope"),
        to(table, "award_id", "decision"),
        *(to(table, c, "person") for c in ("prepared_by", "approved_by", "rejected_by", "paid_by")),
        sa.UniqueConstraint(
            "funder_id", "year", "serial", name="uq_payment_order_funder_id_year_serial"
        ),
        *order_checks(table),
    )
    op.create_index(
        "uq_payment_order_live",
        table,
        ["claim_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'rejected'"),
    )
    op.create_index("ix_payment_order_claim_id", table, ["claim_id"])
    op.create_index("ix_payment_order_funder_id_state", table, ["funder_id", "state"])


def upgrade() -> None:
    """Create them."""
    create_instalment()
    create_claim()
    create_claim_file()
    create_payment_order()


def downgrade() -> None:
    """Drop them."""
    for table in ("payment_order", "claim_file", "claim", "instalment"):
        op.drop_table(table)
