"""Accounts that are first only once, claims that keep theirs, orders that count together."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"

FUNCTIONS = Path(__file__).parent.parent / "sql" / "0040_review.sql"
BEFORE = """
    CREATE OR REPLACE FUNCTION bank_details_stay() RETURNS trigger LANGUAGE plpgsql AS $guard$
    BEGIN
        IF TG_OP = 'DELETE' OR OLD.state <> 'pending'
            OR to_jsonb(NEW) - ARRAY['state', 'answered_by', 'answered_at', 'note']
            <> to_jsonb(OLD) - ARRAY['state', 'answered_by', 'answered_at', 'note'] THEN
            RAISE EXCEPTION 'bank details are answered once and never changed'
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END; $guard$
"""
FIRST = "uq_bank_details_first"


def upgrade() -> None:
    """Tell which accounts replaced which, then hold it."""
    op.execute("ALTER TABLE bank_details DISABLE TRIGGER bank_details_stay")
    # Two accounts were first where two claims crossed: the later one took the place of the other.
    op.execute("""
        UPDATE bank_details b SET replaces_id = before.id
        FROM (SELECT id, lag(id) OVER (
                  PARTITION BY funder_id, coalesce(organisation_id, person_id)
                  ORDER BY answered_at, id) AS former
              FROM bank_details WHERE state = 'agreed') AS known
        JOIN bank_details before ON before.id = known.former
        WHERE b.id = known.id AND b.replaces_id IS NULL
    """)
    op.execute("ALTER TABLE bank_details ENABLE TRIGGER bank_details_stay")
    op.execute(FUNCTIONS.read_text(encoding="utf-8"))
    op.create_index(
        FIRST,
        "bank_details",
        ["funder_id", "organisation_id", "person_id"],
        unique=True,
        postgresql_where=sa.text("state = 'agreed' AND replaces_id IS NULL"),
        postgresql_nulls_not_distinct=True,
    )


def downgrade() -> None:
    """Hold it no more; what was told stays told."""
    op.drop_index(FIRST, "bank_details")
    op.execute("DROP TRIGGER payment_order_second ON payment_order")
    op.execute("DROP FUNCTION payment_order_second()")
    op.execute("DROP TRIGGER claim_keeps_its_account ON claim")
    op.execute("DROP FUNCTION claim_keeps_its_account()")
    op.execute(BEFORE)
