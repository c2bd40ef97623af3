"""Conditions of instalments, bank details, batches of orders, answers of the accounting office."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"

BATCHES = "order_batch"


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


def instant(name: str, *, nullable: bool = False) -> sa.Column[object]:
    """A `*_at` column."""
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def reference(name: str, *, nullable: bool = False) -> sa.Column[object]:
    """The column of a foreign key."""
    return sa.Column(name, sa.Uuid(), nullable=nullable)


def words(name: str, *, nullable: bool = False, empty: bool = False) -> sa.Column[object]:
    """A column of text; `empty`: nothing said is an empty text."""
    return sa.Column(name, sa.String(), nullable=nullable, server_default="" if empty else None)


def key(table: str) -> sa.PrimaryKeyConstraint:
    """Its primary key."""
    return sa.PrimaryKeyConstraint("id", name=f"pk_{table}")


def to(table: str, column: str, target: str, **more: str) -> sa.ForeignKeyConstraint:
    """One foreign key, named as `grants.db.base.NAMING` does."""
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{table}_{column}", **more)


def check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    """One CHECK, its name already whole."""
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def one(table: str, *columns: str) -> sa.UniqueConstraint:
    """What may be there once."""
    return sa.UniqueConstraint(*columns, name=f"uq_{table}_{'_'.join(columns)}")


def create_conditions() -> None:
    table = "instalment_condition"
    op.create_table(
        table,
        *row_columns(),
        reference("instalment_id"),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        words("label", empty=True),
        sa.Column("met_on", sa.Date()),
        reference("met_by", nullable=True),
        instant("met_at", nullable=True),
        words("note", empty=True),
        key(table),
        to(table, "instalment_id", "instalment", ondelete="CASCADE"),
        to(table, "met_by", "person"),
        one(table, "instalment_id", "position"),
        one(table, "instalment_id", "kind", "label"),
        check(
            table,
            "kind_is_known",
            "kind IN ('agreement', 'report', 'audit', 'cofunder', 'document')",
        ),
        check(table, "what_is_free_is_named", "(kind IN ('cofunder', 'document')) = (label <> '')"),
        check(
            table,
            "met_by_somebody",
            "(met_on IS NULL) = (met_at IS NULL) AND (met_on IS NULL) = (met_by IS NULL)",
        ),
    )


def create_bank_details() -> None:
    table = "bank_details"
    op.create_table(
        table,
        *row_columns(),
        reference("funder_id"),
        reference("organisation_id", nullable=True),
        reference("person_id", nullable=True),
        reference("application_id"),
        words("holder"),
        sa.Column("iban_cipher", sa.LargeBinary(), nullable=False),
        sa.Column("iban_index", sa.LargeBinary(), nullable=False),
        words("iban_last4"),
        words("bic", nullable=True),
        reference("deposited_by"),
        instant("deposited_at"),
        words("depositor_email"),
        reference("replaces_id", nullable=True),
        sa.Column("state", sa.String(40), nullable=False),
        reference("answered_by", nullable=True),
        instant("answered_at", nullable=True),
        words("note", empty=True),
        key(table),
        to(table, "funder_id", "funder"),
        to(table, "organisation_id", "organisation"),
        to(table, "application_id", "application"),
        to(table, "replaces_id", "bank_details"),
        *(to(table, c, "person") for c in ("person_id", "deposited_by", "answered_by")),
        check(table, "one_beneficiary", "num_nonnulls(organisation_id, person_id) = 1"),
        check(table, "state_is_known", "state IN ('pending', 'agreed', 'refused')"),
        check(table, "only_four_digits_shown", "length(iban_last4) = 4"),
        check(
            table,
            "answered_matches_state",
            "(state = 'pending') = (answered_at IS NULL)"
            " AND (answered_at IS NULL) = (answered_by IS NULL)",
        ),
        check(table, "another_person_agrees", "answered_by <> deposited_by"),
        check(table, "refusal_has_a_reason", "state <> 'refused' OR note <> ''"),
    )
    op.create_index(
        "uq_bank_details_pending",
        table,
        ["funder_id", "organisation_id", "person_id", "iban_index"],
        unique=True,
        postgresql_where=sa.text("state = 'pending'"),
        postgresql_nulls_not_distinct=True,
    )
    for column in ("iban_index", "organisation_id", "person_id"):
        op.create_index(f"ix_bank_details_{column}", table, [column])
    op.create_index("ix_bank_details_funder_id_state", table, ["funder_id", "state"])


def create_settings() -> None:
    table = "payment_setting"
    op.create_table(
        table,
        *row_columns(),
        reference("funder_id"),
        sa.Column("second_from", sa.BigInteger()),
        words("debtor", nullable=True),
        sa.Column("iban_cipher", sa.LargeBinary()),
        words("iban_last4", nullable=True),
        words("bic", nullable=True),
        words("pes_post", nullable=True),
        words("pes_community", nullable=True),
        words("pes_budget", nullable=True),
        reference("changed_by"),
        instant("changed_at"),
        key(table),
        to(table, "funder_id", "funder"),
        to(table, "changed_by", "person"),
        one(table, "funder_id"),
        check(table, "threshold_is_positive", "second_from > 0"),
        check(
            table,
            "account_is_whole",
            "(iban_cipher IS NULL) = (iban_last4 IS NULL)"
            " AND (iban_cipher IS NULL) = (debtor IS NULL)",
        ),
        check(table, "post_has_its_form", "pes_post ~ '^[0-9]{6,7}$'"),
        check(table, "community_has_its_form", "pes_community ~ '^[0-9A-Z]{3}$'"),
        check(table, "budget_has_its_form", "pes_budget ~ '^[0-9A-Z]{2}$'"),
    )


def create_batches() -> None:
    op.create_table(
        BATCHES,
        *row_columns(),
        reference("funder_id"),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        reference("prepared_by"),
        instant("prepared_at"),
        key(BATCHES),
        to(BATCHES, "funder_id", "funder"),
        to(BATCHES, "prepared_by", "person"),
        one(BATCHES, "funder_id", "year", "serial"),
        check(BATCHES, "numbers_start_at_one", "serial > 0"),
    )


def create_returns() -> None:
    table = "payment_return"
    op.create_table(
        table,
        *row_columns(),
        reference("funder_id"),
        sa.Column("kind", sa.String(40), nullable=False),
        words("name"),
        words("sha256"),
        reference("taken_by"),
        instant("taken_at"),
        key(table),
        to(table, "funder_id", "funder"),
        to(table, "taken_by", "person"),
        one(table, "funder_id", "sha256"),
        check(table, "kind_is_known", "kind IN ('csv', 'camt', 'pes')"),
        check(table, "is_fingerprinted", "sha256 ~ '^[0-9a-f]{64}$'"),
    )
    table = "payment_return_line"
    op.create_table(
        table,
        *row_columns(),
        reference("return_id"),
        reference("funder_id"),
        sa.Column("position", sa.Integer(), nullable=False),
        words("fingerprint"),
        words("reference"),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("answer", sa.String(40), nullable=False),
        words("motive", empty=True),
        sa.Column("state", sa.String(40), nullable=False),
        words("code", empty=True),
        reference("order_id", nullable=True),
        reference("settled_by", nullable=True),
        instant("settled_at", nullable=True),
        words("note", empty=True),
        key(table),
        to(table, "return_id", "payment_return"),
        to(table, "funder_id", "funder"),
        to(table, "order_id", "payment_order"),
        to(table, "settled_by", "person"),
        one(table, "return_id", "position"),
        one(table, "funder_id", "fingerprint"),
        check(table, "answer_is_known", "answer IN ('accepted', 'paid', 'rejected')"),
        check(table, "state_is_known", "state IN ('matched', 'open', 'set_aside')"),
        check(table, "amount_is_positive", "amount > 0"),
        check(table, "matched_to_an_order", "(state = 'matched') = (order_id IS NOT NULL)"),
        check(table, "settled_matches_state", "(state = 'open') = (settled_at IS NULL)"),
        check(table, "settled_by_somebody", "(settled_at IS NULL) = (settled_by IS NULL)"),
        check(table, "set_aside_for_a_reason", "state <> 'set_aside' OR note <> ''"),
    )
    op.create_index("ix_payment_return_line_order_id", table, ["order_id"])


def widen_claims() -> None:
    """What claims gave becomes what the funder knows; the cipher opens with the claim's id."""
    table = "claim"
    op.add_column(table, reference("bank_details_id", nullable=True))
    op.add_column(table, sa.Column("due_on", sa.Date(), nullable=True))
    op.execute("""
        INSERT INTO bank_details (
            id, funder_id, organisation_id, person_id, application_id, holder, iban_cipher,
            iban_index, iban_last4, bic, deposited_by, deposited_at, depositor_email, state,
            answered_by, answered_at)
        SELECT DISTINCT ON (
                c.funder_id, coalesce(a.organisation_id, a.author_id), c.iban_index)
            c.id, c.funder_id, a.organisation_id,
            CASE WHEN a.organisation_id IS NULL THEN a.author_id END, a.id, c.holder,
            c.iban_cipher, c.iban_index, c.iban_last4, c.bic, c.submitted_by, c.submitted_at,
            p.email,
            CASE WHEN c.certified_by <> c.submitted_by THEN 'agreed' ELSE 'pending' END,
            CASE WHEN c.certified_by <> c.submitted_by THEN c.certified_by END,
            CASE WHEN c.certified_by <> c.submitted_by THEN c.certified_at END
        FROM claim c JOIN application a ON a.id = c.application_id
            JOIN person p ON p.id = c.submitted_by
        WHERE c.method = 'transfer'
        ORDER BY c.funder_id, coalesce(a.organisation_id, a.author_id), c.iban_index,
            c.certified_at NULLS LAST, c.submitted_at
    """)
    op.execute("""
        UPDATE claim c SET bank_details_id = b.id
        FROM bank_details b, application a
        WHERE a.id = c.application_id AND c.method = 'transfer' AND b.funder_id = c.funder_id
            AND b.iban_index = c.iban_index
            AND coalesce(b.organisation_id, b.person_id)
                = coalesce(a.organisation_id, a.author_id)
    """)
    op.create_foreign_key(
        "fk_claim_bank_details_id", table, "bank_details", ["bank_details_id"], ["id"]
    )
    op.create_index("ix_claim_bank_details_id", table, ["bank_details_id"])
    op.create_check_constraint(
        op.f("ck_claim_account_is_known"),
        table,
        "(method = 'transfer') = (bank_details_id IS NOT NULL)",
    )


