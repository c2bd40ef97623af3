"""What a booking reads: rows by their keys, however many the acts before it had."""

from __future__ import annotations

from uuid import uuid4

from sqlalchemy import text

from build.clock import NOW
from build.ledger import an_envelope, warranted
from grants.kernel.access import SYSTEM
from grants.kernel.clock import paris_date
from grants.ledger import services
from grants.ledger.services import Movement

AWARDS = 400
MOST = 20
"""Rows of one table: two accounts, two postings, looked at by some ten statements."""
READ = """
    SELECT relname, seq_tup_read, idx_tup_fetch
      FROM pg_stat_xact_user_tables
     WHERE relname LIKE 'ledger%' OR relname LIKE 'outbox%' OR relname = 'decision'
"""


def read(session) -> dict[str, tuple[int, int]]:
    """Rows read of each table so far: one after the other, and by an index."""
    for when in ("IMMEDIATE", "DEFERRED"):
        session.execute(text(f"SET CONSTRAINTS ALL {when}"))
    return {one: (by_scan, by_key or 0) for one, by_scan, by_key in session.execute(text(READ))}


def committed(session, envelope_id, awards) -> None:
    """In one act, and with no other statement than those of a booking."""
    services.book(
        session,
        "commit",
        [Movement(envelope_id, 1, one) for one in awards],
        key=str(uuid4()),
        on=paris_date(NOW),
        reason="Délibération",
        actor=SYSTEM,
        now=NOW,
    )


def test_a_commitment_reads_by_key_what_an_act_of_hundreds_has_written(session):
    envelope = an_envelope(session, voted=10**9).id
    award, *awards = (uuid4() for _ in range(AWARDS))
    warranted(session, award, *awards, envelope_id=envelope)
    committed(session, envelope, awards)
    # It teaches the planner that an entry has hundreds of postings.
    session.execute(text("ANALYZE ledger_account, ledger_posting, ledger_entry, ledger_warrant"))
    before = read(session)
    committed(session, envelope, [award])
    after = read(session)
    rows = {name: [b - a for a, b in zip(before[name], after[name], strict=True)] for name in after}
    assert max(by_scan for by_scan, _ in rows.values()) == 0, rows
    assert max(by_key for _, by_key in rows.values()) <= MOST, rows
