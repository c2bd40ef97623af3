"""A booking asks of accounts, keys and schedules once, however many awards it has."""

from __future__ import annotations

import re
from pathlib import Path

from alembic import op

revision = "0059"
down_revision = "0058"

SQL = Path(__file__).parent.parent / "sql"
BEFORE = {
    "ledger_book_movements": "0031_authorisations.sql",
    "ledger_posting_is_covered": "0004_ledger.sql",
    "ledger_entry_keeps_schedule": "0031_authorisations.sql",
}
WAYS = {"join_collapse_limit": "1"} | {
    f"enable_{way}": "off"
    for way in ("seqscan", "bitmapscan", "hashjoin", "mergejoin", "material", "memoize")
}
TRIGGER = """
    CREATE CONSTRAINT TRIGGER ledger_entry_keeps_schedule AFTER INSERT ON ledger_entry
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
        WHEN (NEW.operation IN ('commit', 'commit_reserved', 'decommit', 'draw_credits',
                                'restore_authorisation'))
        EXECUTE FUNCTION ledger_entry_keeps_schedule()
"""


def upgrade() -> None:
    """Ask the same with a statement, a trigger and a join less."""
    run((SQL / "0059_asked_once.sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """Ask as before, by the ways of migrations 0053 and 0057."""
    for name, file in BEFORE.items():
        written = (SQL / file).read_text(encoding="utf-8")
        found = re.search(
            rf"CREATE (?:OR REPLACE )?FUNCTION ({name}\(.*?\nEND \$\$;)", written, re.DOTALL
        )
        if found is None:
            raise LookupError(name)
        run(f"CREATE OR REPLACE FUNCTION {found.group(1)}")
        for way, value in WAYS.items():
            op.execute(f"ALTER FUNCTION {name} SET {way} TO {value}")
    op.execute(TRIGGER)


def run(text: str) -> None:
    """Several statements, and no parameters: the driver itself, so that `%` stays `%`."""
    with op.get_bind().connection.cursor() as cursor:
        cursor.execute(text)
