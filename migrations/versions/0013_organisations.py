"""What an organisation says of itself once for all calls, and the documents it keeps."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0013"
down_revision = "0012"

INSTANT = sa.DateTime(timezone=True)
IDENTIFIED = "siret IS NOT NULL OR rna IS NOT NULL OR being_created"
COMMUNE = r"^(\d{2}|2A|2B)\d{3}$"
NEIGHBOURHOOD = r"^(QN[0-9AB]{3}\d{2}[NMI]|QP\d{6})$"
CHECKS = {
    "local_register_is_not_empty": "local_register <> ''",
    "employees_are_counted": "employees >= 0",
    "approvals_are_a_list": "jsonb_typeof(approvals) = 'array'",
    "place_postcode_has_5_digits": r"place_postcode ~ '^\d{5}$'",
    "place_commune_has_its_form": f"place_commune_code ~ '{COMMUNE}'",
    "place_is_whole_or_absent": "(place_postcode IS NULL) = (place_city IS NULL)",
    **{
        f"{where}_qpv_{name}": check.format(qpv=f"{where}_qpv")
        for where in ("seat", "place")
        for name, check in {
            "says_how_it_is_known": "({qpv} IS NULL) = ({qpv}_known IS NULL)",
            "known_is_known": "{qpv}_known IN ('declared', 'checked')",
            "code_has_its_form": "{qpv}_code ~ '"
            + NEIGHBOURHOOD.replace("{", "{{").replace("}", "}}")
            + "'",
            "code_needs_a_yes": "{qpv}_code IS NULL OR {qpv}",
        }.items()
    },
}


def row(*columns: sa.Column[object]) -> list[sa.Column[object]]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", INSTANT, server_default=sa.text("now()"), nullable=False),
        *columns,
    ]


def key(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), nullable=nullable)


def instant(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, INSTANT, nullable=nullable)


def columns_of_organisation() -> list[sa.Column[object]]:
    return [
        sa.Column("local_register", sa.String()),
        sa.Column("employees", sa.Integer()),
        sa.Column("is_social_company", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("approvals", JSONB(), server_default="[]", nullable=False),
        sa.Column("place_street", sa.String()),
        sa.Column("place_postcode", sa.String()),
        sa.Column("place_city", sa.String()),
        sa.Column("place_commune_code", sa.String()),
        *(
            column
            for where in ("seat", "place")
            for column in (
                sa.Column(f"{where}_qpv", sa.Boolean()),
                sa.Column(f"{where}_qpv_code", sa.String()),
                sa.Column(f"{where}_qpv_known", sa.String(40)),
                sa.Column(f"{where}_qpv_by", sa.Uuid()),
                sa.Column(f"{where}_qpv_at", INSTANT),
            )
        ),
    ]


def upgrade() -> None:
    for column in columns_of_organisation():
        op.add_column("organisation", column)
    for where in ("seat", "place"):
        op.create_foreign_key(
            f"fk_organisation_{where}_qpv_by", "organisation", "person", [f"{where}_qpv_by"], ["id"]
        )
    for name, check in CHECKS.items():
        op.create_check_constraint(f"ck_organisation_{name}", "organisation", check)
    identified_by(f"local_register IS NOT NULL OR {IDENTIFIED}")
    create_declarations()
    op.create_table(
        "register_answer",
        sa.Column("number", sa.String(), nullable=False),
        instant("asked_at"),
        sa.Column("found", JSONB()),
        sa.CheckConstraint(
            r"number ~ '^(\d{9}|\d{14})$'", name="ck_register_answer_number_has_its_form"
        ),
        sa.PrimaryKeyConstraint("number", name="pk_register_answer"),
    )
    create_vault()


def identified_by(condition: str) -> None:
    op.drop_constraint("ck_organisation_it_can_be_identified", "organisation")
    op.create_check_constraint("ck_organisation_it_can_be_identified", "organisation", condition)


def create_declarations() -> None:
    op.create_table(
        "declared_aid",
        *row(
            key("organisation_id"),
            sa.Column("funder_name", sa.String(), nullable=False),
            sa.Column("amount_cents", sa.BigInteger(), nullable=False),
            sa.Column("granted_on", sa.Date(), nullable=False),
            sa.Column("regime", sa.String(40), nullable=False),
            sa.Column("purpose", sa.String(), server_default="", nullable=False),
            instant("declared_at"),
            key("declared_by"),
            instant("removed_at", nullable=True),
            key("removed_by", nullable=True),
        ),
        sa.CheckConstraint("funder_name <> ''", name="ck_declared_aid_funder_is_named"),
        sa.CheckConstraint("amount_cents > 0", name="ck_declared_aid_amount_is_above_zero"),
        sa.CheckConstraint(
            "regime IN ('none', 'de_minimis', 'de_minimis_sieg', 'de_minimis_farming', "
            "'de_minimis_fishery', 'exempted', 'notified')",
            name="ck_declared_aid_regime_is_known",
        ),
        sa.CheckConstraint(
            "(removed_at IS NULL) = (removed_by IS NULL)",
            name="ck_declared_aid_removal_has_an_author",
        ),
        *references("declared_aid", organisation_id="organisation", declared_by="person"),
        *references("declared_aid", removed_by="person"),
        sa.PrimaryKeyConstraint("id", name="pk_declared_aid"),
    )
    op.create_index(
        "ix_declared_aid_organisation_id_granted_on",
        "declared_aid",
        ["organisation_id", "granted_on"],
    )
    op.create_table(
        "declaration",
        *row(
            key("organisation_id"),
            sa.Column("kind", sa.String(40), nullable=False),
            instant("declared_at"),
            key("declared_by"),
        ),
        sa.CheckConstraint(
            "kind IN ('republican_contract', 'taxes', 'social', 'public_aid')",
            name="ck_declaration_kind_is_known",
        ),
        *references("declaration", organisation_id="organisation", declared_by="person"),
        sa.PrimaryKeyConstraint("id", name="pk_declaration"),
    )
    op.create_index(
        "ix_declaration_organisation_id_kind_declared_at",
        "declaration",
        ["organisation_id", "kind", "declared_at"],
    )


def create_vault() -> None:
    table = "organisation_document"
    op.create_table(
        table,
        *row(
            key("organisation_id"),
            sa.Column("kind", sa.String(40), nullable=False),
            sa.Column("label", sa.String(), server_default="", nullable=False),
            key("stored_file_id"),
            sa.Column("valid_from", sa.Date()),
            sa.Column("valid_until", sa.Date()),
            instant("added_at"),
            key("added_by"),
            instant("replaced_at", nullable=True),
            key("replaced_by_id", nullable=True),
            instant("withdrawn_at", nullable=True),
            key("withdrawn_by", nullable=True),
            sa.Column("warned_until", sa.Date()),
        ),
        sa.CheckConstraint(
            "kind IN ('statutes', 'officers_list', 'agreement', 'accounts', 'rib', "
            "'approval_esus', 'budget_org', 'activity_report', 'other')",
            name=f"ck_{table}_kind_is_known",
        ),
        sa.CheckConstraint("valid_until >= valid_from", name=f"ck_{table}_validity_runs_forward"),
        sa.CheckConstraint(
            "(replaced_at IS NULL) = (replaced_by_id IS NULL)",
            name=f"ck_{table}_replacement_is_named",
        ),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by IS NULL)",
            name=f"ck_{table}_withdrawal_has_an_author",
        ),
        sa.CheckConstraint(
            "replaced_at IS NULL OR withdrawn_at IS NULL",
            name=f"ck_{table}_replaced_is_not_withdrawn",
        ),
        *references(table, organisation_id="organisation", stored_file_id="stored_file"),
        *references(table, added_by="person", withdrawn_by="person", replaced_by_id=table),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    )
    in_force = sa.text("replaced_at IS NULL AND withdrawn_at IS NULL")
    op.create_index(
        f"ix_{table}_in_force", table, ["organisation_id", "kind"], postgresql_where=in_force
    )
    op.create_index(f"ix_{table}_ending", table, ["valid_until"], postgresql_where=in_force)
    op.create_index(f"ix_{table}_organisation_id_added_at", table, ["organisation_id", "added_at"])


def references(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{table}_{column}")
        for column, target in columns.items()
    ]


def downgrade() -> None:
    for table in ("organisation_document", "register_answer", "declaration", "declared_aid"):
        op.drop_table(table)
    # The older rule knows no court register: what only that register identifies would not fit.
    op.execute("UPDATE organisation SET being_created = true WHERE siret IS NULL AND rna IS NULL")
    identified_by(IDENTIFIED)
    for column in reversed(columns_of_organisation()):
        op.drop_column("organisation", column.name)
