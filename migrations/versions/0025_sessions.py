"""Meetings of a jury, their votes and minutes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0025"
down_revision = "0024"

NOW = sa.text("now()")
INSTANT = sa.DateTime(timezone=True)

# KEY SHARE waits for whoever is closing the meeting at this instant, and for nobody else.
SITTING_IS_OPEN = """
CREATE FUNCTION sitting_is_open(the_sitting uuid, before boolean) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE opened timestamptz; closed timestamptz;
BEGIN
    SELECT opened_at, closed_at INTO opened, closed FROM sitting
    WHERE id = the_sitting FOR KEY SHARE;
    IF closed IS NOT NULL OR (opened IS NULL AND NOT before) THEN
        RAISE EXCEPTION 'sitting % is not open', the_sitting
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
END $$
"""

# A closed meeting keeps its notes to be finished, until its minutes are signed.
SITTING_GUARD = """
CREATE FUNCTION sitting_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.opened_at IS NULL THEN RETURN OLD; END IF;
    ELSIF OLD.closed_at IS NULL THEN
        IF NEW.jury_id = OLD.jury_id THEN RETURN NEW; END IF;
    ELSIF to_jsonb(OLD) - 'note' - 'version' = to_jsonb(NEW) - 'note' - 'version'
        AND NOT EXISTS (SELECT FROM minutes WHERE sitting_id = OLD.id) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'sitting % stays what it is', OLD.id
        USING ERRCODE = 'integrity_constraint_violation';
END $$
"""

ITEM_GUARD = """
CREATE FUNCTION sitting_item_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.began_at IS NULL THEN
            -- A meeting that never opened goes with its agenda.
            PERFORM FROM sitting WHERE id = OLD.sitting_id AND closed_at IS NULL;
            IF FOUND OR NOT EXISTS (SELECT FROM sitting WHERE id = OLD.sitting_id) THEN
                RETURN OLD;
            END IF;
        END IF;
    ELSIF TG_OP = 'INSERT' THEN
        PERFORM sitting_is_open(NEW.sitting_id, true);
        RETURN NEW;
    ELSIF (NEW.sitting_id, NEW.application_id) = (OLD.sitting_id, OLD.application_id) THEN
        IF to_jsonb(OLD) - 'note' = to_jsonb(NEW) - 'note' THEN
            IF NOT EXISTS (SELECT FROM minutes WHERE sitting_id = OLD.sitting_id) THEN
                RETURN NEW;
            END IF;
        ELSE
            PERFORM sitting_is_open(NEW.sitting_id, true);
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'item % of a sitting stays what it is', OLD.id
        USING ERRCODE = 'integrity_constraint_violation';
END $$
"""

SEATS_OF = """
CREATE FUNCTION seat_of_sitting(the_seat uuid, the_sitting uuid) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM seat s JOIN sitting t ON t.jury_id = s.jury_id
                   WHERE s.id = the_seat AND t.id = the_sitting AND s.accepted_at IS NOT NULL) THEN
        RAISE EXCEPTION 'seat % is not of sitting %', the_seat, the_sitting
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
END $$
"""

ATTENDANCE_GUARD = """
CREATE FUNCTION attendance_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (OLD.left_at IS NOT NULL
            OR to_jsonb(OLD) - 'left_at' <> to_jsonb(NEW) - 'left_at') THEN
        RAISE EXCEPTION 'attendance % stays what it is', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    PERFORM sitting_is_open(NEW.sitting_id, false);
    PERFORM seat_of_sitting(NEW.seat_id, NEW.sitting_id);
    RETURN NEW;
END $$
"""

PROXY_GUARD = """
CREATE FUNCTION proxy_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (OLD.revoked_at IS NOT NULL
            OR (OLD.used_at IS NOT NULL AND NEW.used_at IS DISTINCT FROM OLD.used_at)
            OR to_jsonb(OLD) - 'revoked_at' - 'used_at'
               <> to_jsonb(NEW) - 'revoked_at' - 'used_at') THEN
        RAISE EXCEPTION 'proxy % stays what it is', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    PERFORM sitting_is_open(NEW.sitting_id, true);
    PERFORM seat_of_sitting(NEW.giver_id, NEW.sitting_id);
    PERFORM seat_of_sitting(NEW.holder_id, NEW.sitting_id);
    RETURN NEW;
