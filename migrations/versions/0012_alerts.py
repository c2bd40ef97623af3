"""Finding calls: the words of a call, alerts on calls to come, and one limiter for all mails."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR

revision = "0012"
down_revision = "0011"

# French as people search it, without accents and by stems: `laureat_french`, for every search.
FRENCH = """
CREATE TEXT SEARCH CONFIGURATION laureat_french (COPY = pg_catalog.french);
ALTER TEXT SEARCH CONFIGURATION laureat_french
    ALTER MAPPING FOR hword, hword_part, word WITH unaccent, french_stem;
"""

# The stemmer leaves « vélos », « médias » and « menus » in the plural: these lose their s first.
SINGULAR = r"""
CREATE FUNCTION french_singular(words text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT regexp_replace(words, '\m(?!(mais|nous|vous|suis)\M)(\w{2,}[aiou])s\M', '\1', 'gi')
$$;
"""

WORDS = """
CREATE FUNCTION call_words(
    title_fr varchar, summary_fr varchar, body_fr varchar, eligibility_fr varchar,
    title_en varchar, summary_en varchar, body_en varchar
) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = public AS $$
    SELECT setweight(to_tsvector('public.laureat_french', french_singular(title_fr)), 'A')
        || setweight(to_tsvector('public.laureat_french', french_singular(summary_fr)), 'B')
        || setweight(to_tsvector('public.laureat_french', french_singular(body_fr)), 'C')
        || setweight(to_tsvector('public.laureat_french', french_singular(eligibility_fr)), 'D')
        || setweight(to_tsvector('pg_catalog.english', title_en), 'A')
        || setweight(to_tsvector('pg_catalog.english', summary_en), 'B')
        || setweight(to_tsvector('pg_catalog.english', body_en), 'C')
$$;
"""
WORDS_OF_A_CALL = (
    "call_words(title_fr, summary_fr, body_fr, eligibility_fr, title_en, summary_en, body_en)"
)

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add them. The extension is one of those that a database's owner may create."""
    op.execute("CREATE EXTENSION IF NOT EXISTS unaccent")
    op.execute(FRENCH)
    op.execute(SINGULAR)
    op.execute(WORDS)
    op.add_column(
        "call",
        sa.Column("words", TSVECTOR(), sa.Computed(WORDS_OF_A_CALL, persisted=True)),
    )
    create_alert()
    op.add_column("mail", sa.Column("stop_url", sa.String()))
    count_attempts()


def row(*columns: sa.Column[object]) -> list[sa.Column[object]]:
    """What every table has, and then its own."""
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", INSTANT, server_default=sa.text("now()"), nullable=False),
        *columns,
    ]


def text(name: str, **options: object) -> sa.Column[object]:
    return sa.Column(name, sa.String(), nullable=False, **options)


def create_alert() -> None:
    op.create_table(
        "call_alert",
        *row(
            text("email"),
            text("locale"),
            sa.Column("filters", JSONB(), server_default="{}", nullable=False),
            sa.Column("like_call_id", sa.Uuid()),
            sa.Column("asked_at", INSTANT, nullable=False),
            sa.Column("confirmed_at", INSTANT),
        ),
        sa.PrimaryKeyConstraint("id", name="pk_call_alert"),
        sa.ForeignKeyConstraint(["like_call_id"], ["call.id"], name="fk_call_alert_like_call_id"),
        sa.UniqueConstraint(
            "email",
            "filters",
            "like_call_id",
            name="uq_call_alert_email_filters_like_call_id",
            postgresql_nulls_not_distinct=True,
        ),
        sa.CheckConstraint(
            "email = lower(email) AND email LIKE '_%@_%'",
            name=op.f("ck_call_alert_email_is_lower_case"),
        ),
        sa.CheckConstraint("locale IN ('fr', 'en')", name=op.f("ck_call_alert_locale_is_known")),
    )
    op.create_index(
        "ix_call_alert_unconfirmed",
        "call_alert",
        ["asked_at"],
        postgresql_where=sa.text("confirmed_at IS NULL"),
    )


def count_attempts() -> None:
    """One table for all that is limited, instead of one for passwords; a day's counts are lost."""
    op.drop_table("sign_in_failure")
    op.create_table(
        "attempt",
        *row(
            text("kind"), text("account"), text("network"), sa.Column("at", INSTANT, nullable=False)
        ),
        sa.PrimaryKeyConstraint("id", name="pk_attempt"),
    )
    op.create_index("ix_attempt_kind_account_at", "attempt", ["kind", "account", "at"])
    op.create_index("ix_attempt_kind_network_at", "attempt", ["kind", "network", "at"])
    op.create_index("ix_attempt_at", "attempt", ["at"])


def downgrade() -> None:
    """Take them away; the extension stays, others may use it."""
    op.drop_table("attempt")
    op.create_table(
        "sign_in_failure",
        *row(text("account"), text("address"), sa.Column("failed_at", INSTANT, nullable=False)),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_failure"),
    )
    for columns in (["account", "failed_at"], ["address", "failed_at"], ["failed_at"]):
        op.create_index(f"ix_sign_in_failure_{'_'.join(columns)}", "sign_in_failure", columns)
    op.drop_column("mail", "stop_url")
    op.drop_table("call_alert")
    op.drop_column("call", "words")
    op.execute("DROP FUNCTION call_words")
    op.execute("DROP FUNCTION french_singular")
    op.execute("DROP TEXT SEARCH CONFIGURATION laureat_french")
