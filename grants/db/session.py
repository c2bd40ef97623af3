"""Two doors to the database, and no third."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.orm import Session, sessionmaker


def make_engine(url: str, *, pool_size: int = 4) -> Engine:
    """An engine whose connections give up rather than hang.

    A silent peer is noticed by TCP keepalives; a statement by its own time limit.
    """
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_pre_ping=False,
        pool_timeout=5,
        connect_args={
            "connect_timeout": 5,
            "options": "-c statement_timeout=15000 -c lock_timeout=10000 -c timezone=UTC",
            "keepalives_idle": 5,
            "keepalives_interval": 2,
            "keepalives_count": 3,
        },
    )


class Database:
    """`transaction()` writes, `reading()` cannot."""

    def __init__(self, bind: Engine | Connection) -> None:
        self.bind = bind
        self._sessions = sessionmaker(
            bind, expire_on_commit=False, join_transaction_mode="create_savepoint"
        )

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
