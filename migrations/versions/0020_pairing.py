"""Preferences of jurors, computed assignments; rankings with versions and their bundles."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0020"
down_revision = "0019"

INSTANT = sa.DateTime(timezone=True)
SHA256 = "{} ~ '^[0-9a-f]{{64}}$'"

# What a juror would rather read is said of an open jury, and never of what one is recused from.
PREFERENCE_GUARD = """
CREATE FUNCTION reading_preference_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM jury_is_open((SELECT jury_id FROM seat WHERE id = NEW.seat_id));
    PERFORM seat_is_not_recused(NEW.seat_id, NEW.application_id);
    RETURN NEW;
END $$
"""

# Tens of thousands of readings are given in one statement: locks and looks are taken once for
# all of them. As in 0007: juries, then seats; then whoever was recused meanwhile is seen.
ASSIGNMENTS_GUARD = """
CREATE FUNCTION assignments_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE wrong uuid;
BEGIN
    PERFORM jury_is_open(each_one.jury_id)
        FROM (SELECT DISTINCT jury_id FROM written ORDER BY jury_id) each_one;
    PERFORM FROM seat WHERE id IN (SELECT seat_id FROM written WHERE withdrawn_at IS NULL)
        ORDER BY id FOR KEY SHARE;
    SELECT w.application_id INTO wrong FROM written w
        JOIN seat s ON s.id = w.seat_id
        JOIN recusal r ON r.application_id = w.application_id AND r.person_id = s.person_id
        WHERE w.withdrawn_at IS NULL LIMIT 1;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'a seat is recused from application %', wrong
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$
"""
# The order in which one juror reads: random, the same at every reload, nobody else's.
ASSIGNMENT_DRAW = """
CREATE FUNCTION assignment_draw() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.draw := md5(NEW.seat_id::text || NEW.application_id::text)::uuid;
    RETURN NEW;
END $$
"""

# A closed jury opens again in one way: its closing, and nothing else of it, is taken back after
# somebody asked for that with a reason and somebody else granted it.
CLOSED_JURY = """
CREATE FUNCTION closed_jury_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.closed_at IS NULL
       AND (to_jsonb(OLD) - 'closed_at') = (to_jsonb(NEW) - 'closed_at')
       AND EXISTS (SELECT FROM jury_reopening o WHERE o.jury_id = OLD.id AND o.granted
                   AND o.version = (SELECT max(version) FROM ranking WHERE jury_id = OLD.id)) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'jury % is closed', OLD.id USING ERRCODE = 'integrity_constraint_violation';
END $$
"""
# A request is answered once, and only about the ranking that stands; and not once somebody was
# told a decision that rests on it.
REOPENING_GUARD = """
CREATE FUNCTION jury_reopening_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (TG_OP = 'UPDATE' AND (OLD.settled_at IS NOT NULL
       OR (OLD.id, OLD.jury_id, OLD.version, OLD.reason, OLD.asked_by, OLD.asked_at)
          IS DISTINCT FROM
          (NEW.id, NEW.jury_id, NEW.version, NEW.reason, NEW.asked_by, NEW.asked_at))) THEN
        RAISE EXCEPTION 'reopening % stays as it is', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.version IS DISTINCT FROM (SELECT max(version) FROM ranking WHERE jury_id = NEW.jury_id)
       OR NOT EXISTS (SELECT FROM jury WHERE id = NEW.jury_id AND closed_at IS NOT NULL)
       OR (NEW.granted AND EXISTS (
            SELECT FROM ranking_line l JOIN decision d ON d.application_id = l.application_id
            WHERE l.jury_id = NEW.jury_id)) THEN
        RAISE EXCEPTION 'jury % is not to be reopened', NEW.jury_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$
"""
RANKING_VERSION = """
CREATE FUNCTION ranking_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.version <> (SELECT coalesce(max(version), 0) + 1 FROM ranking
                       WHERE jury_id = NEW.jury_id) THEN
        RAISE EXCEPTION 'rankings of jury % are numbered without gaps', NEW.jury_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$
