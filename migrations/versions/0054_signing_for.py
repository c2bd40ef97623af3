"""Who signs for an authority: the president's seat by right, others by a dated delegation."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"

FUNCTIONS = Path(__file__).parent.parent / "sql" / "0054_signing_for.sql"
CHECKS = {
    "is_named": "btrim(number) <> '' AND btrim(name) <> '' AND btrim(function) <> ''"
    " AND btrim(given_for) <> ''",
    "ceiling_is_positive": "ceiling_cents > 0",
    "executory_after_its_act": "executory_on >= act_on",
    "begins_once_executory": "from_on >= executory_on",
    "ends_after_it_began": "until_on >= from_on",
    "revoked_after_its_act": "revoked_on >= act_on",
    "revoked_by_an_act": "num_nonnulls(revoked_on, revoked_by, revoked_at) IN (0, 3)"
    " AND (revoked_on IS NULL) = (btrim(revoked_number) = '')",
    "not_for_oneself": "person_id <> recorded_by",
}
SIGNED_BY = {"seat_id": "council_seat", "delegation_id": "signing_delegation"}
ENTITLED = (
    "(side = 'authority' AND NOT before_register) = (entitled_on IS NOT NULL)"
    " AND num_nonnulls(seat_id, delegation_id) = num_nonnulls(entitled_on)"
)


def upgrade() -> None:
    """The register, and on which line of it a signature rests; older ones rest on none."""
    create_register()
    signatures = "agreement_signature"
    for name, target in SIGNED_BY.items():
        op.add_column(signatures, sa.Column(name, sa.Uuid(), nullable=True))
        op.create_foreign_key(
            op.f(f"fk_{signatures}_{name}_{target}"), signatures, target, [name], ["id"]
        )
    op.add_column(signatures, sa.Column("entitled_on", sa.Date(), nullable=True))
    before = sa.Column("before_register", sa.Boolean(), server_default="true", nullable=False)
    op.add_column(signatures, before)
    op.alter_column(signatures, "before_register", server_default="false")
    op.create_check_constraint(op.f(f"ck_{signatures}_authority_is_entitled"), signatures, ENTITLED)
    op.create_index(op.f(f"ix_{signatures}_delegation_id"), signatures, ["delegation_id"])
    op.execute(FUNCTIONS.read_text(encoding="utf-8"))


def create_register() -> None:
    """Delegations of signature: by which act, to whom, within what, from when to when."""
    table = "signing_delegation"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("funder_id", sa.Uuid(), nullable=False),
        sa.Column("given_by_id", sa.Uuid(), nullable=False),
        sa.Column("given_for", sa.String(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("function", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("act_on", sa.Date(), nullable=False),
        sa.Column("executory_on", sa.Date(), nullable=False),
        sa.Column("ceiling_cents", sa.BigInteger(), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_on", sa.Date(), nullable=True),
        sa.Column("revoked_number", sa.String(), server_default="", nullable=False),
        sa.Column("revoked_by", sa.Uuid(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        *(
            sa.CheckConstraint(said, name=op.f(f"ck_{table}_{name}"))
            for name, said in CHECKS.items()
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}")
            )
            for column, target in (
                ("funder_id", "funder"),
                ("given_by_id", "council_seat"),
                ("person_id", "person"),
                ("recorded_by", "person"),
                ("revoked_by", "person"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint(
            "funder_id", "number", "name", name=op.f(f"uq_{table}_funder_id_number_name")
        ),
    )
    op.create_index(op.f(f"ix_{table}_person_id"), table, ["person_id"])


def downgrade() -> None:
    """Forget it."""
    signatures = "agreement_signature"
    op.execute("DROP TRIGGER agreement_signature_is_entitled ON agreement_signature")
    op.drop_constraint(op.f(f"ck_{signatures}_authority_is_entitled"), signatures)
    for name in ("before_register", "entitled_on", *SIGNED_BY):
        op.drop_column(signatures, name)
    op.drop_table("signing_delegation")
    for name in (
        "agreement_signature_is_entitled",
        "signing_delegation_is_kept",
        "signing_delegation_is_given",
    ):
        op.execute(f"DROP FUNCTION {name}()")
