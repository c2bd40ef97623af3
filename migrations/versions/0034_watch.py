"""The legal watch, forms of award against their envelopes, financial reports, repaid advances."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0034"
down_revision = "0033"

FUNCTIONS = Path(__file__).parent.parent / "sql" / "0034_watch.sql"
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


def forms_of_award(known: str, undrawn: str, **options: bool) -> None:
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
            op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, rule, **options)


REPORT_CHECKS = (
    ("state_is_known", "state IN ('expected', 'submitted', 'returned', 'accepted', 'excused')"),
    ("due_after_the_year", "due_on > year_ends_on"),
    (
        "submitted_has_its_instant",
        "state NOT IN ('submitted', 'returned', 'accepted') OR submitted_at IS NOT NULL",
    ),
    ("submitted_by_somebody", "(submitted_at IS NULL) = (submitted_by IS NULL)"),
    (
        "ruled_by_somebody",
        (
            "(state IN ('returned', 'accepted', 'excused')) <= (ruled_at IS NOT NULL)"
            " AND (ruled_at IS NULL) = (ruled_by IS NULL)"
        ),
    ),
    ("reason_is_given", "state NOT IN ('returned', 'excused') OR btrim(reason) <> ''"),
)
PART_CHECKS = (
    ("state_is_known", "state IN ('planned', 'asked', 'repaid', 'waived')"),
    ("amount_is_positive", "amount_cents > 0"),
    ("position_is_positive", "position > 0"),
    (
        "repaid_matches_state",
        (
            "(state = 'repaid') = (repaid_on IS NOT NULL)"
            " AND (repaid_on IS NULL OR asked_on IS NOT NULL)"
        ),
    ),
    ("asked_matches_state", "(state IN ('asked', 'repaid')) <= (asked_on IS NOT NULL)"),
    (
        "waived_by_an_act",
        (
            "(state = 'waived') = (waived_on IS NOT NULL)"
            " AND (waived_on IS NULL) = (waived_by IS NULL)"
            " AND (waived_on IS NULL) = (btrim(act) = '')"
        ),
    ),
)


def about_an_award(table: str) -> list[sa.schema.SchemaItem]:
    """The columns of what hangs on an award, with what they refer to."""
    names = ("decision", "application", "funder")
    return [
        *(uuid(f"{name}_id") for name in names),
        *(to(table, f"{name}_id", name) for name in names),
    ]


def reports() -> None:
    table = "financial_report"
    op.create_table(
        table,
        *row(),
        *about_an_award(table),
        day("year_ends_on"),
        day("due_on"),
        word("state"),
        sa.Column("lines", JSONB(), server_default="{}", nullable=False),
        sa.Column("narrative", JSONB(), server_default="{}", nullable=False),
        sa.Column("version", sa.Integer(), server_default="0", nullable=False),
        at("saved_at", empty=True),
        at("submitted_at", empty=True),
        uuid("submitted_by", empty=True),
        at("ruled_at", empty=True),
        uuid("ruled_by", empty=True),
        text("reason", default=True),
        key(table),
        to(table, "submitted_by", "person"),
        to(table, "ruled_by", "person"),
        sa.UniqueConstraint("decision_id", name=f"uq_{table}_decision_id"),
        *(check(table, name, rule) for name, rule in REPORT_CHECKS),
    )
    op.create_index(
        "ix_financial_report_funder_id_state_due_on", table, ["funder_id", "state", "due_on"]
    )
    op.create_index("ix_financial_report_application_id", table, ["application_id"])
    table = "financial_report_file"
    op.create_table(
        table,
        *row(),
        uuid("report_id"),
        uuid("stored_file_id"),
        key(table),
        to(table, "report_id", "financial_report"),
        to(table, "stored_file_id", "stored_file"),
    )
    op.create_index("ix_financial_report_file_report_id", table, ["report_id"])


def advances() -> None:
    table = "advance_part"
    op.create_table(
        table,
        *row(),
        *about_an_award(table),
        sa.Column("position", sa.Integer(), nullable=False),
        day("due_on"),
        amount("amount_cents"),
        word("state"),
        day("asked_on", empty=True),
        day("repaid_on", empty=True),
        text("reference", default=True),
        day("waived_on", empty=True),
        uuid("waived_by", empty=True),
        text("act", default=True),
        key(table),
        to(table, "waived_by", "person"),
        sa.UniqueConstraint("decision_id", "position", name="uq_advance_part_decision_id_position"),
        *(check(table, name, rule) for name, rule in PART_CHECKS),
    )
    op.create_index(
        "ix_advance_part_funder_id_state_due_on", table, ["funder_id", "state", "due_on"]
    )
    op.create_index("ix_advance_part_application_id", table, ["application_id"])


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
    reports()
    advances()
    with op.get_bind().connection.cursor() as cursor:  # the driver itself: `%` stays `%`
        cursor.execute(FUNCTIONS.read_text(encoding="utf-8"))


def downgrade() -> None:
    """Take them away."""
    for table in (
        *("calendar_link", "due_reminder", "advance_part"),
        *("financial_report_file", "financial_report"),
    ):
        op.drop_table(table)
    for function in ("advance_parts_fit", "financial_report_stays"):
        op.execute(f"DROP FUNCTION {function}()")
    op.execute("DROP TRIGGER decision_fits_its_envelope ON decision")
    op.execute("DROP FUNCTION decision_fits_its_envelope()")
    op.drop_constraint(op.f("ck_decision_mentoring_is_in_hours"), "decision")
    # What was given in a newer form stays as it was given; nothing more is.
    forms_of_award(BEFORE, "<> 'title'", postgresql_not_valid=True)
    for table in (
        *("envelope_family", "instrument_fit", "watch_override", "aid_ruling"),
        *("capital_statement", "linked_undertaking"),
    ):
        op.drop_table(table)
