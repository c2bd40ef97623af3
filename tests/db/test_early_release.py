"""A booking lets go of its book before the disk has it; nobody is told before the disk has it."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.exc import IntegrityError

from build.ledger import an_envelope, booked
from grants.db import Database
from grants.db import session as session_module
from grants.db.session import HURRIED, SETTLE, hurry
from grants.kernel.errors import Refused
from grants.ledger.verify import verify

AHEAD = text("SELECT pg_current_wal_flush_lsn() >= CAST(:lsn AS pg_lsn)")
WRITTEN = text("SELECT pg_current_wal_insert_lsn()::text")
STRAY = """
    INSERT INTO ledger_posting (entry_id, position, account_id, amount)
    SELECT gen_random_uuid(), 1, id, 1 FROM ledger_account
     WHERE envelope_id = :envelope AND stage = 'available'
"""
SHOWN = text("SHOW synchronous_commit")


@pytest.fixture
def waiting(fresh_url):
    """A database whose commits wait for the disk, unlike others' in tests."""
    engine = create_engine(fresh_url, pool_size=2)

    @event.listens_for(engine, "connect")
    def wait(connection, _record):
        connection.execute("SET synchronous_commit = on")
        connection.commit()

    yield engine
    engine.dispose()


def on_disk(engine: Engine, lsn: str) -> bool:
    with engine.connect() as connection:
        return bool(connection.scalar(AHEAD, {"lsn": lsn}))


def test_a_booking_does_not_hold_its_book_over_the_disk_and_is_on_it_when_told(waiting):
    database = Database(waiting)
    with database.transaction() as session:
        envelope = an_envelope(session, voted=1000).id
    for _ in range(5):  # the writer of the log may come by on its own, not five times
        with database.transaction() as session:
            assert session.scalar(SHOWN) == "on"
            booked(session, "reserve", envelope, 5)
            assert session.scalar(SHOWN) == "off"
            lsn = session.scalar(WRITTEN)
        assert on_disk(waiting, lsn)
    with database.reading() as session:
        assert verify(session) == []


def test_without_the_wait_it_would_not_be(waiting, monkeypatch):
    """What the test above sees is the wait, and nothing else."""
    monkeypatch.setattr(session_module, "SETTLE", "COMMIT")
    database, seen = Database(waiting), []
    with database.transaction() as session:
        envelope = an_envelope(session, voted=1000).id
    for _ in range(5):
        with database.transaction() as session:
            booked(session, "reserve", envelope, 5)
            lsn = session.scalar(WRITTEN)
        seen.append(on_disk(waiting, lsn))
    assert not all(seen)


def test_what_books_nothing_waits_by_itself(waiting):
    settled, database = [], Database(waiting)

    @event.listens_for(waiting, "before_cursor_execute")
    def note(_connection, _cursor, statement, *_):
        settled.extend([statement] if statement == SETTLE else [])

    with database.transaction() as session:
        assert session.scalar(SHOWN) == "on"
    with pytest.raises(Refused), database.transaction() as session:
        envelope = an_envelope(session, voted=10).id
        booked(session, "reserve", envelope, 5000)
    assert settled == []


def test_what_postgresql_refuses_at_the_commit_is_refused_and_leaves_nothing(waiting):
    """The commit and the wait are one round trip: its error is the session's, as any other."""
    database = Database(waiting)
    with database.transaction() as session:
        envelope = an_envelope(session, voted=1000).id
    with pytest.raises(IntegrityError, match="no entry"), database.transaction() as session:
        booked(session, "reserve", envelope, 5)
        session.execute(text(STRAY), {"envelope": envelope})
    with database.transaction() as session:
        assert session.scalar(text("SELECT count(*) FROM ledger_entry")) == 1
        assert session.scalar(SHOWN) == "on"
        booked(session, "reserve", envelope, 5)


def test_a_transaction_that_nobody_waits_for_is_not_hurried(session):
    """A test's, or one that was opened by hand: it commits as PostgreSQL is told to."""
    assert not hurry(session)
    assert HURRIED not in session.info


def test_what_was_rolled_back_inside_has_nothing_to_wait_for(waiting):
    database = Database(waiting)
    with database.transaction() as session:
        booked(session, "reserve", an_envelope(session, voted=1000).id, 5)
        session.rollback()
    with database.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM ledger_entry")) == 0