END $$
"""

# The counters move with the votes alone: from inside the trigger of motion_vote.
MOTION_GUARD = """
CREATE FUNCTION motion_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM sitting_is_open(NEW.sitting_id, false);
    IF TG_OP = 'INSERT' THEN
        IF NEW.closed_at IS NOT NULL
           OR NEW.votes_for + NEW.votes_against + NEW.abstentions <> 0 THEN
            RAISE EXCEPTION 'motion % begins without votes', NEW.id
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    ELSIF OLD.closed_at IS NOT NULL
        OR to_jsonb(OLD) - 'closed_at' - 'casting' - 'outcome'
             - 'votes_for' - 'votes_against' - 'abstentions'
           <> to_jsonb(NEW) - 'closed_at' - 'casting' - 'outcome'
             - 'votes_for' - 'votes_against' - 'abstentions'
        OR ((OLD.votes_for, OLD.votes_against, OLD.abstentions)
            <> (NEW.votes_for, NEW.votes_against, NEW.abstentions)
            AND pg_trigger_depth() < 2) THEN
        RAISE EXCEPTION 'motion % stays what it is', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$
"""

# A secret vote is counted and forgotten: no row links a seat to what it voted.
VOTE_GUARD = """
CREATE FUNCTION motion_vote_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE m motion; application uuid;
BEGIN
    SELECT * INTO m FROM motion WHERE id = NEW.motion_id FOR UPDATE;
    IF m.closed_at IS NOT NULL THEN
        RAISE EXCEPTION 'the vote on motion % is over', m.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    PERFORM sitting_is_open(m.sitting_id, false);
    SELECT application_id INTO application FROM sitting_item WHERE id = m.item_id;
    IF application IS NOT NULL THEN
        PERFORM seat_is_not_recused(NEW.seat_id, application);
        PERFORM seat_is_not_recused(NEW.cast_by, application);
    END IF;
    IF NOT EXISTS (SELECT FROM attendance WHERE sitting_id = m.sitting_id
                   AND seat_id = NEW.cast_by AND left_at IS NULL) THEN
        RAISE EXCEPTION 'seat % is absent', NEW.cast_by
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.cast_by <> NEW.seat_id THEN
        UPDATE proxy SET used_at = coalesce(used_at, NEW.voted_at)
        WHERE sitting_id = m.sitting_id AND giver_id = NEW.seat_id
          AND holder_id = NEW.cast_by AND revoked_at IS NULL
          AND NOT EXISTS (SELECT FROM attendance WHERE sitting_id = m.sitting_id
                          AND seat_id = NEW.seat_id AND left_at IS NULL);
        IF NOT FOUND THEN
            RAISE EXCEPTION 'seat % has no proxy of seat %', NEW.cast_by, NEW.seat_id
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END IF;
    UPDATE motion SET votes_for = votes_for + (NEW.choice = 'for')::int,
        votes_against = votes_against + (NEW.choice = 'against')::int,
        abstentions = abstentions + (NEW.choice = 'abstain')::int WHERE id = m.id;
    IF m.is_secret THEN NEW.choice := NULL; END IF;
    RETURN NEW;
END $$
"""

MINUTES_GUARD = """
CREATE FUNCTION minutes_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.file_id IS NULL
       AND to_jsonb(OLD) - 'file_id' = to_jsonb(NEW) - 'file_id' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'minutes % are signed', OLD.id
        USING ERRCODE = 'integrity_constraint_violation';
