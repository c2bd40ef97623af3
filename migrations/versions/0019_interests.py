"""What jurors declare, what they can read and bear, and the conflicts suggested."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0019"
down_revision = "0018"

INSTANT = sa.DateTime(timezone=True)
KINDS = (
    "kind IN ('member', 'mandate', 'employer', 'family', 'officer', 'named', 'domain', "
    "'address', 'account', 'partner', 'cofunder')"
)

# What was declared stays as it was; that its author was reminded of its end may be noted.
DECLARATION_GUARD = """
CREATE FUNCTION interests_declaration_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (to_jsonb(OLD) - 'reminded_at') = (to_jsonb(NEW) - 'reminded_at') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'declaration % is not to be changed', OLD.id
        USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


def row() -> tuple[sa.Column, sa.Column]:
    """The columns that every table has."""
    born = sa.Column("created_at", INSTANT, server_default=sa.text("now()"), nullable=False)
    return sa.Column("id", sa.Uuid(), nullable=False), born


def to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    """A foreign key under the name that models give it."""
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))


def check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    """A CHECK under the name that models give it."""
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def text_of(name: str) -> sa.Column:
    """A text that may stay empty."""
    return sa.Column(name, sa.String(), server_default="", nullable=False)


def upgrade() -> None:
    """Add them."""
    seats()
    declarations()
    hints()


def seats() -> None:
    """What a member knows, where from, and how much they can read."""
    for name in ("skills", "languages", "territories"):
        op.add_column(
            "seat", sa.Column(name, sa.ARRAY(sa.String()), server_default="{}", nullable=False)
        )
    op.add_column("seat", sa.Column("load_max", sa.Integer(), nullable=True))
    op.add_column("seat", sa.Column("college", sa.String(), nullable=True))
    op.create_check_constraint(op.f("ck_seat_load_is_counted"), "seat", "load_max > 0")
    op.create_check_constraint(
        op.f("ck_seat_college_is_a_key"), "seat", "college ~ '^[a-z][a-z0-9_-]{1,39}$'"
    )


def declarations() -> None:
    """The general declaration of interests, and its lines."""
    op.create_table(
        "interests_declaration",
        *row(),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("declared_at", INSTANT, nullable=False),
        sa.Column("lapses_on", sa.Date(), nullable=False),
        sa.Column("nothing", sa.Boolean(), nullable=False),
        text_of("family"),
        sa.Column("reminded_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interests_declaration")),
        to("interests_declaration", "person_id", "person"),
        check("interests_declaration", "nothing_is_nothing", "NOT nothing OR family = ''"),
    )
    op.create_index(
        op.f("ix_interests_declaration_person_id_lapses_on"),
        "interests_declaration",
        ["person_id", "lapses_on"],
    )
    op.create_index(
        "ix_interests_declaration_ending",
        "interests_declaration",
        ["lapses_on"],
        postgresql_where=sa.text("reminded_at IS NULL"),
    )
    op.execute(DECLARATION_GUARD)
    op.execute(
        "CREATE TRIGGER interests_declaration_guard BEFORE UPDATE OR DELETE "
        "ON interests_declaration FOR EACH ROW EXECUTE FUNCTION interests_declaration_guard()"
    )
    op.create_table(
        "declared_interest",
        *row(),
        sa.Column("declaration_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("core", sa.String(), nullable=False),
        sa.Column("siren", sa.String(), nullable=True),
        sa.Column("rna", sa.String(), nullable=True),
        text_of("role"),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declared_interest")),
        sa.UniqueConstraint(
            "declaration_id",
            "position",
            name=op.f("uq_declared_interest_declaration_id_position"),
        ),
        to("declared_interest", "declaration_id", "interests_declaration"),
        check("declared_interest", "kind_is_known", "kind IN ('mandate', 'employer')"),
        check("declared_interest", "body_is_named", "btrim(body) <> ''"),
        check("declared_interest", "siren_has_9_digits", "siren ~ '^\\d{9}$'"),
        check("declared_interest", "rna_has_its_form", "rna ~ '^W\\d[A-Z\\d]\\d{7}$'"),
        check("declared_interest", "it_runs_forward", "until >= since"),
    )
    op.execute(
        "CREATE TRIGGER declared_interest_append_only BEFORE UPDATE OR DELETE OR TRUNCATE "
        "ON declared_interest FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def hints() -> None:
    """Conflicts that the software suggests, with the answers of people."""
    op.create_table(
        "conflict_hint",
        *row(),
        sa.Column("jury_id", sa.Uuid(), nullable=False),
        sa.Column("seat_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("strength", sa.String(40), nullable=False),
        sa.Column("facts", JSONB(), nullable=False),
        sa.Column("found_at", INSTANT, nullable=False),
        sa.Column("answer", sa.String(40), nullable=True),
        text_of("reason"),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflict_hint")),
        sa.UniqueConstraint(
            "seat_id",
            "application_id",
            "kind",
            "source",
            name=op.f("uq_conflict_hint_seat_id_application_id_kind_source"),
        ),
        to("conflict_hint", "jury_id", "jury"),
        to("conflict_hint", "seat_id", "seat"),
        to("conflict_hint", "application_id", "application"),
        to("conflict_hint", "answered_by", "person"),
        check("conflict_hint", "kind_is_known", KINDS),
        check("conflict_hint", "strength_is_known", "strength IN ('strong', 'medium', 'weak')"),
        check("conflict_hint", "answer_is_known", "answer IN ('confirmed', 'dismissed')"),
        check(
            "conflict_hint",
            "an_answer_has_author_instant_and_reason",
            "(answer IS NULL) = (answered_by IS NULL) AND (answer IS NULL) = (answered_at IS NULL)"
            " AND (answer IS NULL OR btrim(reason) <> '')",
        ),
    )
    op.create_index(op.f("ix_conflict_hint_application_id"), "conflict_hint", ["application_id"])
    op.create_index("ix_conflict_hint_jury", "conflict_hint", ["jury_id", "answer"])


def downgrade() -> None:
    """Take them away."""
    op.drop_table("conflict_hint")
    op.drop_table("declared_interest")
    op.drop_table("interests_declaration")
    op.execute("DROP FUNCTION interests_declaration_guard()")
    for name in ("load_is_counted", "college_is_a_key"):
        op.drop_constraint(op.f(f"ck_seat_{name}"), "seat", type_="check")
    for name in ("college", "load_max", "territories", "languages", "skills"):
        op.drop_column("seat", name)
