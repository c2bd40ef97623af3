"""Scenarios, opinions of funders, who covers what is missing, waiting lists."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0030"
down_revision = "0029"

INSTANT = sa.DateTime(timezone=True)
OUTCOMES = "outcome IN ('award', 'refusal', 'waitlist')"

# What a line says, as history keeps it.
SAYS = """
CREATE FUNCTION scenario_line_says(line scenario_line) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object('outcome', line.outcome, 'instrument', line.instrument,
        'envelope', line.envelope_id, 'base', line.base, 'amount', line.amount,
        'rate', line.rate, 'reason', line.reason)
$$
"""
# A line belongs to its application for ever, its versions count up by one and each leaves its
# trace; and what was accepted stays as it was, apart from being noted as accepted.
LINE_GUARD = """
CREATE FUNCTION scenario_line_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE'
       OR (OLD.scenario_id, OLD.application_id) IS DISTINCT FROM
          (NEW.scenario_id, NEW.application_id) THEN
        RAISE EXCEPTION 'line % stays where it is', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF scenario_line_says(OLD) IS NOT DISTINCT FROM scenario_line_says(NEW) THEN
        RETURN NEW;
    END IF;
    IF EXISTS (SELECT FROM scenario WHERE id = OLD.scenario_id AND accepted_at IS NOT NULL) THEN
        RAISE EXCEPTION 'scenario % was accepted', OLD.scenario_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.version <> OLD.version + 1 THEN
        RAISE EXCEPTION 'versions of line % count up', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    INSERT INTO scenario_change (id, scenario_id, line_id, application_id, version, changed_by,
                                 changed_at, before, after)
    VALUES (gen_random_uuid(), OLD.scenario_id, OLD.id, OLD.application_id, NEW.version,
            NEW.changed_by, NEW.changed_at, scenario_line_says(OLD), scenario_line_says(NEW));
    RETURN NEW;
END $$
"""
# What was settled about a place on a waiting list stays settled.
PLACE_GUARD = """
CREATE FUNCTION waiting_place_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.settled_at IS NOT NULL
       OR (OLD.envelope_id, OLD.application_id) IS DISTINCT FROM
          (NEW.envelope_id, NEW.application_id) THEN
        RAISE EXCEPTION 'place % stays as it is', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$