def widen_orders() -> None:
    """Orders that were prepared together become a batch."""
    table = "payment_order"
    op.add_column(table, reference("batch_id", nullable=True))
    op.add_column(
        table, sa.Column("needs_second", sa.Boolean(), server_default="false", nullable=False)
    )
    op.add_column(table, reference("first_signed_by", nullable=True))
    op.add_column(table, instant("first_signed_at", nullable=True))
    op.add_column(table, sa.Column("accepted_on", sa.Date(), nullable=True))
    op.execute("""
        WITH together AS (
            SELECT funder_id, year, prepared_by, prepared_at, min(serial) AS first
            FROM payment_order GROUP BY 1, 2, 3, 4)
        INSERT INTO order_batch (id, funder_id, year, serial, prepared_by, prepared_at)
        SELECT gen_random_uuid(), funder_id, year,
            row_number() OVER (PARTITION BY funder_id, year ORDER BY first),
            prepared_by, prepared_at
        FROM together
    """)
    op.execute("""
        UPDATE payment_order o SET batch_id = b.id FROM order_batch b
        WHERE b.funder_id = o.funder_id AND b.year = o.year
            AND b.prepared_by = o.prepared_by AND b.prepared_at = o.prepared_at
    """)
    op.alter_column(table, "batch_id", nullable=False)
    op.create_foreign_key("fk_payment_order_batch_id", table, BATCHES, ["batch_id"], ["id"])
    op.create_foreign_key(
        "fk_payment_order_first_signed_by", table, "person", ["first_signed_by"], ["id"]
    )
    op.create_index("ix_payment_order_batch_id", table, ["batch_id"])
    for name, condition in ORDER_CHECKS.items():
        op.create_check_constraint(op.f(f"ck_payment_order_{name}"), table, condition)