END $$
"""

FUNCTIONS = {
    "sitting_is_open(uuid, boolean)": SITTING_IS_OPEN,
    "seat_of_sitting(uuid, uuid)": SEATS_OF,
    "sitting_guard()": SITTING_GUARD,
    "sitting_item_guard()": ITEM_GUARD,
    "attendance_guard()": ATTENDANCE_GUARD,
    "proxy_guard()": PROXY_GUARD,
    "motion_guard()": MOTION_GUARD,
    "motion_vote_guard()": VOTE_GUARD,
    "minutes_guard()": MINUTES_GUARD,
}
TRIGGERS = (
    ("sitting_guard", "BEFORE UPDATE OR DELETE", "sitting"),
    ("sitting_item_guard", "BEFORE INSERT OR UPDATE OR DELETE", "sitting_item"),
    ("attendance_guard", "BEFORE INSERT OR UPDATE", "attendance"),
    ("proxy_guard", "BEFORE INSERT OR UPDATE", "proxy"),
    ("motion_guard", "BEFORE INSERT OR UPDATE", "motion"),
    ("motion_vote_guard", "BEFORE INSERT", "motion_vote"),
    ("minutes_guard", "BEFORE UPDATE OR DELETE", "minutes"),
)
TABLES = ("minutes", "motion_vote", "motion", "proxy", "attendance", "sitting_item", "sitting")


def upgrade() -> None:
    """Add them."""
    op.add_column(
        "jury",
        sa.Column("casting_vote", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    meetings()
    people()
    motions()
    for function in FUNCTIONS.values():
        op.execute(function)
    for name, moment, table in TRIGGERS:
        op.execute(
            f"CREATE TRIGGER {name} {moment} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
        )
    op.execute(
        "CREATE TRIGGER motion_vote_append_only BEFORE UPDATE OR DELETE OR TRUNCATE "
        "ON motion_vote FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def row() -> tuple[sa.Column, sa.Column]:
    born = sa.Column("created_at", INSTANT, server_default=NOW, nullable=False)
    return sa.Column("id", sa.Uuid(), nullable=False), born


def to(table: str, column: str, target: str, **options: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=f"fk_{table}_{column}", **options
    )


def check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def one_of(table: str, name: str, columns: list[str], where: str) -> None:
    op.create_index(
        f"uq_{table}_{name}", table, columns, unique=True, postgresql_where=sa.text(where)
    )


def instant(name: str, *, nullable: bool = True) -> sa.Column:
    return sa.Column(name, INSTANT, nullable=nullable)


def meetings() -> None:
    op.create_table(
        "sitting",
        *row(),
        sa.Column("jury_id", sa.Uuid(), nullable=False),
        instant("meets_at", nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("convened_by", sa.String(), nullable=False),
        sa.Column("note", sa.String(), server_default="", nullable=False),
        *(instant(name) for name in ("opened_at", "closed_at", "timer_since")),
        sa.Column("timer_seconds", sa.Integer(), server_default="0", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sitting"),
        to("sitting", "jury_id", "jury"),
        check("sitting", "only_what_opened_closes", "closed_at IS NULL OR opened_at IS NOT NULL"),
    )
    op.create_index("ix_sitting_jury_id", "sitting", ["jury_id"])
    one_of("sitting", "open", ["jury_id"], "opened_at IS NOT NULL AND closed_at IS NULL")
    op.create_table(
        "sitting_item",
        *row(),
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_current", sa.Boolean(), server_default=sa.false(), nullable=False),
        *(instant(name) for name in ("began_at", "ended_at")),
        *(sa.Column(name, sa.Integer()) for name in ("present", "represented", "quorum")),
        sa.Column("stepped_out", JSONB(), server_default="[]", nullable=False),
        sa.Column("note", sa.String(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sitting_item"),
        sa.UniqueConstraint(
            "sitting_id", "application_id", name="uq_sitting_item_sitting_id_application_id"
        ),
        sa.UniqueConstraint(
            "sitting_id",
            "position",
            name="uq_sitting_item_sitting_id_position",
            deferrable=True,
            initially="IMMEDIATE",
        ),
        to("sitting_item", "sitting_id", "sitting", ondelete="CASCADE"),
        to("sitting_item", "application_id", "application"),
    )
    op.create_index("ix_sitting_item_application_id", "sitting_item", ["application_id"])
    one_of("sitting_item", "current", ["sitting_id"], "is_current")


def people() -> None:
    op.create_table(
        "attendance",
        *row(),
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column("seat_id", sa.Uuid(), nullable=False),
        sa.Column("mode", sa.String(40), nullable=False),
        instant("came_at", nullable=False),
        instant("left_at"),
        sa.PrimaryKeyConstraint("id", name="pk_attendance"),
        to("attendance", "sitting_id", "sitting", ondelete="CASCADE"),
        to("attendance", "seat_id", "seat"),
        check("attendance", "mode_is_known", "mode IN ('present', 'remote')"),
        check("attendance", "leaves_after_coming", "left_at IS NULL OR left_at >= came_at"),
    )
    op.create_index("ix_attendance_sitting_id", "attendance", ["sitting_id"])
    one_of("attendance", "here", ["sitting_id", "seat_id"], "left_at IS NULL")
    ends = ("giver_id", "holder_id")
    op.create_table(
        "proxy",
        *row(),
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in ends),
        instant("given_at", nullable=False),
        *(instant(name) for name in ("revoked_at", "used_at")),
        sa.PrimaryKeyConstraint("id", name="pk_proxy"),
        to("proxy", "sitting_id", "sitting", ondelete="CASCADE"),
        *(to("proxy", name, "seat") for name in ends),
        check("proxy", "goes_to_somebody_else", "giver_id <> holder_id"),
        check("proxy", "used_stays", "revoked_at IS NULL OR used_at IS NULL"),
    )
    one_of("proxy", "giver", ["sitting_id", "giver_id"], "revoked_at IS NULL")
    one_of("proxy", "holder", ["sitting_id", "holder_id"], "revoked_at IS NULL")


MOTION_CHECKS = (
    ("text_is_given", "btrim(text) <> ''"),
    ("quorum_is_met", "present + represented >= quorum"),
    ("closed_has_an_outcome", "(closed_at IS NULL) = (outcome IS NULL)"),
    (
        "casting_vote_settles_an_open_tie",
        "casting IS NULL OR (votes_for = votes_against AND votes_for > 0 AND NOT is_secret)",
    ),
    (
        "outcome_follows_the_figures",
        (
            "outcome IS NULL OR (outcome = 'adopted') = (votes_for > votes_against"
            " OR casting IS NOT DISTINCT FROM 'for')"
        ),
    ),
    ("outcome_is_known", "outcome IN ('adopted', 'rejected')"),
)


def motions() -> None:
    counts = ("votes_for", "votes_against", "abstentions")
    op.create_table(
        "motion",
        *row(),
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid()),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("is_secret", sa.Boolean(), nullable=False),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("present", "represented", "quorum")
        ),
        instant("opened_at", nullable=False),
        instant("closed_at"),
        *(sa.Column(one, sa.Integer(), server_default="0", nullable=False) for one in counts),
        sa.Column("casting", sa.String(40)),
        sa.Column("outcome", sa.String(40)),
        sa.PrimaryKeyConstraint("id", name="pk_motion"),
        sa.UniqueConstraint("sitting_id", "number", name="uq_motion_sitting_id_number"),
        to("motion", "sitting_id", "sitting", ondelete="CASCADE"),
        to("motion", "item_id", "sitting_item"),
        *(check("motion", name, rule) for name, rule in MOTION_CHECKS),
    )
    op.create_index("ix_motion_item_id", "motion", ["item_id"])
    one_of("motion", "open", ["sitting_id"], "closed_at IS NULL")
    voters = ("seat_id", "cast_by")
    op.create_table(
        "motion_vote",
        *row(),
        sa.Column("motion_id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in voters),
        sa.Column("choice", sa.String(40)),
        instant("voted_at", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_motion_vote"),
        sa.UniqueConstraint("motion_id", "seat_id", name="uq_motion_vote_motion_id_seat_id"),
        to("motion_vote", "motion_id", "motion", ondelete="CASCADE"),
        *(to("motion_vote", name, "seat") for name in voters),
        check("motion_vote", "choice_is_known", "choice IN ('for', 'against', 'abstain')"),
    )
    op.create_table(
        "minutes",
        *row(),
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column("content", JSONB(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("signed_by", sa.Uuid(), nullable=False),
        sa.Column("signatory", sa.String(), nullable=False),
        instant("signed_at", nullable=False),
        sa.Column("file_id", sa.Uuid()),
        sa.PrimaryKeyConstraint("id", name="pk_minutes"),
        sa.UniqueConstraint("sitting_id", name="uq_minutes_sitting_id"),
        to("minutes", "sitting_id", "sitting"),
        to("minutes", "signed_by", "seat"),
        to("minutes", "file_id", "stored_file"),
        check("minutes", "sha256_is_hexadecimal", "sha256 ~ '^[0-9a-f]{64}$'"),
    )


def downgrade() -> None:
    """Take them away."""
    for table in TABLES:
        op.drop_table(table)
    for signature in reversed(FUNCTIONS):
        op.execute(f"DROP FUNCTION {signature}")
    op.drop_column("jury", "casting_vote")
