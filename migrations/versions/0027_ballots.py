"""Jurors' ballots where a jury's rule asks for them, and what a ranking made of ballots says."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0027"
down_revision = "0026"


# A final ballot stays; it became final with its lines in it, within its rule.
BALLOT_GUARD = """
CREATE FUNCTION jury_ballot_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE the_jury jury%ROWTYPE; given bigint; spent bigint; most int;
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.state = 'final' THEN
        RAISE EXCEPTION 'ballot % is final', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        PERFORM jury_is_open(OLD.jury_id);
        RETURN OLD;
    END IF;
    PERFORM jury_is_open(NEW.jury_id);
    SELECT * INTO the_jury FROM jury WHERE id = NEW.jury_id;
    IF the_jury.rule NOT IN ('schulze', 'approval', 'points', 'budget') OR NOT EXISTS (
            SELECT FROM seat
            WHERE id = NEW.seat_id AND jury_id = NEW.jury_id AND accepted_at IS NOT NULL) THEN
        RAISE EXCEPTION 'seat % has no ballot in jury %', NEW.seat_id, NEW.jury_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.state = 'final' THEN
        SELECT sum(l.value), sum(a.requested) FILTER (WHERE l.value IS NOT NULL), max(l.value)
            INTO given, spent, most
            FROM jury_ballot_line l JOIN application a ON a.id = l.application_id
            WHERE l.ballot_id = NEW.id;
        IF TG_OP = 'INSERT'
           OR (the_jury.rule = 'points' AND given > coalesce(the_jury.ballot_points, 0))
           OR (the_jury.rule = 'budget' AND spent > coalesce(the_jury.ballot_budget, 0))
           OR (the_jury.rule IN ('approval', 'budget') AND most > 1) THEN
            RAISE EXCEPTION 'ballot % does not follow its rule', NEW.id
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$
"""

# What goes with its draft (ON DELETE CASCADE) finds no ballot here, and may go.
LINE_GUARD = """
CREATE FUNCTION jury_ballot_line_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE the_ballot jury_ballot%ROWTYPE;
BEGIN
    SELECT * INTO the_ballot FROM jury_ballot
        WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.ballot_id ELSE NEW.ballot_id END;
    IF TG_OP = 'DELETE' AND the_ballot.id IS NULL THEN RETURN OLD; END IF;
    IF the_ballot.state = 'final' OR (TG_OP = 'UPDATE' AND (OLD.ballot_id, OLD.application_id)
            IS DISTINCT FROM (NEW.ballot_id, NEW.application_id)) THEN
        RAISE EXCEPTION 'ballot % is final', the_ballot.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    PERFORM jury_is_open(the_ballot.jury_id);
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    PERFORM seat_is_not_recused(the_ballot.seat_id, NEW.application_id);
    IF NOT EXISTS (SELECT FROM assignment a WHERE a.jury_id = the_ballot.jury_id
                   AND a.seat_id = the_ballot.seat_id AND a.application_id = NEW.application_id
                   AND a.withdrawn_at IS NULL) THEN
        RAISE EXCEPTION 'seat % does not read application %', the_ballot.seat_id,
            NEW.application_id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$
"""

# Whoever voted did so under the rule of that day.
RULE_GUARD = """
CREATE FUNCTION jury_rule_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.rule, OLD.ballot_points, OLD.ballot_budget)
            IS DISTINCT FROM (NEW.rule, NEW.ballot_points, NEW.ballot_budget)
       AND EXISTS (SELECT FROM jury_ballot WHERE jury_id = NEW.id) THEN
        RAISE EXCEPTION 'jury % has voted: its rule stays', NEW.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$