ORDER_CHECKS = {
    "each_signs_once": "first_signed_by <> prepared_by AND first_signed_by <> approved_by",
    "first_signature_is_whole": "(first_signed_by IS NULL) = (first_signed_at IS NULL)"
    " AND (needs_second OR first_signed_at IS NULL)",
    "second_signature_above_threshold": "NOT needs_second OR approved_at IS NULL"
    " OR first_signed_at IS NOT NULL",
    "accepted_once_approved": "accepted_on IS NULL OR approved_at IS NOT NULL",
}

VIOLATION = "USING ERRCODE = 'check_violation', CONSTRAINT ="

FUNCTIONS = {
    "instalments_fit_award": """
        DECLARE given bigint; planned bigint;
        BEGIN
            SELECT amount INTO given FROM decision WHERE id = NEW.decision_id;
            SELECT sum(amount) INTO planned FROM instalment WHERE decision_id = NEW.decision_id;
            IF planned > coalesce(given, 0) THEN
                RAISE EXCEPTION 'instalments exceed the award' @violation 'instalments_fit_award';
            END IF;
            RETURN NULL;
        END""",
    "claim_meets_conditions": """
        BEGIN
            IF NEW.state IN ('certified', 'ordered', 'paid') AND EXISTS (
                SELECT 1 FROM instalment_condition c
                WHERE c.instalment_id = NEW.instalment_id AND c.met_on IS NULL) THEN
                RAISE EXCEPTION 'a condition is not met' @violation 'claim_meets_conditions';
            END IF;
            RETURN NEW;
        END""",
    "condition_stays_met": """
        BEGIN
            IF EXISTS (SELECT 1 FROM claim c WHERE c.instalment_id = OLD.instalment_id
                AND c.state IN ('certified', 'ordered', 'paid')) THEN
                RAISE EXCEPTION 'certified on this' @violation 'condition_stays_met';
            END IF;
            RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
        END""",
    "bank_details_stay": """
        BEGIN
            IF TG_OP = 'DELETE' OR OLD.state <> 'pending'
                OR to_jsonb(NEW) - ARRAY['state', 'answered_by', 'answered_at', 'note']
                <> to_jsonb(OLD) - ARRAY['state', 'answered_by', 'answered_at', 'note'] THEN
                RAISE EXCEPTION 'bank details are answered once and never changed'
                    USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END""",
    "batch_follows": """
        BEGIN
            IF NEW.serial <> (SELECT coalesce(max(serial), 0) + 1 FROM order_batch
                WHERE funder_id = NEW.funder_id AND year = NEW.year) THEN
                RAISE EXCEPTION 'batches are numbered without gaps' @violation 'batch_follows';
            END IF;
            RETURN NEW;
        END""",
    "payment_order_fits": """
        DECLARE part instalment; asked claim; given bigint; live bigint; threshold bigint;
        BEGIN
            SELECT * INTO asked FROM claim WHERE id = NEW.claim_id;
            SELECT * INTO part FROM instalment WHERE id = asked.instalment_id;
            SELECT amount INTO given FROM decision WHERE id = part.decision_id
                FOR NO KEY UPDATE;
            SELECT coalesce(sum(amount), 0) INTO live FROM payment_order
                WHERE award_id = part.decision_id AND state <> 'rejected';
            IF NEW.amount <> part.amount OR NEW.award_id <> part.decision_id
                OR live + NEW.amount > coalesce(given, 0) THEN
                RAISE EXCEPTION 'never more than the award' @violation 'payment_order_fits_award';
            END IF;
            IF NEW.serial <> (SELECT coalesce(max(serial), 0) + 1 FROM payment_order
                WHERE funder_id = NEW.funder_id AND year = NEW.year) THEN
                RAISE EXCEPTION 'orders are numbered without gaps' @violation 'order_follows';
            END IF;
            IF asked.method = 'transfer' AND NOT EXISTS (SELECT 1 FROM bank_details b
                WHERE b.id = asked.bank_details_id AND b.state = 'agreed'
                    AND b.iban_index = asked.iban_index) THEN
                RAISE EXCEPTION 'nobody agreed to this' @violation 'order_to_agreed_account';
            END IF;
            SELECT second_from INTO threshold FROM payment_setting
                WHERE funder_id = NEW.funder_id;
            NEW.needs_second :=
                NEW.unit = 'EUR' AND NEW.amount >= coalesce(threshold, NEW.amount + 1);
            RETURN NEW;
        END""",
    "payment_order_stays": """
        BEGIN
            IF TG_OP = 'DELETE' OR (NEW.funder_id, NEW.claim_id, NEW.batch_id, NEW.year,
                NEW.serial, NEW.amount, NEW.unit, NEW.award_id, NEW.envelope_id, NEW.needs_second,
                NEW.prepared_by) IS DISTINCT FROM (OLD.funder_id, OLD.claim_id, OLD.batch_id,
                OLD.year, OLD.serial, OLD.amount, OLD.unit, OLD.award_id, OLD.envelope_id,
                OLD.needs_second, OLD.prepared_by) THEN
                RAISE EXCEPTION 'a numbered order is turned down, never changed'
                    USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END""",
}

