"""The legal watch, forms of award against their envelopes, financial reports, repaid advances."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"

INSTANT = sa.DateTime(timezone=True)
REGIMES = (
    "'none', 'de_minimis', 'de_minimis_sieg', 'de_minimis_farming', 'de_minimis_fishery',"
    " 'exempted', 'notified'"
)
RULES = (
    "'agreement', 'auditor', 'de_minimis', 'de_minimis_sieg', 'de_minimis_farming',"
    " 'de_minimis_fishery', 'capital_share', 'public_aid', 'financial_report', 'publication',"
    " 'aid_register', 'payment'"
)
BEFORE = "'grant', 'prize', 'equity', 'floor_area', 'title'"
AFTER = f"{BEFORE}, 'bursary', 'advance', 'in_kind', 'mentoring'"
FITS = (
    ("grant", "EUR", "operating", "6573,6574,936", "gift"),
    ("grant", "EUR", "capital", "204,906", "gift"),
    ("prize", "EUR", "operating", "6513,6574,936", "gift"),
    ("bursary", "EUR", "operating", "6513,6574,936", "gift"),
    ("advance", "EUR", "capital", "274,276", "loan"),
    ("equity", "EUR", "capital", "26,271", "shares"),
    ("floor_area", "m2", "none", "", "floor"),
    ("mentoring", "hour", "none", "", "hours"),
)

# An envelope takes the family of its first award: a gift, a loan and shares never share one. The
# unique key makes a second first award wait for the first.
DECISION_FITS = """
CREATE FUNCTION decision_fits_its_envelope() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    the ledger_envelope;
    fit instrument_fit;
    held text;
BEGIN
    SELECT * INTO the FROM ledger_envelope WHERE id = NEW.envelope_id;
    SELECT * INTO fit FROM instrument_fit f
    WHERE f.instrument = NEW.instrument AND f.unit = the.unit AND f.section = the.section
      AND (COALESCE(the.nature_account, '') = '' OR cardinality(f.accounts) = 0
           OR EXISTS (SELECT FROM unnest(f.accounts) a
                      WHERE starts_with(the.nature_account, a)));
    IF NOT FOUND THEN
        RAISE EXCEPTION 'award of form % does not fit envelope %', NEW.instrument, the.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_fits_its_envelope';
    END IF;
    INSERT INTO envelope_family (envelope_id, family) VALUES (the.id, fit.family)
        ON CONFLICT (envelope_id) DO NOTHING;
    SELECT family INTO held FROM envelope_family WHERE envelope_id = the.id;
    IF held <> fit.family THEN
        RAISE EXCEPTION 'envelope % gives %, not %', the.id, held, fit.family
            USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_keeps_the_family';
    END IF;
    RETURN NEW;
