"""Complements in several rounds, referents, and the search in French."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR

revision = "0016"
down_revision = "0015"

# The words of a file as officers look for them: without accents, and by their stems. Drafts
# have none, so that saving them costs nothing.
VECTOR = """
    CREATE FUNCTION application_search_vector() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.submitted_at IS NULL THEN
            NEW.search_vector := NULL;
        ELSE
            NEW.search_vector :=
                setweight(to_tsvector('public.laureat_french', NEW.title), 'A')
                || setweight(to_tsvector('public.laureat_french', NEW.search_text), 'B')
                || setweight(to_tsvector('public.laureat_french', NEW.summary), 'C')
                || setweight(
                    jsonb_to_tsvector('public.laureat_french', NEW.answers, '["string"]'), 'D');
        END IF;
        RETURN NEW;
    END $$
"""
TRIGGER = """
    CREATE TRIGGER application_search_vector
    BEFORE INSERT OR UPDATE OF title, search_text, summary, answers, submitted_at ON application
    FOR EACH ROW EXECUTE FUNCTION application_search_vector()
"""


def upgrade() -> None:
    """Add them."""
    applications()
    complements()
    searching()


def applications() -> None:
    """What an application gains."""
    op.add_column("application", sa.Column("complement_id", sa.Uuid(), nullable=True))
    op.add_column(
        "application",
        sa.Column("waited_days", sa.Integer(), server_default="0", nullable=False),
    )
    op.add_column("application", sa.Column("referent_id", sa.Uuid(), nullable=True))
    op.add_column("application", sa.Column("checked_by", sa.Uuid(), nullable=True))
    op.add_column("application", sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True))
    for column, target in (
        ("complement_id", "complement_request"),
        ("referent_id", "person"),
        ("checked_by", "person"),
    ):
        op.create_foreign_key(
            op.f(f"fk_application_{column}"), "application", target, [column], ["id"]
        )
    for name, rule in APPLICATION_RULES.items():
        op.create_check_constraint(op.f(f"ck_application_{name}"), "application", rule)
    op.create_index(
        "ix_application_received",
        "application",
        ["submitted_at", "id"],
        postgresql_where=sa.text("submitted_at IS NOT NULL"),
    )
    op.create_index(
        "ix_application_referent",
        "application",
        ["referent_id", "submitted_at"],
        postgresql_where=sa.text("referent_id IS NOT NULL"),
    )


APPLICATION_RULES = {
    "waited_days_are_counted": "waited_days >= 0",
    "a_check_has_an_author": "(checked_at IS NULL) = (checked_by IS NULL)",
}


def complements() -> None:
    """Several requests for complements, one at a time."""
    op.execute(
        "UPDATE application a SET complement_id = r.id, waited_days = COALESCE(GREATEST(0,"
        " (r.answered_at AT TIME ZONE 'Europe/Paris')::date"
        " - (r.asked_at AT TIME ZONE 'Europe/Paris')::date), 0)"
        " FROM complement_request r WHERE r.application_id = a.id"
    )
    op.drop_constraint(op.f("uq_complement_request_application_id"), "complement_request")
    op.add_column(
        "complement_request", sa.Column("after", JSONB(), server_default="{}", nullable=False)
    )
    op.create_index(
        "ix_complement_request_application_id_asked_at",
        "complement_request",
        ["application_id", "asked_at"],
    )
    op.create_index(
        "uq_complement_request_open",
        "complement_request",
        ["application_id"],
        unique=True,
        postgresql_where=sa.text("answered_at IS NULL"),
    )


def searching() -> None:
    """French full text, and near-same texts."""
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.add_column("application", sa.Column("search_vector", TSVECTOR(), nullable=True))
    op.execute(VECTOR)
    op.execute(TRIGGER)
    op.execute("UPDATE application SET title = title WHERE submitted_at IS NOT NULL")
    op.create_index(
        "ix_application_search_vector", "application", ["search_vector"], postgresql_using="gin"
    )
    for column in ("title", "summary"):
        op.create_index(
            f"ix_application_{column}_trigrams",
            "application",
            [column],
            postgresql_using="gin",
            postgresql_ops={column: "gin_trgm_ops"},
            postgresql_where=sa.text("submitted_at IS NOT NULL"),
        )


def downgrade() -> None:
    """Take them away; of several requests for complements, the latest stays."""
    for column in ("summary", "title"):
        op.drop_index(f"ix_application_{column}_trigrams", "application")
    op.drop_index("ix_application_search_vector", "application")
    op.execute("DROP TRIGGER application_search_vector ON application")
    op.execute("DROP FUNCTION application_search_vector()")
    op.drop_column("application", "search_vector")
    op.execute("DROP EXTENSION IF EXISTS pg_trgm")
    op.execute(
        "DELETE FROM complement_request r USING application a"
        " WHERE a.id = r.application_id AND a.complement_id <> r.id"
    )
    for name in ("ix_application_referent", "ix_application_received"):
        op.drop_index(name, "application")
    for name in APPLICATION_RULES:
        op.drop_constraint(op.f(f"ck_application_{name}"), "application")
    for column in ("complement_id", "referent_id", "checked_by"):
        op.drop_constraint(op.f(f"fk_application_{column}"), "application")
    for column in ("complement_id", "waited_days", "referent_id", "checked_by", "checked_at"):
        op.drop_column("application", column)
    op.drop_index("uq_complement_request_open", "complement_request")
    op.drop_index("ix_complement_request_application_id_asked_at", "complement_request")
    op.drop_column("complement_request", "after")
    op.create_unique_constraint(
        op.f("uq_complement_request_application_id"), "complement_request", ["application_id"]
    )
