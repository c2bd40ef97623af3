"""Tables of decisions: sessions, proposals, deliberations, decisions, acknowledgements."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

AMOUNT_MATCHES = (
    "((outcome = 'award' AND instrument <> 'title') = (amount IS NOT NULL))"
    " AND ((amount IS NOT NULL) = (envelope_id IS NOT NULL))"
    " AND (amount IS NULL OR amount > 0)"
)
OUTCOMES = "outcome IN ('award', 'refusal', 'waitlist')"
INSTRUMENTS = "instrument IN ('grant', 'prize', 'equity', 'floor_area', 'title')"


def row_columns() -> list[sa.Column[object]]:
    """What every table has."""
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
    ]


def key(table: str) -> sa.PrimaryKeyConstraint:
    """Its primary key."""
    return sa.PrimaryKeyConstraint("id", name=f"pk_{table}")


def to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    """One foreign key, named as `grants.db.base.NAMING` does."""
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{table}_{column}")


def check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    """One CHECK, its name already whole."""
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def create_council_session() -> None:
    table = "council_session"
    op.create_table(
        table,
        *row_columns(),
        sa.Column("funder_id", sa.Uuid(), nullable=False),
        sa.Column("body", sa.String(40), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("convened_on", sa.Date()),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        key(table),
        to(table, "funder_id", "funder"),
        check(table, "body_is_known", "body IN ('council', 'bureau', 'president')"),
        check(table, "state_is_known", "state IN ('planned', 'held')"),
        check(table, "convened_before_held", "convened_on <= held_on"),
        sa.UniqueConstraint(
            "funder_id", "body", "held_on", name="uq_council_session_funder_id_body_held_on"
        ),
    )


def create_proposal() -> None:
    table = "proposal"
    op.create_table(
        table,
        *row_columns(),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("funder_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("envelope_id", sa.Uuid()),
        sa.Column("outcome", sa.String(40), nullable=False),
        sa.Column("instrument", sa.String(40)),
        sa.Column("amount", sa.BigInteger()),
        sa.Column("label", sa.String(), server_default="", nullable=False),
        sa.Column("reason", sa.String(), server_default="", nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        key(table),
        to(table, "call_id", "call"),
        to(table, "funder_id", "funder"),
        to(table, "application_id", "application"),
        to(table, "envelope_id", "ledger_envelope"),
        to(table, "proposed_by", "person"),
        sa.UniqueConstraint(
            "application_id",
            "funder_id",
            "envelope_id",
            name="uq_proposal_application_id_funder_id_envelope_id",
            postgresql_nulls_not_distinct=True,
        ),
        check(table, "outcome_is_known", OUTCOMES),
        check(table, "instrument_is_known", INSTRUMENTS),
        check(table, "award_has_a_form", "(outcome = 'award') = (instrument IS NOT NULL)"),
        check(table, "amount_matches_outcome", AMOUNT_MATCHES),
    )
    op.create_index("ix_proposal_call_id_funder_id", table, ["call_id", "funder_id"])
    op.create_index("ix_proposal_application_id", table, ["application_id"])


def vote_checks(table: str) -> list[sa.CheckConstraint]:
    """The arithmetic of a vote, as `grants.decisions.vote` explains it."""
    return [
        check(
            table,
            "counts_members",
            "seats > 0 AND present >= 0 AND represented >= 0 AND not_taking_part >= 0"
            " AND votes_for >= 0 AND votes_against >= 0 AND abstentions >= 0",
        ),
        check(table, "members_fit_seats", "present + represented <= seats"),
        check(table, "one_proxy_each", "represented <= present"),
        check(table, "quorum_is_met", "second_convocation OR present * 2 > seats"),
        check(
            table,
            "votes_add_up",
            "votes_for + votes_against + abstentions = present + represented - not_taking_part",
        ),
        check(
            table,
            "casting_vote_settles_a_tie",
            "(casting_vote IS NOT NULL)"
            " = (votes_for = votes_against AND votes_for > 0 AND NOT secret_ballot)",
        ),
        check(
            table,
            "casting_vote_is_known",
            "casting_vote IS NULL OR casting_vote IN ('for', 'against')",
        ),
        check(
            table,
            "adopted_by_majority",
            "adopted = (votes_for > votes_against"
            " OR (votes_for = votes_against AND COALESCE(casting_vote = 'for', false)))",
        ),
    ]


def create_deliberation() -> None:
    table = "deliberation"
    counts = ("seats", "present", "represented", "not_taking_part")
    votes = ("votes_for", "votes_against", "abstentions")
    op.create_table(
        table,
        *row_columns(),
        sa.Column("council_session_id", sa.Uuid(), nullable=False),
        sa.Column("funder_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("object", sa.String(), nullable=False),
        sa.Column("voted_on", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in counts + votes),
        sa.Column("second_convocation", sa.Boolean(), nullable=False),
        sa.Column("secret_ballot", sa.Boolean(), nullable=False),
        sa.Column("casting_vote", sa.String(40)),
        sa.Column("adopted", sa.Boolean(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True)),
        sa.Column("made_executory_on", sa.Date()),
        key(table),
        to(table, "council_session_id", "council_session"),
        to(table, "funder_id", "funder"),
        to(table, "recorded_by", "person"),
        sa.UniqueConstraint("funder_id", "number", name="uq_deliberation_funder_id_number"),
        check(table, "is_named", "number <> '' AND object <> ''"),
        *vote_checks(table),
        check(table, "executory_after_vote", "made_executory_on >= voted_on"),
        check(table, "announced_if_adopted", "adopted OR announced_at IS NULL"),
    )
    op.create_index("ix_deliberation_council_session_id", table, ["council_session_id"])


def create_decision() -> None:
    table = "decision"
    op.create_table(
        table,
        *row_columns(),
        sa.Column("deliberation_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("funder_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.String(40), nullable=False),
        sa.Column("instrument", sa.String(40)),
        sa.Column("amount", sa.BigInteger()),
        sa.Column("unit", sa.String(40)),
        sa.Column("envelope_id", sa.Uuid()),
        sa.Column("label", sa.String(), server_default="", nullable=False),
        sa.Column("reason", sa.String(), server_default="", nullable=False),
        key(table),
        to(table, "deliberation_id", "deliberation"),
        to(table, "application_id", "application"),
        to(table, "funder_id", "funder"),
        to(table, "envelope_id", "ledger_envelope"),
        sa.UniqueConstraint(
            "deliberation_id",
            "application_id",
            "envelope_id",
            name="uq_decision_deliberation_id_application_id_envelope_id",
            postgresql_nulls_not_distinct=True,
        ),
        check(table, "outcome_is_known", OUTCOMES),
        check(table, "instrument_is_known", INSTRUMENTS),
        check(table, "unit_is_known", "unit IN ('EUR', 'm2', 'hour')"),
        check(table, "award_has_a_form", "(outcome = 'award') = (instrument IS NOT NULL)"),
        check(table, "amount_matches_outcome", AMOUNT_MATCHES),
        check(table, "amount_has_a_unit", "(amount IS NULL) = (unit IS NULL)"),
        check(
            table,
            "floor_is_in_m2",
            "unit IS NULL OR (instrument = 'floor_area') = (unit = 'm2')",
        ),
        check(table, "refusal_has_a_reason", "outcome <> 'refusal' OR reason <> ''"),
    )
    op.create_index("ix_decision_application_id", table, ["application_id"])
    op.create_index("ix_decision_funder_id", table, ["funder_id"])


def create_acknowledgement() -> None:
    table = "acknowledgement"
    op.create_table(
        table,
        *row_columns(),
        sa.Column("deliberation_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        key(table),
        to(table, "deliberation_id", "deliberation"),
        to(table, "application_id", "application"),
        to(table, "person_id", "person"),
        sa.UniqueConstraint(
            "deliberation_id",
            "application_id",
            name="uq_acknowledgement_deliberation_id_application_id",
        ),
    )
    op.create_index("ix_acknowledgement_application_id", table, ["application_id"])


FROZEN = (
    "council_session_id, funder_id, number, object, voted_on, seats, present, represented, "
    "not_taking_part, votes_for, votes_against, abstentions, second_convocation, secret_ballot, "
    "casting_vote, adopted, recorded_by, recorded_at, fingerprint"
)


def freeze_what_was_decided() -> None:
    """A decision never changes; a deliberation only becomes announced and executory."""
    op.execute("""
        CREATE FUNCTION decision_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'what was decided is never changed: %', TG_TABLE_NAME
                USING ERRCODE = 'restrict_violation';
        END $$
    """)
    for table, when in (
        ("decision", "UPDATE OR DELETE"),
        ("acknowledgement", "UPDATE OR DELETE"),
        ("deliberation", f"UPDATE OF id, {FROZEN} OR DELETE"),
    ):
        op.execute(
            f"CREATE TRIGGER {table}_is_final BEFORE {when} ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION decision_is_final()"
        )


def upgrade() -> None:
    """Create them."""
    create_council_session()
    create_proposal()
    create_deliberation()
    create_decision()
    create_acknowledgement()
    freeze_what_was_decided()


def downgrade() -> None:
    """Drop them."""
    for table in ("acknowledgement", "decision", "deliberation", "proposal", "council_session"):
        op.drop_table(table)
    op.execute("DROP FUNCTION decision_is_final()")