"""
FUNCTIONS = {
    "reading_preference_guard()": PREFERENCE_GUARD,
    "assignments_guard()": ASSIGNMENTS_GUARD,
    "assignment_draw()": ASSIGNMENT_DRAW,
    "closed_jury_stays()": CLOSED_JURY,
    "jury_reopening_guard()": REOPENING_GUARD,
    "ranking_version()": RANKING_VERSION,
}
ROW = "FOR EACH ROW"
CLOSED = "FOR EACH ROW WHEN (OLD.closed_at IS NOT NULL)"
TRIGGERS = (
    ("reading_preference_guard", "BEFORE INSERT OR UPDATE", "reading_preference", ROW),
    ("jury_reopening_guard", "BEFORE INSERT OR UPDATE OR DELETE", "jury_reopening", ROW),
    ("ranking_version", "BEFORE INSERT", "ranking", ROW),
    ("assignment_draw", "BEFORE INSERT", "assignment", ROW),
    (
        "assignments_guard",
        "AFTER INSERT",
        "assignment",
        "REFERENCING NEW TABLE AS written FOR EACH STATEMENT",
    ),
    ("closed_jury_stays", "BEFORE UPDATE OR DELETE", "jury", CLOSED),
)


def row() -> tuple[sa.Column, sa.Column]:
    born = sa.Column("created_at", INSTANT, server_default=sa.text("now()"), nullable=False)
    return sa.Column("id", sa.Uuid(), nullable=False), born


def ids(*names: str, nullable: bool = False) -> list[sa.Column]:
    return [sa.Column(name, sa.Uuid(), nullable=nullable) for name in names]


def to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))


def check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def upgrade() -> None:
    """Add them."""
    op.execute("DROP TRIGGER closed_jury_stays ON jury")
    op.execute("DROP TRIGGER assignment_guard ON assignment")
    preferences()
    plans()
    versions()
    reopenings()
    for function in FUNCTIONS.values():
        op.execute(function)
    for name, moment, table, each in TRIGGERS:
        op.execute(f"CREATE TRIGGER {name} {moment} ON {table} {each} EXECUTE FUNCTION {name}()")
    guard_assignments("UPDATE OR DELETE")


def guard_assignments(moments: str) -> None:
    op.execute(
        f"CREATE TRIGGER assignment_guard BEFORE {moments} ON assignment "
        "FOR EACH ROW EXECUTE FUNCTION assignment_guard()"
    )


def preferences() -> None:
    table = "reading_preference"
    op.create_table(
        table,
        *row(),
        *ids("seat_id", "application_id"),
        sa.Column("liking", sa.String(40), nullable=False),
        sa.Column("said_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint(
            "seat_id", "application_id", name=op.f(f"uq_{table}_seat_id_application_id")
        ),
        to(table, "seat_id", "seat"),
        to(table, "application_id", "application"),
        check(table, "liking_is_known", "liking IN ('want', 'rather_not')"),
    )
    op.create_index(op.f(f"ix_{table}_application_id"), table, ["application_id"])


def plans() -> None:
    table = "assignment_plan"
    op.create_table(
        table,
        *row(),
        *ids("job_id", "jury_id"),
        sa.Column("options", JSONB(), nullable=False),
        sa.Column("found", sa.Boolean(), nullable=False),
        sa.Column("lacks", JSONB(), nullable=False),
        sa.Column("figures", JSONB(), nullable=False),
        sa.Column("base_sha256", sa.String(), nullable=False),
        sa.Column("application_ids", ARRAY(sa.Uuid()), nullable=False),
        sa.Column("seat_ids", ARRAY(sa.Uuid()), nullable=False),
        sa.Column("computed_at", INSTANT, nullable=False),
        sa.Column("applied_at", INSTANT, nullable=True),
        *ids("applied_by", nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("job_id", name=op.f(f"uq_{table}_job_id")),
        to(table, "job_id", "job"),
        to(table, "jury_id", "jury"),
        to(table, "applied_by", "person"),
        check(table, "base_sha256_is_hexadecimal", SHA256.format("base_sha256")),
        check(
            table,
            "pairs_have_two_sides",
            "cardinality(application_ids) = cardinality(seat_ids)",
        ),
        check(table, "it_is_applied_by_somebody", "(applied_at IS NULL) = (applied_by IS NULL)"),
        check(table, "only_what_was_found_is_applied", "found OR applied_at IS NULL"),
    )
    op.create_index(op.f(f"ix_{table}_jury_id_computed_at"), table, ["jury_id", "computed_at"])


def versions() -> None:
    for table in ("ranking", "ranking_line"):
        op.add_column(table, sa.Column("version", sa.Integer(), server_default="1", nullable=False))
        op.create_check_constraint(op.f(f"ck_{table}_version_counts"), table, "version > 0")
    op.drop_constraint("uq_ranking_jury_id", "ranking", type_="unique")
    op.create_unique_constraint(
        op.f("uq_ranking_jury_id_version"), "ranking", ["jury_id", "version"]
    )
    old = "uq_ranking_line_jury_id_application_id"
    op.drop_constraint(old, "ranking_line", type_="unique")
    op.create_unique_constraint(
        op.f("uq_ranking_line_jury_id_version_application_id"),
        "ranking_line",
        ["jury_id", "version", "application_id"],
    )
    op.add_column("ranking", sa.Column("bundle_id", sa.Uuid(), nullable=True))
    op.add_column("ranking", sa.Column("bundle_sha256", sa.String(), nullable=True))
    op.create_foreign_key(
        op.f("fk_ranking_bundle_id"), "ranking", "stored_file", ["bundle_id"], ["id"]
    )
    op.create_check_constraint(
        op.f("ck_ranking_bundle_sha256_is_hexadecimal"), "ranking", SHA256.format("bundle_sha256")
    )
    op.create_check_constraint(
        op.f("ck_ranking_bundle_has_its_hash"),
        "ranking",
        "(bundle_id IS NULL) = (bundle_sha256 IS NULL)",
    )


def reopenings() -> None:
    table = "jury_reopening"
    op.create_table(
        table,
        *row(),
        *ids("jury_id"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        *ids("asked_by"),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("granted", sa.Boolean(), server_default=sa.false(), nullable=False),
        *ids("settled_by", nullable=True),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        to(table, "jury_id", "jury"),
        to(table, "asked_by", "person"),
        to(table, "settled_by", "person"),
        check(table, "reason_is_given", "btrim(reason) <> ''"),
        check(table, "it_is_settled_by_somebody", "(settled_by IS NULL) = (settled_at IS NULL)"),
        check(
            table,
            "it_takes_two",
            "NOT granted OR (settled_by IS NOT NULL AND settled_by <> asked_by)",
        ),
    )
    op.create_index(
        "uq_jury_reopening_pending",
        table,
        ["jury_id"],
        unique=True,
        postgresql_where=sa.text("settled_at IS NULL"),
    )


def downgrade() -> None:
    """Take them away; of several rankings of one jury the last stays."""
    for name, _, table, _ in TRIGGERS:
        op.execute(f"DROP TRIGGER {name} ON {table}")
    op.execute("DROP TRIGGER assignment_guard ON assignment")
    op.drop_table("jury_reopening")
    for table in ("ranking", "ranking_line"):
        op.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_append_only")
    op.execute(
        "DELETE FROM ranking_line l WHERE version < "
        "(SELECT max(version) FROM ranking r WHERE r.jury_id = l.jury_id)"
    )
    op.execute(
        "DELETE FROM ranking l WHERE version < "
        "(SELECT max(version) FROM ranking r WHERE r.jury_id = l.jury_id)"
    )
    for table in ("ranking", "ranking_line"):
        op.execute(f"ALTER TABLE {table} ENABLE TRIGGER {table}_append_only")
    op.drop_column("ranking", "bundle_sha256")
    op.drop_column("ranking", "bundle_id")
    for table, name in (
        ("ranking", "uq_ranking_jury_id_version"),
        ("ranking_line", "uq_ranking_line_jury_id_version_application_id"),
    ):
        op.drop_constraint(name, table, type_="unique")
        op.drop_column(table, "version")
    op.create_unique_constraint("uq_ranking_jury_id", "ranking", ["jury_id"])
    op.create_unique_constraint(
        "uq_ranking_line_jury_id_application_id", "ranking_line", ["jury_id", "application_id"]
    )
    op.drop_table("assignment_plan")
    op.drop_table("reading_preference")
    for signature in reversed(FUNCTIONS):
        op.execute(f"DROP FUNCTION {signature}")
    op.execute(
        "CREATE TRIGGER closed_jury_stays BEFORE UPDATE OR DELETE ON jury "
        "FOR EACH ROW WHEN (OLD.closed_at IS NOT NULL) EXECUTE FUNCTION refuse_change()"
    )
    guard_assignments("INSERT OR UPDATE OR DELETE")
