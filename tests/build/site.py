"""A site whose every call is undone: what one call changed, the next one does not see."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from flask.testing import FlaskClient
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, Engine, NestedTransaction, text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from build.clock import TestClock
from build.world import World
from config import Settings
from grants.app import create_app
from grants.db import Database

UNCOUNTED = frozenset({"sign_in", "signing_code"})
"""Tables that a refused form may write to: when one was last seen, how often a code was tried."""


def digest(session: Session, *, but: frozenset[str] = UNCOUNTED) -> dict[str, str]:
    """What every table holds, hashed; `but` tells which do not count."""
    tables = session.scalars(
        text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    )
    hashed = "SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM"
    return {
        table: str(session.scalar(text(f"{hashed} {table} t")))
        for table in tables
        if table not in but
    }


class Doors(Database):
    """Two connections: one reads the world as it was built, the other writes and takes back.

    A call costs the statements that it sends and little more, for there are thousands. Inside
    `undone` both doors lead to the second connection, and calls see what those before them did.
    """

    def __init__(self, reader: Connection, writer: Connection) -> None:
        super().__init__(writer)
        self.reader, self.writer = reader, writer
        self.is_open = False

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """The built world; PostgreSQL rejects any write."""
        if self.is_open:
            with super().reading() as session:
                yield session
            return
        if not self.reader.in_transaction():
            self.reader.begin()
            self.reader.exec_driver_sql("SET TRANSACTION READ ONLY")
        try:
            with Session(self.reader, join_transaction_mode="rollback_only") as session:
                yield session
        except Exception:
            if self._has_failed():  # else the next statements would fail as well
                self.reader.rollback()
            raise

    def _has_failed(self) -> bool:
        """Whether PostgreSQL refused a statement; a refusal of ours leaves the reader as it was."""
        plain = self.reader.connection.dbapi_connection
        return plain is None or plain.info.transaction_status is not TransactionStatus.INTRANS

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Everything that a request writes, taken back when it ends."""
        if self.is_open:
            with super().transaction() as session:
                yield session
            return
        options = {"join_transaction_mode": "rollback_only", "expire_on_commit": False}
        self.writer.begin()
        try:
            with Session(self.writer, **options) as session, session.begin():
                yield session
        finally:
            self.writer.rollback()

    @contextmanager
    def undone(self) -> Iterator[None]:
        """Whatever happens inside is kept until the end, and leaves no trace after it."""
        self.reader.rollback()  # what it has read stays locked against ALTER TABLE until then
        outer = self.writer.begin()
        self.is_open = True
        try:
            yield
        finally:
            self.is_open = False
            outer.rollback()

    @contextmanager
    def begun(self) -> Iterator[NestedTransaction]:
        """A step of what is `undone`, which may be kept or taken back by itself."""
        with self.writer.begin_nested() as step:
            yield step


class Site:
    """The application over one world."""

    def __init__(self, settings: Settings, engine: Engine, world: World) -> None:
        self.settings, self.world = settings, world
        self.database = Doors(engine.connect(), engine.connect())
        self.clock = TestClock()
        self.app = create_app(settings, self.database, self.clock)
        self.guarded = create_app(replace(settings, csrf=True), self.database, self.clock)

    def close(self) -> None:
        """Give both connections back."""
        self.database.reader.close()
        self.database.writer.close()

    def call(
        self, role: str, method: str, path: str, *, guarded: bool = False, **options: Any
    ) -> TestResponse:
        """One request by a role of the matrix; its answer, read to the end."""
        browser = self.browser(role, guarded=guarded)
        answer = browser.open(path, method=method, **options)
        answer.get_data()
        answer.close()
        return answer

    def browser(self, role: str, *, guarded: bool = False) -> FlaskClient:
        """A browser that a role is signed in with."""
        browser = (self.guarded if guarded else self.app).test_client()
        if role != "nobody":
            browser.set_cookie("laureat-entree", self.world.tokens[role])
        return browser
