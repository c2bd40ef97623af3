"""A booking asks each of its questions once: the rules of the ledger stay as they were."""

from __future__ import annotations

import re
from pathlib import Path

from alembic import op

revision = "0046"
down_revision = "0045"

SQL = Path(__file__).parent.parent / "sql"
BEFORE = {
    "0004_ledger.sql": ("ledger_postings_land", "ledger_entry_is_sealed", "ledger_entry_holds"),
    "0029_gate.sql": ("ledger_entry_is_warranted",),
    "0031_authorisations.sql": ("ledger_account_guard", "ledger_entry_is_timely"),
}
TRIGGERS_BEFORE = """
    CREATE TRIGGER ledger_entry_is_timely AFTER INSERT ON ledger_entry
        FOR EACH ROW EXECUTE FUNCTION ledger_entry_is_timely();
    CREATE TRIGGER ledger_entry_is_warranted AFTER INSERT ON ledger_entry
        FOR EACH ROW WHEN (NEW.answers_id IS NULL) EXECUTE FUNCTION ledger_entry_is_warranted();
    CREATE CONSTRAINT TRIGGER ledger_entry_holds AFTER INSERT ON ledger_entry
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_entry_holds();
    DROP TRIGGER ledger_posting_is_covered ON ledger_posting;
    CREATE CONSTRAINT TRIGGER ledger_posting_is_covered AFTER INSERT ON ledger_posting
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_posting_is_covered();
    DROP FUNCTION ledger_fault(ledger_entry, ledger_operation)
"""
# Held by the triggers that write there anyway: what they refer to never goes and keeps its id.
KEYS = (
    ("ledger_account", "envelope_id", "ledger_envelope"),
    ("ledger_posting", "account_id", "ledger_account"),
    ("ledger_entry", "book_id", "ledger_book"),
)


def upgrade() -> None:
    """Ask the same with fewer statements."""
    for table, column, _ in KEYS:
        op.drop_constraint(f"fk_{table}_{column}", table, type_="foreignkey")
    run((SQL / "0046_booking.sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """Ask as before."""
    for file, names in BEFORE.items():
        written = (SQL / file).read_text(encoding="utf-8")
        for name in names:
            found = re.search(
                rf"CREATE (?:OR REPLACE )?FUNCTION {name}\(.*?\nEND \$\$;", written, re.DOTALL
            )
            if found is None:
                raise LookupError(name)
            run(re.sub("^CREATE (OR REPLACE )?", "CREATE OR REPLACE ", found.group(0)))
    run(TRIGGERS_BEFORE)
    for table, column, target in KEYS:
        op.create_foreign_key(f"fk_{table}_{column}", table, target, [column], ["id"])


def run(text: str) -> None:
    """Several statements, and no parameters: the driver itself, so that `%` stays `%`."""
    with op.get_bind().connection.cursor() as cursor:
        cursor.execute(text)
