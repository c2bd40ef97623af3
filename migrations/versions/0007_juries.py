"""Seats, recusals, assignments, reviews, marks, rankings, and the walls around them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

NOW = sa.text("now()")
INSTANT = sa.DateTime(timezone=True)

# A closed jury is closed for everybody, raw SQL included. KEY SHARE waits for whoever is
# closing it at this instant (close_jury takes FOR UPDATE), and for nobody else.
JURY_IS_OPEN = """
CREATE FUNCTION jury_is_open(the_jury uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE closed timestamptz;
BEGIN
    SELECT closed_at INTO closed FROM jury WHERE id = the_jury FOR KEY SHARE;
    IF closed IS NOT NULL THEN
        RAISE EXCEPTION 'jury % is closed', the_jury
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
END $$
"""

# Totals are computed once, with the weights and scales of that day.
CRITERION_GUARD = """
CREATE FUNCTION criterion_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM review WHERE jury_id = OLD.jury_id) THEN
        RAISE EXCEPTION 'jury % has scored: its criteria stay', OLD.jury_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$
"""

JURY_GUARD = """
CREATE FUNCTION of_an_open_jury() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM jury_is_open(OLD.jury_id);
        RETURN OLD;
    END IF;
    PERFORM jury_is_open(NEW.jury_id);
    RETURN NEW;
END $$
"""

# A person who accepts a seat may have been recused before anyone knew whose seat it was.
SEAT_IS_TAKEN = """
CREATE FUNCTION seat_is_taken() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE assignment SET withdrawn_at = NEW.accepted_at
    FROM recusal
    WHERE assignment.seat_id = NEW.id AND assignment.withdrawn_at IS NULL
      AND recusal.application_id = assignment.application_id
      AND recusal.person_id = NEW.person_id;
    RETURN NULL;
END $$
"""

# KEY SHARE on the seat makes writer and recusal wait for one another (recusal_applies takes
# FOR UPDATE): whichever comes second sees the first.
NOT_RECUSED = """
CREATE FUNCTION seat_is_not_recused(the_seat uuid, application uuid) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE reader uuid;
BEGIN
    SELECT person_id INTO reader FROM seat WHERE id = the_seat FOR KEY SHARE;
    IF EXISTS (SELECT FROM recusal WHERE application_id = application AND person_id = reader) THEN
        RAISE EXCEPTION 'seat % is recused from application %', the_seat, application
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
END $$
"""

# The order in which one juror reads: random, the same at every reload, nobody else's.
ASSIGNMENT_GUARD = """
CREATE FUNCTION assignment_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM jury_is_open(OLD.jury_id);
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' AND (OLD.jury_id, OLD.seat_id, OLD.application_id, OLD.draw)
            IS DISTINCT FROM (NEW.jury_id, NEW.seat_id, NEW.application_id, NEW.draw) THEN
        RAISE EXCEPTION 'assignment % stays what it is', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    PERFORM jury_is_open(NEW.jury_id);
    IF NEW.withdrawn_at IS NULL THEN
        PERFORM seat_is_not_recused(NEW.seat_id, NEW.application_id);
    END IF;
    NEW.draw := md5(NEW.seat_id::text || NEW.application_id::text)::uuid;
    RETURN NEW;
END $$
"""

REVIEW_GUARD = """
CREATE FUNCTION review_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.state = 'final' THEN
            RAISE EXCEPTION 'review % is final', OLD.id
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        PERFORM jury_is_open(OLD.jury_id);
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF (OLD.jury_id, OLD.seat_id, OLD.application_id)
                IS DISTINCT FROM (NEW.jury_id, NEW.seat_id, NEW.application_id)
           OR OLD.set_aside_at IS NOT NULL
           OR (OLD.state = 'final' AND (to_jsonb(OLD) - 'set_aside_at')
                <> (to_jsonb(NEW) - 'set_aside_at')) THEN
            RAISE EXCEPTION 'review % is final', OLD.id
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        IF NEW.set_aside_at IS NOT NULL THEN RETURN NEW; END IF;
    END IF;
    PERFORM jury_is_open(NEW.jury_id);
    PERFORM seat_is_not_recused(NEW.seat_id, NEW.application_id);
    IF NOT EXISTS (SELECT FROM assignment a WHERE a.jury_id = NEW.jury_id
                   AND a.seat_id = NEW.seat_id AND a.application_id = NEW.application_id
                   AND a.withdrawn_at IS NULL) THEN
        RAISE EXCEPTION 'seat % does not read application %', NEW.seat_id, NEW.application_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$