TRIGGERS = (
    ("claim_meets_conditions", "BEFORE INSERT OR UPDATE OF state", "claim"),
    ("condition_stays_met", "BEFORE UPDATE OR DELETE", "instalment_condition"),
    ("bank_details_stay", "BEFORE UPDATE OR DELETE", "bank_details"),
    ("batch_follows", "BEFORE INSERT", BATCHES),
    ("payment_order_fits", "BEFORE INSERT", "payment_order"),
    ("payment_order_stays", "BEFORE UPDATE OR DELETE", "payment_order"),
)


def guard() -> None:
    """What no Python can forget."""
    for name, text in FUNCTIONS.items():
        body = text.replace("@violation", VIOLATION)
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $guard${body}; $guard$"
        )
    # At commit: a plan is made again by taking its lines away and writing others.
    op.execute(
        "CREATE CONSTRAINT TRIGGER instalments_fit_award AFTER INSERT OR UPDATE ON instalment"
        " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION instalments_fit_award()"
    )
    for name, when, table in TRIGGERS:
        op.execute(
            f"CREATE TRIGGER {name} {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
        )


def upgrade() -> None:
    """Create them."""
    create_conditions()
    create_bank_details()
    create_settings()
    create_batches()
    widen_claims()
    widen_orders()
    create_returns()
    guard()


def downgrade() -> None:
    """Drop them."""
    for name, _, table in (("instalments_fit_award", "", "instalment"), *TRIGGERS):
        op.execute(f"DROP TRIGGER {name} ON {table}")
    for name in FUNCTIONS:
        op.execute(f"DROP FUNCTION {name}()")
    for table in ("payment_return_line", "payment_return"):
        op.drop_table(table)
    for name in ORDER_CHECKS:
        op.drop_constraint(op.f(f"ck_payment_order_{name}"), "payment_order", type_="check")
    for column in ("batch_id", "needs_second", "first_signed_by", "first_signed_at", "accepted_on"):
        op.drop_column("payment_order", column)
    op.drop_constraint(op.f("ck_claim_account_is_known"), "claim", type_="check")
    for column in ("bank_details_id", "due_on"):
        op.drop_column("claim", column)
    for table in (BATCHES, "payment_setting", "bank_details", "instalment_condition"):
        op.drop_table(table)
