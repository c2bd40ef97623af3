"""Awards taken back, acts that fail, decisions reopened, transfers that come back too late."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"

FUNCTIONS = Path(__file__).parent.parent / "sql" / "0036_withdrawals.sql"
BEFORE = Path(__file__).parent.parent / "sql" / "0036_before.sql"
TABLES = ("withdrawal_recovery", "withdrawal_file", "withdrawal", "decision_reopening")
NO_HEARING = "reason IN ('given_up', 'annulled')"

WITHDRAWAL_CHECKS = {
    "reason_is_known": (
        "reason IN ('republican_contract', 'not_carried_out', 'unspent', 'report_missing',"
        " 'error', 'fraud', 'dissolved', 'given_up', 'annulled')"
    ),
    "state_is_known": "state IN ('asked', 'notified', 'decided', 'effective', 'dropped')",
    "grounds_are_told": "btrim(grounds) <> ''",
    "amount_is_positive": "amount > 0",
    "breach_is_dated": "reason <> 'republican_contract' OR breach_on IS NOT NULL",
    "period_is_one": "period_until >= period_from",
    "expense_is_counted": "spent >= 0 AND planned > 0",
    "fifteen_days_to_observe": (
        f"{NO_HEARING} OR (notified_on IS NOT NULL AND observations_until IS NOT NULL"
        " AND observations_until >= notified_on + 15)"
    ),
    "observations_are_whole": (
        "(observed_at IS NULL) = (observed_by IS NULL)"
        " AND (observed_at IS NULL OR btrim(observations) <> '')"
        " AND (NOT hearing_asked OR observed_at IS NOT NULL)"
    ),
    "decided_after_observations": (
        f"decided_on IS NULL OR {NO_HEARING} OR observed_at IS NOT NULL"
        " OR decided_on > observations_until"
    ),
    "heard_who_asked": (
        "decided_on IS NULL OR NOT hearing_asked"
        " OR (heard_on IS NOT NULL AND heard_on <= decided_on)"
    ),
    "decision_is_whole": (
        "decided_on IS NULL OR (decided_amount BETWEEN 1 AND amount AND btrim(act) <> ''"
        " AND btrim(motives) <> '' AND decided_by IS NOT NULL AND decided_at IS NOT NULL)"
    ),
    "decided_matches_state": "state NOT IN ('decided', 'effective') OR decided_on IS NOT NULL",
    "effective_matches_state": (
        "(state = 'effective') = (executory_on IS NOT NULL)"
        " AND (executory_on IS NULL) = (booked_at IS NULL)"
        " AND (executory_on IS NULL) = (booked_by IS NULL)"
        " AND (executory_on IS NULL OR executory_on >= decided_on)"
    ),
    "takes_what_was_decided": (
        "cancelled >= 0 AND to_claim >= 0 AND cancelled + to_claim ="
        " CASE state WHEN 'effective' THEN decided_amount ELSE 0 END"
    ),
    "repaid_within_six_months": (
        "reason <> 'republican_contract' OR repay_by IS NULL"
        " OR repay_by <= executory_on + interval '6 months'"
    ),
    "claim_has_a_title": (
        "(title = '') = (claimed_on IS NULL) AND (title = '') = (claimed_by IS NULL)"
        " AND (title = '' OR to_claim > 0)"
    ),
    "dropped_matches_state": (
        "(state = 'dropped') = (dropped_at IS NOT NULL)"
        " AND (dropped_at IS NULL) = (dropped_by IS NULL)"
        " AND (dropped_at IS NULL OR btrim(drop_reason) <> '')"
    ),
}
COLUMN_CHECKS = {
    ("deliberation", "withdrawn_before_executory"): (
        "withdrawn_on IS NULL OR (adopted AND made_executory_on IS NULL"
        " AND withdrawn_on >= voted_on AND btrim(withdrawal_reason) <> '')"
    ),
    ("deliberation", "withdrawn_by_somebody"): (
        "(withdrawn_on IS NULL) = (withdrawn_by IS NULL)"
        " AND (withdrawn_on IS NULL) = (withdrawn_at IS NULL)"
    ),
    ("appeal", "reopened_if_accepted"): (
        "(reopened_at IS NULL) = (reopened_by IS NULL)"
        " AND (reopened_at IS NULL OR state = 'accepted')"
    ),
    ("instalment", "cut_is_within"): "cut BETWEEN 0 AND amount",
    ("payment_order", "returns_are_told"): (
        "(returns > 0) = (returned_on IS NOT NULL) AND (returns = 0 OR btrim(return_reason) <> '')"
    ),
}


def _row() -> tuple[sa.Column, ...]:
    return (
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
    )


def _words(name: str) -> sa.Column:
    return sa.Column(name, sa.String(), server_default="", nullable=False)


def _foreign(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))


def _by_and_at(*names: str) -> list[sa.Column]:
    return [
        column
        for name in names
        for column in (
            sa.Column(f"{name}_by", sa.Uuid(), nullable=True),
            sa.Column(f"{name}_at", sa.DateTime(timezone=True), nullable=True),
        )
    ]


def create_reopening() -> None:
    """Decisions that no longer stand."""
    table = "decision_reopening"
    op.create_table(
        table,
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("why", sa.String(length=40), nullable=False),
        sa.Column("reopened_by", sa.Uuid(), nullable=False),
        sa.Column("reopened_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "why IN ('act_withdrawn', 'appeal')", name=op.f(f"ck_{table}_why_is_known")
        ),
        _foreign(table, "decision_id", "decision"),
        _foreign(table, "reopened_by", "person"),
        sa.PrimaryKeyConstraint("decision_id", name=op.f(f"pk_{table}")),
    )


def create_withdrawal() -> None:
    """The procedure."""
    table = "withdrawal"
    people = ("started", "observed", "decided", "booked", "claimed", "dropped")
    op.create_table(
        table,
        *_row(),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("funder_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("grounds", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        *(
            sa.Column(name, sa.Date(), nullable=True)
            for name in (
                *("period_from", "period_until", "breach_on", "notified_on"),
                *("observations_until", "heard_on", "decided_on", "executory_on"),
                *("repay_by", "claimed_on"),
            )
        ),
        *(
            sa.Column(name, sa.BigInteger(), nullable=True)
            for name in ("planned", "spent", "decided_amount")
        ),
        *(
            sa.Column(name, sa.BigInteger(), server_default="0", nullable=False)
            for name in ("cancelled", "to_claim")
        ),
        sa.Column("hearing_asked", sa.Boolean(), server_default="false", nullable=False),
        *(
            _words(one)
            for one in ("observations", "heard_note", "act", "motives", "title", "drop_reason")
        ),
        sa.Column("started_by", sa.Uuid(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        *_by_and_at("observed", "decided", "booked", "dropped"),
        sa.Column("claimed_by", sa.Uuid(), nullable=True),
        *(
            sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))
            for name, condition in WITHDRAWAL_CHECKS.items()
        ),
        _foreign(table, "decision_id", "decision"),
        _foreign(table, "application_id", "application"),
        _foreign(table, "funder_id", "funder"),
        *(_foreign(table, f"{one}_by", "person") for one in people),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    for column in ("decision_id", "application_id"):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    op.create_index(
        op.f("ix_withdrawal_funder_id_state_observations_until"),
        table,
        ["funder_id", "state", "observations_until"],
    )
    op.create_index(
        "uq_withdrawal_live",
        table,
        ["decision_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('asked', 'notified', 'decided')"),
    )


def create_parts() -> None:
    """Documents of observations, and what came back."""
    table = "withdrawal_file"
    op.create_table(
        table,
        *_row(),
        sa.Column("withdrawal_id", sa.Uuid(), nullable=False),
        sa.Column("stored_file_id", sa.Uuid(), nullable=False),
        _foreign(table, "withdrawal_id", "withdrawal"),
        _foreign(table, "stored_file_id", "stored_file"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_withdrawal_id"), table, ["withdrawal_id"])
    table = "withdrawal_recovery"
    op.create_table(
        table,
        *_row(),
        sa.Column("withdrawal_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        _words("reference"),
        sa.Column("noted_by", sa.Uuid(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f(f"ck_{table}_amount_is_positive")),
        _foreign(table, "withdrawal_id", "withdrawal"),
        _foreign(table, "noted_by", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_withdrawal_id"), table, ["withdrawal_id"])


COLUMNS = {
    "deliberation": (
        *(("withdrawn_on", sa.Date), ("withdrawal_reason", sa.String)),
        *(("withdrawn_by", sa.Uuid), ("withdrawn_at", sa.DateTime)),
    ),
    "appeal": (("reopened_by", sa.Uuid), ("reopened_at", sa.DateTime)),
    "instalment": (("cut", sa.BigInteger),),
    "payment_order": (
        *(("returned_on", sa.Date), ("return_reason", sa.String), ("returns", sa.Integer)),
    ),
}
DEFAULTS = {"withdrawal_reason": "", "return_reason": "", "cut": "0", "returns": "0"}


def add_columns() -> None:
    """What older tables gain."""
    for table, columns in COLUMNS.items():
        for name, kind in columns:
            default = DEFAULTS.get(name)
            op.add_column(
                table,
                sa.Column(
                    name,
                    sa.DateTime(timezone=True) if kind is sa.DateTime else kind(),
                    server_default=default,
                    nullable=default is None,
                ),
            )
            if kind is sa.Uuid:
                op.create_foreign_key(op.f(f"fk_{table}_{name}"), table, "person", [name], ["id"])
    for (table, name), condition in COLUMN_CHECKS.items():
        op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, condition)


def upgrade() -> None:
    """Create them."""
    create_reopening()
    create_withdrawal()
    create_parts()
    add_columns()
    op.execute(FUNCTIONS.read_text(encoding="utf-8"))


def downgrade() -> None:
    """Drop them."""
    op.execute(BEFORE.read_text(encoding="utf-8"))
    for table in TABLES:
        op.drop_table(table)
    op.execute("DROP FUNCTION withdrawal_guard(), withdrawal_recovery_fits()")
    op.execute("DROP FUNCTION decision_reopening_guard()")
    for table, name in COLUMN_CHECKS:
        op.drop_constraint(op.f(f"ck_{table}_{name}"), table, type_="check")
    for table, columns in COLUMNS.items():
        for name, _ in columns:
            op.drop_column(table, name)