"""

# One look for a whole statement: a juror saves all marks at once.
MARKS_GUARD = """
CREATE FUNCTION marks_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM written w
        JOIN review r ON r.id = w.review_id
        JOIN jury j ON j.id = r.jury_id
        JOIN criterion c ON c.id = w.criterion_id
        WHERE w.value > c.scale_max OR c.jury_id <> r.jury_id
           OR r.state = 'final' OR r.set_aside_at IS NOT NULL OR j.closed_at IS NOT NULL) THEN
        RAISE EXCEPTION 'a mark is off its scale, of another jury, or of a review that is final'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$
"""

# A mark that goes with its draft (ON DELETE CASCADE) finds no review here, and may go.
MARK_REMOVAL_GUARD = """
CREATE FUNCTION mark_removal_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM review r JOIN jury j ON j.id = r.jury_id WHERE r.id = OLD.review_id
               AND (r.state = 'final' OR j.closed_at IS NOT NULL)) THEN
        RAISE EXCEPTION 'review % is final', OLD.review_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN OLD;
END $$
"""

# What is closed stays as it was published: there the wall holds in the queries alone.
RECUSAL_APPLIES = """
CREATE FUNCTION recusal_applies() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE seats uuid[];
BEGIN
    PERFORM FROM jury WHERE id IN (SELECT jury_id FROM seat WHERE person_id = NEW.person_id)
        ORDER BY id FOR KEY SHARE;  -- juries, then seats: the order of everyone else
    SELECT array_agg(locked.id) INTO seats FROM (
        SELECT s.id FROM seat s JOIN jury j ON j.id = s.jury_id
        WHERE s.person_id = NEW.person_id AND j.closed_at IS NULL
        ORDER BY s.id FOR UPDATE OF s) AS locked;
    DELETE FROM review
        WHERE seat_id = ANY (seats) AND application_id = NEW.application_id AND state = 'draft';
    UPDATE review SET set_aside_at = NEW.declared_at WHERE seat_id = ANY (seats)
        AND application_id = NEW.application_id AND set_aside_at IS NULL;
    UPDATE assignment SET withdrawn_at = NEW.declared_at WHERE seat_id = ANY (seats)
        AND application_id = NEW.application_id AND withdrawn_at IS NULL;
    RETURN NULL;
