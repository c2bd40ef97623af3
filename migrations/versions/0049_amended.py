"""Nothing is ordered beyond the agreement as it was last amended, whoever writes."""

from __future__ import annotations

from alembic import op

revision = "0049"
down_revision = "0048"

# After payment_order_fits, which holds the award locked: two orders at once count together.
FUNCTION = """
    CREATE FUNCTION payment_order_within_agreement() RETURNS trigger LANGUAGE plpgsql AS $guard$
    DECLARE agreed bigint; live bigint;
    BEGIN
        SELECT a.amount INTO agreed FROM agreement g JOIN agreement_act a ON a.agreement_id = g.id
         WHERE g.decision_id = NEW.award_id AND a.state = 'in_force'
         ORDER BY a.position DESC LIMIT 1;
        SELECT coalesce(sum(amount), 0) INTO live FROM payment_order
         WHERE award_id = NEW.award_id AND state <> 'rejected';
        IF live + NEW.amount > agreed THEN
            RAISE EXCEPTION 'never more than the agreement in force'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_order_within_agreement';
        END IF;
        RETURN NEW;
    END; $guard$
"""
TRIGGER = """
    CREATE TRIGGER payment_order_within_agreement BEFORE INSERT ON payment_order
    FOR EACH ROW EXECUTE FUNCTION payment_order_within_agreement()
"""


def upgrade() -> None:
    """Hold it from now on."""
    op.execute(FUNCTION)
    op.execute(TRIGGER)


def downgrade() -> None:
    """Hold it no more."""
    op.execute("DROP TRIGGER payment_order_within_agreement ON payment_order")
    op.execute("DROP FUNCTION payment_order_within_agreement()")