"""

TRIGGERS = (
    ("jury_ballot_guard", "BEFORE INSERT OR UPDATE OR DELETE ON jury_ballot"),
    ("jury_ballot_line_guard", "BEFORE INSERT OR UPDATE OR DELETE ON jury_ballot_line"),
    ("jury_rule_stays", "BEFORE UPDATE OF rule, ballot_points, ballot_budget ON jury"),
)
RANKED = "ck_ranking_line_only_the_scored_are_ranked"


def upgrade() -> None:
    """Add them; what was ranked by scores stays as it is."""
    op.add_column("jury", sa.Column("ballot_points", sa.Integer(), nullable=True))
    op.add_column("jury", sa.Column("ballot_budget", sa.BigInteger(), nullable=True))
    for name, condition in (
        ("ballot_points_are_shared", "ballot_points IS NULL OR rule = 'points'"),
        ("ballot_points_are_counted", "ballot_points BETWEEN 1 AND 10000"),
        ("ballot_budget_is_spent", "ballot_budget IS NULL OR rule = 'budget'"),
        ("ballot_budget_is_positive", "ballot_budget > 0"),
    ):
        op.create_check_constraint(op.f(f"ck_jury_{name}"), "jury", condition)
    ballots()
    op.add_column("ranking", sa.Column("outcome", JSONB(), nullable=True))
    op.add_column("ranking_line", sa.Column("votes", sa.Integer(), nullable=True))
    op.add_column("ranking_line", sa.Column("opinions", sa.Integer(), nullable=True))
    op.add_column("ranking_line", sa.Column("is_paid", sa.Boolean(), nullable=True))
    op.drop_constraint(op.f(RANKED), "ranking_line", type_="check")
    condition = "(coalesce(opinions, scores) = 0) = (rank IS NULL)"
    op.create_check_constraint(op.f(RANKED), "ranking_line", condition)
    for function in (BALLOT_GUARD, LINE_GUARD, RULE_GUARD):
        op.execute(function)
    for name, moment in TRIGGERS:
        op.execute(f"CREATE TRIGGER {name} {moment} FOR EACH ROW EXECUTE FUNCTION {name}()")


def ballots() -> None:
    """The ballots and their lines."""
    op.create_table(
        "jury_ballot",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("jury_id", sa.Uuid(), nullable=False),
        sa.Column("seat_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("finalised_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('draft', 'final')", name=op.f("ck_jury_ballot_state_is_known")
        ),
        sa.CheckConstraint(
            "(state = 'draft') = (finalised_at IS NULL)",
            name=op.f("ck_jury_ballot_finalised_at_matches_state"),
        ),
        sa.ForeignKeyConstraint(["jury_id"], ["jury.id"], name=op.f("fk_jury_ballot_jury_id")),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_jury_ballot_seat_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jury_ballot")),
        sa.UniqueConstraint("seat_id", name=op.f("uq_jury_ballot_seat_id")),
    )
    op.create_index(op.f("ix_jury_ballot_jury_id"), "jury_ballot", ["jury_id"])
    op.create_table(
        "jury_ballot_line",
        sa.Column("ballot_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=True),
        sa.Column("abstained", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.CheckConstraint("value > 0", name=op.f("ck_jury_ballot_line_value_is_positive")),
        sa.CheckConstraint(
            "NOT abstained OR value IS NULL",
            name=op.f("ck_jury_ballot_line_who_abstains_says_nothing"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_jury_ballot_line_application_id"),
        ),
        sa.ForeignKeyConstraint(
            ["ballot_id"],
            ["jury_ballot.id"],
            name=op.f("fk_jury_ballot_line_ballot_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("ballot_id", "application_id", name=op.f("pk_jury_ballot_line")),
    )
    op.create_index(
        op.f("ix_jury_ballot_line_application_id"), "jury_ballot_line", ["application_id"]
    )


def downgrade() -> None:
    """Take them away; what only ballots ranked is ranked no more."""
    op.execute("DROP TRIGGER jury_rule_stays ON jury")
    op.drop_table("jury_ballot_line")
    op.drop_table("jury_ballot")
    for name, _moment in TRIGGERS:
        op.execute(f"DROP FUNCTION {name}()")
    op.drop_constraint(op.f(RANKED), "ranking_line", type_="check")
    op.execute("ALTER TABLE ranking_line DISABLE TRIGGER ranking_line_append_only")
    op.execute("UPDATE ranking_line SET rank = NULL WHERE scores = 0")
    op.execute(
        "UPDATE ranking_line l SET rank = r.rank FROM (SELECT id, rank() OVER ("
        "PARTITION BY jury_id, version ORDER BY mean DESC) AS rank FROM ranking_line "
        "WHERE scores > 0) r WHERE r.id = l.id AND l.rank IS NULL"
    )
    op.execute("ALTER TABLE ranking_line ENABLE TRIGGER ranking_line_append_only")
    op.create_check_constraint(op.f(RANKED), "ranking_line", "(scores = 0) = (rank IS NULL)")
    for name in ("is_paid", "opinions", "votes"):
        op.drop_column("ranking_line", name)
    op.drop_column("ranking", "outcome")
    for column in ("ballot_budget", "ballot_points"):
        op.drop_column("jury", column)