END $$
"""

FUNCTIONS = {
    "jury_is_open(uuid)": JURY_IS_OPEN,
    "seat_is_not_recused(uuid, uuid)": NOT_RECUSED,
    "of_an_open_jury()": JURY_GUARD,
    "criterion_guard()": CRITERION_GUARD,
    "seat_is_taken()": SEAT_IS_TAKEN,
    "assignment_guard()": ASSIGNMENT_GUARD,
    "review_guard()": REVIEW_GUARD,
    "marks_guard()": MARKS_GUARD,
    "mark_removal_guard()": MARK_REMOVAL_GUARD,
    "recusal_applies()": RECUSAL_APPLIES,
}

TRIGGERS = (
    ("closed_jury_stays", "BEFORE UPDATE OR DELETE", "jury", "refuse_change"),
    ("criterion_guard", "BEFORE UPDATE OR DELETE", "criterion", "criterion_guard"),
    ("seat_guard", "BEFORE INSERT OR UPDATE OR DELETE", "seat", "of_an_open_jury"),
    ("seat_is_taken", "AFTER UPDATE OF person_id", "seat", "seat_is_taken"),
    ("assignment_guard", "BEFORE INSERT OR UPDATE OR DELETE", "assignment", "assignment_guard"),
    ("review_guard", "BEFORE INSERT OR UPDATE OR DELETE", "review", "review_guard"),
    ("marks_guard_insert", "AFTER INSERT", "mark", "marks_guard"),
    ("marks_guard_update", "AFTER UPDATE", "mark", "marks_guard"),
    ("mark_removal_guard", "BEFORE DELETE", "mark", "mark_removal_guard"),
    ("recusal_applies", "AFTER INSERT", "recusal", "recusal_applies"),
    ("ranking_guard", "BEFORE INSERT", "ranking", "of_an_open_jury"),
    ("ranking_line_guard", "BEFORE INSERT", "ranking_line", "of_an_open_jury"),
)
EACH = {
    "closed_jury_stays": "FOR EACH ROW WHEN (OLD.closed_at IS NOT NULL)",
    "seat_is_taken": "FOR EACH ROW WHEN (NEW.person_id IS NOT NULL)",
    "marks_guard_insert": "REFERENCING NEW TABLE AS written FOR EACH STATEMENT",
    "marks_guard_update": "REFERENCING NEW TABLE AS written FOR EACH STATEMENT",
}


def row() -> tuple[sa.Column, sa.Column]:
    born = sa.Column("created_at", INSTANT, server_default=NOW, nullable=False)
    return sa.Column("id", sa.Uuid(), nullable=False), born


def to(table: str, column: str, target: str, **options: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{column}"
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name, **options)


def check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def upgrade() -> None:
    seats()
    readings()
    rankings()
    for function in FUNCTIONS.values():
        op.execute(function)
    for name, moment, table, function in TRIGGERS:
        each = EACH.get(name, "FOR EACH ROW")
        op.execute(
            f"CREATE TRIGGER {name} {moment} ON {table} {each} EXECUTE FUNCTION {function}()"
        )
    for table in ("recusal", "ranking", "ranking_line"):
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


SEAT_CHECKS = (
    ("role_is_known", "role IN ('juror', 'chair')"),
    ("accepting_is_accepting_the_charter", "(accepted_at IS NULL) = (charter_accepted_at IS NULL)"),
    (
        "who_accepts_is_known_and_did_not_decline",
        "accepted_at IS NULL OR (person_id IS NOT NULL AND declined_at IS NULL)",
    ),
)


def seats() -> None:
    op.create_table(
        "seat",
        *row(),
        sa.Column("jury_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid()),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("invited_at", INSTANT, nullable=False),
        sa.Column("accepted_at", INSTANT),
        sa.Column("charter_accepted_at", INSTANT),
        sa.Column("declined_at", INSTANT),
        sa.Column("decline_reason", sa.String()),
        sa.PrimaryKeyConstraint("id", name="pk_seat"),
        sa.UniqueConstraint("jury_id", "email", name="uq_seat_jury_id_email"),
        sa.UniqueConstraint("jury_id", "person_id", name="uq_seat_jury_id_person_id"),
        to("seat", "jury_id", "jury"),
        to("seat", "person_id", "person"),
        *(check("seat", name, rule) for name, rule in SEAT_CHECKS),
    )
    op.create_index("ix_seat_person_id", "seat", ["person_id"])
    pair = ("application_id", "person_id")
    op.create_table(
        "recusal",
        *row(),
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in pair),
        sa.Column("jury_id", sa.Uuid()),
        sa.Column("origin", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("declared_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_recusal"),
        sa.UniqueConstraint(*pair, name="uq_recusal_application_id_person_id"),
        *(to("recusal", name, name.removesuffix("_id")) for name in (*pair, "jury_id")),
        check("recusal", "origin_is_known", "origin IN ('declared', 'imposed')"),
    )
    op.create_index("ix_recusal_person_id", "recusal", ["person_id"])


def readings() -> None:
    triple = ("jury_id", "seat_id", "application_id")
    op.create_table(
        "assignment",
        *row(),
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in triple),
        sa.Column("draw", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("withdrawn_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_assignment"),
        sa.UniqueConstraint(*triple, name="uq_assignment_jury_id_seat_id_application_id"),
        *(to("assignment", name, name.removesuffix("_id")) for name in triple),
    )
    op.create_index("ix_assignment_seat_id_draw", "assignment", ["seat_id", "draw"])
    op.create_index("ix_assignment_application_id", "assignment", ["application_id"])
    both = ["jury_id", "application_id"]
    op.create_index("ix_assignment_jury_id_application_id", "assignment", both)
    op.create_table(
        "review",
        *row(),
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in triple),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("total", sa.Integer()),
        sa.Column("comment_jury", sa.String(), server_default="", nullable=False),
        sa.Column("comment_applicant", sa.String(), server_default="", nullable=False),
        sa.Column("private_note", sa.String(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("finalised_at", INSTANT),
        sa.Column("set_aside_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_review"),
        sa.UniqueConstraint(*triple, name="uq_review_jury_id_seat_id_application_id"),
        *(to("review", name, name.removesuffix("_id")) for name in triple),
        check("review", "state_is_known", "state IN ('draft', 'final', 'abstained')"),
        check("review", "finalised_at_matches_state", "(state = 'draft') = (finalised_at IS NULL)"),
        check("review", "total_matches_state", "(state = 'final') = (total IS NOT NULL)"),
        check("review", "total_is_out_of_100", "total BETWEEN 0 AND 100000"),
    )
    op.create_index("ix_review_seat_id_application_id", "review", ["seat_id", "application_id"])
    op.create_index("ix_review_application_id", "review", ["application_id"])
    op.create_index(
        "ix_review_counted",
        "review",
        ["jury_id", "application_id", "total"],
        postgresql_where=sa.text("state = 'final' AND set_aside_at IS NULL"),
    )
    op.create_table(
        "mark",
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("criterion_id", sa.Uuid(), nullable=False),
        sa.Column("value", sa.SmallInteger()),
        sa.PrimaryKeyConstraint("review_id", "criterion_id", name="pk_mark"),
        to("mark", "review_id", "review", ondelete="CASCADE"),
        to("mark", "criterion_id", "criterion"),
        check("mark", "value_is_not_negative", "value >= 0"),
    )


def rankings() -> None:
    op.create_table(
        "ranking",
        *row(),
        sa.Column("jury_id", sa.Uuid(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("inputs_sha256", sa.String(), nullable=False),
        sa.Column("frozen_by", sa.Uuid(), nullable=False),
        sa.Column("frozen_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ranking"),
        sa.UniqueConstraint("jury_id", name="uq_ranking_jury_id"),
        to("ranking", "jury_id", "jury"),
        check("ranking", "inputs_sha256_is_hexadecimal", "inputs_sha256 ~ '^[0-9a-f]{64}$'"),
    )
    pair = ("jury_id", "application_id")
    figures = ("rank", "mean", "median", "dispersion")
    op.create_table(
        "ranking_line",
        *row(),
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in pair),
        *(sa.Column(name, sa.Integer()) for name in figures),
        sa.Column("scores", sa.Integer(), nullable=False),
        sa.Column("abstentions", sa.Integer(), nullable=False),
        sa.Column("frozen_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ranking_line"),
        sa.UniqueConstraint(*pair, name="uq_ranking_line_jury_id_application_id"),
        *(to("ranking_line", name, name.removesuffix("_id")) for name in pair),
        check("ranking_line", "only_the_scored_are_ranked", "(scores = 0) = (rank IS NULL)"),
    )
    op.create_index("ix_ranking_line_application_id", "ranking_line", ["application_id"])


def downgrade() -> None:
    op.execute("DROP TRIGGER closed_jury_stays ON jury")
    op.execute("DROP TRIGGER criterion_guard ON criterion")
    tables = ("ranking_line", "ranking", "mark", "review", "assignment", "recusal", "seat")
    for table in tables:
        op.drop_table(table)
    for signature in reversed(FUNCTIONS):
        op.execute(f"DROP FUNCTION {signature}")
