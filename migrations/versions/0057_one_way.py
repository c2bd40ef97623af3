"""What a booking asks has one way to be answered, whatever statistics say."""

from __future__ import annotations

import re
from pathlib import Path

from alembic import op

revision = "0057"
down_revision = "0056"

SQL = Path(__file__).parent.parent / "sql"
FUNCTIONS = ("ledger_book_movements", "ledger_posting_is_covered", "ledger_entry_keeps_schedule")
"""What books, with the triggers under it, and what asks once more at commit."""
WAYS = {"join_collapse_limit": "1"} | {
    f"enable_{way}": "off" for way in ("bitmapscan", "material", "memoize")
}
"""Joins as they are written, each by the index of a key: see docs/adr/0012-one-look.md.

Else the walk from an entry's two postings began at the other end, with every account of every
award, as soon as an act of a thousand awards had been counted among the entries.
"""
BEFORE = {"enable_seqscan": "off", "enable_hashjoin": "off", "enable_mergejoin": "off"}
"""What migration 0053 said of the first two."""


def upgrade() -> None:
    """Look at what an award was given when its entry is sealed, and walk by key alone."""
    run((SQL / "0057_one_way.sql").read_text(encoding="utf-8"))
    for function in FUNCTIONS:
        for name, value in (BEFORE | WAYS).items():
            op.execute(f"ALTER FUNCTION {function} SET {name} TO {value}")


def downgrade() -> None:
    """Look in another trigger, and leave some ways to the planner."""
    for function in FUNCTIONS:
        for name in WAYS if function in FUNCTIONS[:2] else BEFORE | WAYS:
            op.execute(f"ALTER FUNCTION {function} RESET {name}")
    sealed = re.search(
        r"CREATE OR REPLACE FUNCTION ledger_entry_is_sealed\(.*?\nEND \$\$;",
        (SQL / "0046_booking.sql").read_text(encoding="utf-8"),
        re.DOTALL,
    )
    if sealed is None:
        raise LookupError("ledger_entry_is_sealed")
    run(sealed.group(0))
    run("DROP FUNCTION ledger_committed(uuid, uuid)")
    run((SQL / "0043_awarded.sql").read_text(encoding="utf-8"))


def run(text: str) -> None:
    """Several statements, and no parameters: the driver itself, so that `%` stays `%`."""
    with op.get_bind().connection.cursor() as cursor:
        cursor.execute(text)
