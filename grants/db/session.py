"""Two doors to the database, and no third."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.orm import Session, sessionmaker

HURRIED = "hurried"
"""In `Session.info`: its commit lets go of its locks before the disk has it. Absent: may not."""
LET_GO = "set_config('synchronous_commit', 'off', true)"
"""What a statement selects to let go early, where `hurry` allows it."""
SETTLE = "COMMIT; SELECT pg_logical_emit_message(true, 'laureat', '')"
"""Let go, then wait until everything committed so far is on disk (and wherever else commits wait).

One round trip, two commits, the second of nothing but an empty record: the log is written in
order, so that it cannot be there without what came before it. The session's own commit then finds
nothing left to end.
"""

LIMITS = "-c statement_timeout=15000 -c lock_timeout=10000 -c timezone=UTC"
NO_WRITES = "-c default_transaction_read_only=on"


def make_engine(url: str, *, pool_size: int = 4, read_only: bool = False) -> Engine:
    """An engine whose connections give up rather than hang.

    A silent peer is noticed by TCP keepalives; a statement by its own time limit. With
    `read_only`, PostgreSQL rejects writes on these connections, and each statement is a
    transaction of its own: no BEGIN, no ROLLBACK.
    """
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_pre_ping=False,
        pool_timeout=5,
        hide_parameters=True,  # an error's text must not carry what people typed
        connect_args={
            "connect_timeout": 5,
            "options": f"{LIMITS} {NO_WRITES}" if read_only else LIMITS,
            "keepalives_idle": 5,
            "keepalives_interval": 2,
            "keepalives_count": 3,
        },
        **({"isolation_level": "AUTOCOMMIT"} if read_only else {}),
    )


def hurry(session: Session) -> bool:
    """Whether this transaction may let go of its locks before the disk has it: select `LET_GO`.

    Only where whoever opened it waits for the disk before anybody is told (`Database.transaction`).
    For what everybody waits for, as a book's last number: see docs/adr/0011-early-release.md.
    """
    if HURRIED not in session.info:
        return False
    session.info[HURRIED] = True
    return True


class Database:
    """`transaction()` writes, `reading()` cannot.

    `readers` are connections made `read_only`, for pages; without them pages read in
    transactions of `bind`.
    """

    def __init__(self, bind: Engine | Connection, readers: Engine | None = None) -> None:
        self.bind = bind
        self._sessions = sessionmaker(
            bind, expire_on_commit=False, join_transaction_mode="create_savepoint"
        )
        self._readers = readers
        self._glances = sessionmaker(readers) if readers else None

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Commit on the way out, roll back on any exception.

        What is committed is on disk when the block is left, hurried or not (see `hurry`).
        """
        with self._sessions.begin() as session:
            if isinstance(self.bind, Engine):
                session.info[HURRIED] = False
            yield session
            if session.info.get(HURRIED) and session.in_transaction():
                session.flush()
                session.connection().exec_driver_sql(SETTLE)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session in which PostgreSQL itself rejects any write."""
        with self._sessions() as session:
            session.execute(text("SET TRANSACTION READ ONLY"))
            yield session  # closing rolls back, and leaves what was loaded readable

    @contextmanager
    def glancing(self) -> Iterator[Session]:
        """The same door for a page, statement by statement: three round trips less.

        At READ COMMITTED one sees the same without a transaction around; only a cursor must
        not outlive its statement (no `yield_per`).
        """
        if self._glances is None:
            with self.reading() as session:
                yield session
            return
        with self._glances() as session:
            yield session

    def forget_connections(self) -> None:
        """Leave the connections to the process that opened them: for one that was forked."""
        for engine in (self.bind, self._readers):
            if isinstance(engine, Engine):
                engine.dispose(close=False)