END $$
"""


def row() -> tuple[sa.Column, sa.Column]:
    born = sa.Column("created_at", INSTANT, server_default=sa.text("now()"), nullable=False)
    return sa.Column("id", sa.Uuid(), nullable=False), born


def uuid(name: str, *, empty: bool = False) -> sa.Column:
    return sa.Column(name, sa.Uuid(), nullable=empty)


def text(name: str, *, default: bool = False) -> sa.Column:
    return sa.Column(
        name, sa.String(), nullable=False, **({"server_default": ""} if default else {})
    )


def word(name: str) -> sa.Column:
    return sa.Column(name, sa.String(40), nullable=False)


def amount(name: str, *, empty: bool = False) -> sa.Column:
    return sa.Column(name, sa.BigInteger(), nullable=empty)


def at(name: str, *, empty: bool = False) -> sa.Column:
    return sa.Column(name, INSTANT, nullable=empty)


def day(name: str, *, empty: bool = False) -> sa.Column:
    return sa.Column(name, sa.Date(), nullable=empty)


def key(table: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("id", name=f"pk_{table}")


def to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{table}_{column}")


def check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def append_only(table: str) -> None:
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def undertakings() -> None:
    table = "linked_undertaking"
    op.create_table(
        table,
        *row(),
        uuid("organisation_id"),
        text("siren"),
        text("name"),
        at("declared_at"),
        uuid("declared_by"),
        at("removed_at", empty=True),
        uuid("removed_by", empty=True),
        key(table),
        to(table, "organisation_id", "organisation"),
        to(table, "declared_by", "person"),
        to(table, "removed_by", "person"),
        check(table, "siren_has_9_digits", r"siren ~ '^\d{9}$'"),
        check(table, "name_is_given", "name <> ''"),
        check(table, "removal_has_an_author", "(removed_at IS NULL) = (removed_by IS NULL)"),
    )
    op.create_index(
        "uq_linked_undertaking_live",
        table,
        ["organisation_id", "siren"],
        unique=True,
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.create_index("ix_linked_undertaking_siren", table, ["siren"])
    table = "capital_statement"
    op.create_table(
        table,
        *row(),
        uuid("organisation_id"),
        day("held_on"),
        amount("total_cents"),
        amount("public_cents"),
        at("declared_at"),
        uuid("declared_by"),
        key(table),
        to(table, "organisation_id", "organisation"),
        to(table, "declared_by", "person"),
        check(table, "capital_is_above_zero", "total_cents > 0"),
        check(table, "public_part_fits", "public_cents BETWEEN 0 AND total_cents"),
    )
    op.create_index(
        "ix_capital_statement_organisation_id_held_on", table, ["organisation_id", "held_on"]
    )
    append_only(table)


def watched() -> None:
    table = "aid_ruling"
    op.create_table(
        table,
        *row(),
        uuid("application_id"),
        uuid("funder_id"),
        word("regime"),
        text("reference", default=True),
        amount("value_cents", empty=True),
        at("ruled_at"),
        uuid("ruled_by"),
        key(table),
        to(table, "application_id", "application"),
        to(table, "funder_id", "funder"),
        to(table, "ruled_by", "person"),
        check(table, "regime_is_known", f"regime IN ({REGIMES})"),
        check(
            table,
            "exemption_has_its_number",
            "regime NOT IN ('exempted', 'notified') OR reference <> ''",
        ),
        check(table, "value_is_above_zero", "value_cents > 0"),
    )
    op.create_index(
        "ix_aid_ruling_application_id_funder_id_ruled_at",
        table,
        ["application_id", "funder_id", "ruled_at"],
    )
    append_only(table)
    table = "watch_override"
    op.create_table(
        table,
        *row(),
        uuid("application_id"),
        uuid("funder_id"),
        word("rule"),
        amount("threshold"),
        amount("total"),
        text("reason"),
        at("made_at"),
        uuid("made_by"),
        key(table),
        to(table, "application_id", "application"),
        to(table, "funder_id", "funder"),
        to(table, "made_by", "person"),
        check(table, "rule_is_known", f"rule IN ({RULES})"),
        check(table, "reason_is_given", "length(btrim(reason)) >= 20"),
        check(table, "something_is_overridden", "total > threshold"),
    )
    op.create_index(
        "ix_watch_override_application_id_funder_id", table, ["application_id", "funder_id"]
    )
    append_only(table)


def instruments() -> None:
    op.create_table(
        "instrument_fit",
        word("instrument"),
        word("unit"),
        word("section"),
        sa.Column("accounts", sa.ARRAY(sa.String()), nullable=False),
        word("family"),
        sa.PrimaryKeyConstraint("instrument", "unit", "section", name="pk_instrument_fit"),
    )
    for instrument, unit, section, accounts, family in FITS:
        op.execute(
            "INSERT INTO instrument_fit VALUES "  # noqa: S608 -- the lines above
            f"('{instrument}', '{unit}', '{section}',"
            f" string_to_array('{accounts}', ','), '{family}')"
        )
    append_only("instrument_fit")
    op.create_table(
        "envelope_family",
        uuid("envelope_id"),
        word("family"),
        sa.PrimaryKeyConstraint("envelope_id", name="pk_envelope_family"),
        to("envelope_family", "envelope_id", "ledger_envelope"),
    )
    append_only("envelope_family")
    op.execute(
        "INSERT INTO envelope_family SELECT DISTINCT ON (d.envelope_id) d.envelope_id, f.family"
        " FROM decision d JOIN instrument_fit f ON f.instrument = d.instrument AND f.unit = d.unit"
        " ORDER BY d.envelope_id, d.created_at"
    )
    op.execute(DECISION_FITS)
    op.execute(
        "CREATE TRIGGER decision_fits_its_envelope BEFORE INSERT ON decision FOR EACH ROW "
        "WHEN (NEW.envelope_id IS NOT NULL) EXECUTE FUNCTION decision_fits_its_envelope()"
    )


def forms_of_award(known: str, undrawn: str) -> None:
    """Hold proposals and decisions to these forms; `undrawn` take nothing out of an envelope."""
    amounts = (
        f"((outcome = 'award' AND instrument {undrawn}) = (amount IS NOT NULL))"
        " AND ((amount IS NOT NULL) = (envelope_id IS NOT NULL))"
        " AND (amount IS NULL OR amount > 0)"
    )
    for table in ("proposal", "decision"):
        for name, rule in (
            ("instrument_is_known", f"instrument IN ({known})"),
            ("amount_matches_outcome", amounts),
        ):
            op.drop_constraint(op.f(f"ck_{table}_{name}"), table)
            op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, rule)


def upgrade() -> None:
    """Add them."""
    undertakings()
    watched()
    forms_of_award(AFTER, "NOT IN ('title', 'in_kind')")
    op.create_check_constraint(
        op.f("ck_decision_mentoring_is_in_hours"),
        "decision",
        "unit IS NULL OR (instrument = 'mentoring') = (unit = 'hour')",
    )
    instruments()


def downgrade() -> None:
    """Take them away."""
    op.execute("DROP TRIGGER decision_fits_its_envelope ON decision")
    op.execute("DROP FUNCTION decision_fits_its_envelope()")
    op.drop_constraint(op.f("ck_decision_mentoring_is_in_hours"), "decision")
    forms_of_award(BEFORE, "<> 'title'")
    for table in (
        *("envelope_family", "instrument_fit", "watch_override", "aid_ruling"),
        *("capital_statement", "linked_undertaking"),
    ):
        op.drop_table(table)
