"""Bank accounts among answers: found by their blind index, and by no search."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

VECTOR = """
    CREATE OR REPLACE FUNCTION application_search_vector() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.submitted_at IS NULL THEN
            NEW.search_vector := NULL;
        ELSE
            NEW.search_vector :=
                setweight(to_tsvector('public.laureat_french', NEW.title), 'A')
                || setweight(to_tsvector('public.laureat_french', NEW.search_text), 'B')
                || setweight(to_tsvector('public.laureat_french', NEW.summary), 'C')
                || setweight(
                    jsonb_to_tsvector('public.laureat_french', {answers}, '["string"]'), 'D');
        END IF;
        RETURN NEW;
    END $$
"""
TRIGGER = """
    CREATE OR REPLACE TRIGGER application_search_vector
    BEFORE INSERT OR UPDATE OF {columns} ON application
    FOR EACH ROW EXECUTE FUNCTION application_search_vector()
"""
COLUMNS = "title, search_text, summary, answers, submitted_at"


def upgrade() -> None:
    """Add them, and leave such answers out of the search."""
    for name in ("accounts", "not_searched"):
        column = sa.Column(name, sa.ARRAY(sa.String()), server_default="{}", nullable=False)
        op.add_column("application", column)
    op.create_index(
        "ix_application_accounts",
        "application",
        ["accounts"],
        postgresql_using="gin",
        postgresql_where=sa.text("submitted_at IS NOT NULL"),
    )
    op.execute(VECTOR.format(answers="NEW.answers - NEW.not_searched::text[]"))
    op.execute(TRIGGER.format(columns=f"{COLUMNS}, not_searched"))


def downgrade() -> None:
    """Search everything again, and take the columns away. What is sealed stays so."""
    op.execute(TRIGGER.format(columns=COLUMNS))
    op.execute(VECTOR.format(answers="NEW.answers"))
    op.drop_index("ix_application_accounts", "application")
    for name in ("not_searched", "accounts"):
        op.drop_column("application", name)
