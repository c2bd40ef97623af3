"""Two doors to the database, and no third."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.orm import Session, sessionmaker

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
        """Commit on the way out, roll back on any exception."""
        with self._sessions.begin() as session:
            yield session

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
