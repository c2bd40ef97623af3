"""Persons, organisations, funders, their members, and the ways in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"

# The service refuses with a sentence; this refuses whoever writes, and however many at once:
# the lock makes two departures queue, and the deferral lets a succession be one transaction.
KEEP_A_REPRESENTATIVE = """
CREATE FUNCTION keep_a_representative() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.role <> 'representative' THEN
        RETURN NULL;
    END IF;
    PERFORM 1 FROM organisation WHERE id = OLD.organisation_id FOR UPDATE;
    IF FOUND AND NOT EXISTS (
        SELECT 1 FROM organisation_member
        WHERE organisation_id = OLD.organisation_id AND role = 'representative')
    THEN
        RAISE EXCEPTION 'an organisation keeps a representative'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$
"""

INSTANT = sa.DateTime(timezone=True)


def row(*columns: sa.Column[object]) -> list[sa.Column[object]]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", INSTANT, server_default=sa.text("now()"), nullable=False),
        *columns,
    ]


def text(name: str, *, nullable: bool = False, default: str | None = None) -> sa.Column[object]:
    return sa.Column(name, sa.String(), nullable=nullable, server_default=default)


def instant(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, INSTANT, nullable=nullable)


def upgrade() -> None:
    create_person()
    create_ways_in()
    create_organisation()
    create_funder()


def create_person() -> None:
    op.create_table(
        "person",
        *row(
            text("email"),
            text("name"),
            text("password_hash", nullable=True),
            instant("confirmed_at", nullable=True),
            text("locale", default="fr"),
            text("phone", nullable=True),
            sa.Column("is_operator", sa.Boolean(), server_default="false", nullable=False),
            instant("disabled_at", nullable=True),
        ),
        sa.CheckConstraint(
            "email = lower(email) AND email LIKE '_%@_%'", name="ck_person_email_is_lower_case"
        ),
        sa.CheckConstraint("name <> ''", name="ck_person_name_is_given"),
        sa.CheckConstraint("locale IN ('fr', 'en')", name="ck_person_locale_is_known"),
        sa.CheckConstraint(
            "password_hash IS NULL OR password_hash LIKE '$argon2id$%'",
            name="ck_person_password_is_hashed",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
        sa.UniqueConstraint("email", name="uq_person_email"),
    )


def create_ways_in() -> None:
    op.create_table(
        "sign_in",
        *row(
            sa.Column("person_id", sa.Uuid(), nullable=False),
            text("token_hash"),
            instant("started_at"),
            instant("seen_at"),
            instant("expires_at"),
            instant("ended_at", nullable=True),
            text("user_agent", default=""),
        ),
        sa.CheckConstraint("token_hash ~ '^[0-9a-f]{64}$'", name="ck_sign_in_token_is_hashed"),
        sa.CheckConstraint("expires_at > started_at", name="ck_sign_in_expires_after_it_starts"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_sign_in_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in"),
        sa.UniqueConstraint("token_hash", name="uq_sign_in_token_hash"),
    )
    op.create_index("ix_sign_in_person_id_started_at", "sign_in", ["person_id", "started_at"])
    op.create_table(
        "one_time_link",
        *row(
            sa.Column("person_id", sa.Uuid()),
            text("email"),
            sa.Column("purpose", sa.String(40), nullable=False),
            instant("asked_at"),
            instant("expires_at"),
            instant("used_at", nullable=True),
            sa.Column("payload", JSONB(), server_default="{}", nullable=False),
        ),
        sa.CheckConstraint(
            "purpose IN ('confirm', 'sign_in', 'reset', 'invitation')",
            name="ck_one_time_link_purpose_is_known",
        ),
        sa.CheckConstraint("email = lower(email)", name="ck_one_time_link_email_is_lower_case"),
        sa.CheckConstraint(
            "expires_at > asked_at", name="ck_one_time_link_expires_after_it_is_asked"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_one_time_link_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_one_time_link"),
    )
    op.create_index(
        "ix_one_time_link_email_purpose_asked_at",
        "one_time_link",
        ["email", "purpose", "asked_at"],
    )
    op.create_table(
        "sign_in_failure",
        *row(text("account"), text("address"), instant("failed_at")),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_failure"),
    )
    for columns in (["account", "failed_at"], ["address", "failed_at"], ["failed_at"]):
        op.create_index(f"ix_sign_in_failure_{'_'.join(columns)}", "sign_in_failure", columns)


def create_organisation() -> None:
    op.create_table(
        "organisation",
        *row(
            text("name"),
            text("legal_form"),
            text("legal_label"),
            text("siret", nullable=True),
            text("rna", nullable=True),
            sa.Column("being_created", sa.Boolean(), server_default="false", nullable=False),
            text("street"),
            text("postcode"),
            text("city"),
            text("commune_code", nullable=True),
            text("phone", nullable=True),
            text("website", nullable=True),
            sa.Column("registered_on", sa.Date()),
        ),
        sa.CheckConstraint("name <> ''", name="ck_organisation_name_is_given"),
        sa.CheckConstraint(r"siret ~ '^\d{14}$'", name="ck_organisation_siret_has_14_digits"),
        sa.CheckConstraint(r"rna ~ '^W\d[A-Z\d]\d{7}$'", name="ck_organisation_rna_has_its_form"),
        sa.CheckConstraint(
            "siret IS NOT NULL OR rna IS NOT NULL OR being_created",
            name="ck_organisation_it_can_be_identified",
        ),
        sa.CheckConstraint(r"legal_form ~ '^\d{4}$'", name="ck_organisation_legal_form_is_a_code"),
        sa.CheckConstraint(r"postcode ~ '^\d{5}$'", name="ck_organisation_postcode_has_5_digits"),
        sa.CheckConstraint(
            r"commune_code ~ '^(\d{2}|2A|2B)\d{3}$'", name="ck_organisation_commune_has_its_form"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_organisation"),
    )
    op.create_index("ix_organisation_siret", "organisation", ["siret"])
    create_membership(
        "organisation_member", "organisation", "'representative', 'treasurer', 'editor'"
    )
    op.execute(KEEP_A_REPRESENTATIVE)
    op.execute(
        "CREATE CONSTRAINT TRIGGER organisation_keeps_a_representative "
        "AFTER UPDATE OR DELETE ON organisation_member "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION keep_a_representative()"
    )


def create_funder() -> None:
    op.create_table(
        "funder",
        *row(
            text("key"),
            text("name"),
            sa.Column("kind", sa.String(40), nullable=False),
            text("siret", nullable=True),
            text("address", nullable=True),
            text("email", nullable=True),
            text("phone", nullable=True),
            text("locale", default="fr"),
        ),
        sa.CheckConstraint("key ~ '^[a-z][a-z0-9_-]{1,39}$'", name="ck_funder_key_is_a_slug"),
        sa.CheckConstraint("name <> ''", name="ck_funder_name_is_given"),
        sa.CheckConstraint(r"siret ~ '^\d{14}$'", name="ck_funder_siret_has_14_digits"),
        sa.CheckConstraint(
            "kind IN ('commune', 'community', 'agglomeration', 'urban_community', 'metropolis', "
            "'department', 'region', 'partner')",
            name="ck_funder_kind_is_known",
        ),
        sa.CheckConstraint("locale IN ('fr', 'en')", name="ck_funder_locale_is_known"),
        sa.PrimaryKeyConstraint("id", name="pk_funder"),
        sa.UniqueConstraint("key", name="uq_funder_key"),
    )
    create_membership(
        "funder_member",
        "funder",
        "'administrator', 'officer', 'finance', 'approver', 'elected', 'auditor'",
    )


def create_membership(table: str, owner: str, roles: str) -> None:
    op.create_table(
        table,
        *row(
            sa.Column(f"{owner}_id", sa.Uuid(), nullable=False),
            sa.Column("person_id", sa.Uuid(), nullable=False),
            sa.Column("role", sa.String(40), nullable=False),
        ),
        sa.CheckConstraint(f"role IN ({roles})", name=f"ck_{table}_role_is_known"),
        sa.ForeignKeyConstraint([f"{owner}_id"], [f"{owner}.id"], name=f"fk_{table}_{owner}_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=f"fk_{table}_person_id"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint(
            f"{owner}_id", "person_id", "role", name=f"uq_{table}_{owner}_id_person_id_role"
        ),
    )
    op.create_index(f"ix_{table}_person_id", table, ["person_id"])


def downgrade() -> None:
    for table in (
        "funder_member",
        "funder",
        "organisation_member",
        "organisation",
        "sign_in_failure",
        "one_time_link",
        "sign_in",
        "person",
    ):
        op.drop_table(table)
    op.execute("DROP FUNCTION keep_a_representative()")