"""


def row() -> tuple[sa.Column, sa.Column]:
    born = sa.Column("created_at", INSTANT, server_default=sa.text("now()"), nullable=False)
    return sa.Column("id", sa.Uuid(), nullable=False), born


def ids(*names: str, nullable: bool = False) -> list[sa.Column]:
    return [sa.Column(name, sa.Uuid(), nullable=nullable) for name in names]


def at(*names: str, nullable: bool = False) -> list[sa.Column]:
    return [sa.Column(name, INSTANT, nullable=nullable) for name in names]


def amounts(*names: str, nullable: bool = False) -> list[sa.Column]:
    return [sa.Column(name, sa.BigInteger(), nullable=nullable) for name in names]


def words(*names: str) -> list[sa.Column]:
    return [sa.Column(name, sa.String(), server_default="", nullable=False) for name in names]


def coded(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.String(40), nullable=nullable)


def to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))


def check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def unique(table: str, *columns: str, **given: object) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"), **given)


def key(table: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))


def indexed(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))


def upgrade() -> None:
    """Add them."""
    scenarios()
    lines()
    changes()
    opinions()
    covers()
    places()
    op.add_column("proposal", sa.Column("tops_up_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_proposal_tops_up_id"), "proposal", "decision", ["tops_up_id"], ["id"]
    )
    for function in (SAYS, LINE_GUARD, PLACE_GUARD):
        op.execute(function)
    op.execute(
        "CREATE TRIGGER scenario_line_guard BEFORE UPDATE OR DELETE ON scenario_line "
        "FOR EACH ROW EXECUTE FUNCTION scenario_line_guard()"
    )
    op.execute(
        "CREATE TRIGGER scenario_change_append_only BEFORE UPDATE OR DELETE ON scenario_change "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER waiting_place_guard BEFORE UPDATE OR DELETE ON waiting_place "
        "FOR EACH ROW EXECUTE FUNCTION waiting_place_guard()"
    )


def scenarios() -> None:
    table = "scenario"
    op.create_table(
        table,
        *row(),
        *ids("call_id", "funder_id"),
        sa.Column("name", sa.String(), nullable=False),
        *ids("made_by"),
        *at("made_at"),
        *ids("copied_from", "job_id", nullable=True),
        sa.Column("rules", JSONB(), nullable=True),
        sa.Column("lacks", JSONB(), server_default="[]", nullable=False),
        *at("accepted_at", nullable=True),
        *ids("accepted_by", nullable=True),
        key(table),
        unique(table, "call_id", "funder_id", "name"),
        unique(table, "job_id"),
        to(table, "call_id", "call"),
        to(table, "funder_id", "funder"),
        to(table, "made_by", "person"),
        to(table, "copied_from", "scenario"),
        to(table, "job_id", "job"),
        to(table, "accepted_by", "person"),
        check(table, "is_named", "btrim(name) <> ''"),
        check(table, "rules_come_with_a_job", "(job_id IS NULL) = (rules IS NULL)"),
        check(
            table,
            "acceptance_has_an_author",
            "(accepted_at IS NULL) = (accepted_by IS NULL)",
        ),
    )
    indexed(table, "funder_id")


def lines() -> None:
    table = "scenario_line"
    op.create_table(
        table,
        *row(),
        *ids("scenario_id", "application_id"),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=True),
        *amounts("base"),
        *amounts("aid_room", nullable=True),
        *words("commune", "town", "territory"),
        sa.Column("qpv", sa.Boolean(), nullable=True),
        coded("outcome", nullable=True),
        coded("instrument", nullable=True),
        *ids("envelope_id", nullable=True),
        *amounts("amount", nullable=True),
        sa.Column("rate", sa.Integer(), nullable=True),
        *words("reason"),
        sa.Column("why", JSONB(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="0", nullable=False),
        *ids("changed_by"),
        *at("changed_at"),
        *at("accepted_at", nullable=True),
        key(table),
        unique(table, "scenario_id", "application_id"),
        to(table, "scenario_id", "scenario"),
        to(table, "application_id", "application"),
        to(table, "envelope_id", "ledger_envelope"),
        to(table, "changed_by", "person"),
        *line_checks(table),
    )
    indexed(table, "scenario_id", "place")
    indexed(table, "application_id")


def line_checks(table: str) -> list[sa.CheckConstraint]:
    return [
        check(table, "outcome_is_known", OUTCOMES),
        check(
            table,
            "award_has_a_form",
            "(outcome IS NOT DISTINCT FROM 'award') = (instrument IS NOT NULL)",
        ),
        check(
            table,
            "amount_matches_outcome",
            "(amount IS NULL) = (envelope_id IS NULL)"
            " AND (amount IS NULL OR (amount > 0 AND instrument IS NOT NULL))",
        ),
        check(table, "bounds_are_not_negative", "base >= 0 AND aid_room >= 0"),
        check(table, "amount_is_within_the_base", "amount <= base"),
        check(table, "rate_is_a_share", "rate BETWEEN 1 AND 10000"),
        check(
            table,
            "amount_follows_the_rate",
            "rate IS NULL OR (amount IS NOT NULL AND amount = (base * rate + 5000) / 10000)",
        ),
        check(table, "version_is_not_negative", "version >= 0"),
    ]


def changes() -> None:
    table = "scenario_change"
    op.create_table(
        table,
        *row(),
        *ids("scenario_id", "line_id", "application_id"),
        sa.Column("version", sa.Integer(), nullable=False),
        *ids("changed_by"),
        *at("changed_at"),
        sa.Column("before", JSONB(), nullable=False),
        sa.Column("after", JSONB(), nullable=False),
        key(table),
        unique(table, "line_id", "version"),
        to(table, "scenario_id", "scenario"),
        to(table, "line_id", "scenario_line"),
        to(table, "application_id", "application"),
        to(table, "changed_by", "person"),
    )
    indexed(table, "scenario_id", "changed_at")


def opinions() -> None:
    table = "funder_opinion"
    op.create_table(
        table,
        *row(),
        *ids("application_id", "funder_id"),
        coded("view"),
        *words("note"),
        *ids("said_by"),
        *at("said_at"),
        key(table),
        unique(table, "application_id", "funder_id"),
        to(table, "application_id", "application"),
        to(table, "funder_id", "funder"),
        to(table, "said_by", "person"),
        check(table, "view_is_known", "view IN ('favourable', 'reserved', 'unfavourable')"),
        check(table, "doubt_has_a_reason", "view = 'favourable' OR note <> ''"),
    )


def covers() -> None:
    table = "financing_cover"
    op.create_table(
        table,
        *row(),
        *ids("application_id"),
        coded("source"),
        *amounts("amount"),
        *words("note"),
        *ids("said_by"),
        *at("said_at"),
        *ids("taken_back_by", nullable=True),
        *at("taken_back_at", nullable=True),
        key(table),
        to(table, "application_id", "application"),
        to(table, "said_by", "person"),
        to(table, "taken_back_by", "person"),
        check(table, "source_is_known", "source IN ('own', 'private', 'public', 'smaller')"),
        check(table, "amount_is_positive", "amount > 0"),
        check(
            table,
            "taking_back_has_an_author",
            "(taken_back_at IS NULL) = (taken_back_by IS NULL)",
        ),
    )
    indexed(table, "application_id")


def places() -> None:
    table = "waiting_place"
    op.create_table(
        table,
        *row(),
        *ids("call_id", "funder_id", "envelope_id", "application_id"),
        *ids("decision_id", nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        *amounts("wanted"),
        coded("state"),
        *ids("added_by"),
        *at("added_at"),
        *amounts("offered", nullable=True),
        *at("offered_at", nullable=True),
        sa.Column("problems", JSONB(), server_default="[]", nullable=False),
        *words("draft", "reason"),
        *ids("settled_by", nullable=True),
        *at("settled_at", nullable=True),
        key(table),
        unique(table, "envelope_id", "position", deferrable=True, initially="DEFERRED"),
        to(table, "call_id", "call"),
        to(table, "funder_id", "funder"),
        to(table, "envelope_id", "ledger_envelope"),
        to(table, "application_id", "application"),
        to(table, "decision_id", "decision"),
        to(table, "added_by", "person"),
        to(table, "settled_by", "person"),
        *place_checks(table),
    )
    indexed(table, "call_id")
    indexed(table, "application_id")
    for name, columns, where in (
        ("live", ["envelope_id", "application_id"], "state IN ('waiting', 'offered')"),
        ("offered", ["envelope_id"], "state = 'offered'"),
    ):
        op.create_index(
            f"uq_waiting_place_{name}", table, columns, unique=True, postgresql_where=sa.text(where)
        )


def place_checks(table: str) -> list[sa.CheckConstraint]:
    return [
        check(table, "state_is_known", "state IN ('waiting', 'offered', 'accepted', 'passed')"),
        check(table, "it_counts", "position > 0 AND wanted > 0"),
        check(table, "offer_is_within_what_is_wanted", "offered BETWEEN 1 AND wanted"),
        check(
            table,
            "offer_has_an_amount",
            "(offered IS NULL) = (offered_at IS NULL)"
            " AND (state NOT IN ('offered', 'accepted') OR offered IS NOT NULL)",
        ),
        check(
            table,
            "settled_by_somebody",
            "(state IN ('accepted', 'passed')) = (settled_at IS NOT NULL)"
            " AND (settled_at IS NULL) = (settled_by IS NULL)",
        ),
        check(table, "passing_has_a_reason", "state <> 'passed' OR btrim(reason) <> ''"),
    ]


def downgrade() -> None:
    """Take them away."""
    op.drop_column("proposal", "tops_up_id")
    for table in (
        "waiting_place",
        "financing_cover",
        "funder_opinion",
        "scenario_change",
    ):
        op.drop_table(table)
    op.execute("DROP FUNCTION waiting_place_guard()")
    op.execute("DROP TRIGGER scenario_line_guard ON scenario_line")
    op.execute("DROP FUNCTION scenario_line_guard()")
    op.execute("DROP FUNCTION scenario_line_says(scenario_line)")
    op.drop_table("scenario_line")
    op.drop_table("scenario")
