"""Real servers for every test that touches data; each test undone, or in a database of its own."""

# ruff: noqa: E402 -- what follows, and every test, is imported with the collector at rest

from __future__ import annotations

import gc

gc.disable()  # modules and tests are made to stay: a quarter of gathering them was the search

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.orm import Session

from build.checkout import Checkout
from build.clock import NOW, TestClock
from build.order import place
from config import ROOT, Settings
from grants import tables  # noqa: F401 -- registers every model
from grants.app import create_app
from grants.db import Database
from grants.files.store import FileStore
from grants.people import services as people
from grants.people.models import Person
from grants.running.embedded import temporary_postgres
from grants.web.requests import Services

UNUSED = "postgresql+psycopg://unused"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin what lasts long first where processes share the files; else keep the order."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: place(item.nodeid))


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop() -> None:
    """From now on garbage is collected again, and what was gathered is not looked through."""
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session")
def made_var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of a checkout that is at the head and at rest, for others to begin with."""
    checkout = Checkout(tmp_path_factory.mktemp("made") / "var")
    done = checkout.run("db", "upgrade")
    assert done.returncode == 0, done.stderr
    return checkout.var


@pytest.fixture(scope="session")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL of this run, without fsync: nothing here outlives the run."""
    with temporary_postgres(tmp_path_factory.mktemp("postgres")) as url:
        yield url


@pytest.fixture(scope="session")
def template_url(server_url: str) -> str:
    """A database at the head of the migrations, to be cloned and never written."""
    url = in_database(server_url, "template")
    with maintenance(server_url) as connection:
        connection.execute("CREATE DATABASE template")
    config = Config(str(ROOT / "migrations" / "alembic.ini"))
    config.attributes["url"] = url
    command.upgrade(config, "head")
    return url


@pytest.fixture(scope="session")
def engine(server_url: str, template_url: str) -> Iterator[Engine]:
    """The database that tests share, each inside a transaction that is undone."""
    with clone(server_url, "shared") as url:
        engine = create_engine(url)
        yield engine
        engine.dispose()


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """The connection of one test: whatever it commits is undone."""
    with engine.connect() as connection:
        outer = connection.begin()
        yield connection
        outer.rollback()


@pytest.fixture
def database(connection: Connection) -> Database:
    """The two doors, on a connection whose every commit is undone after the test."""
    return Database(connection)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A writing session, committed (inside what will be undone) when the test ends."""
    with database.transaction() as session:
        yield session


counter = itertools.count(1)


@pytest.fixture
def fresh_url(server_url: str, template_url: str) -> Iterator[str]:
    """A database of the test's own: for several connections, raw SQL, real commits."""
    with clone(server_url, f"fresh_{next(counter)}") as url:
        yield url


@pytest.fixture
def fresh_database(fresh_url: str) -> Iterator[Database]:
    """The two doors to a database of the test's own."""
    engine = create_engine(fresh_url, pool_size=8, max_overflow=64)
    yield Database(engine)
    engine.dispose()


@pytest.fixture
def clock() -> TestClock:
    """The time of the test, which it may move."""
    return TestClock(NOW)


@pytest.fixture
def test_settings(tmp_path: Path) -> Settings:
    """Settings of the embedded default, with folders of the test's own."""
    return settings_below(tmp_path)


def settings_below(folder: Path) -> Settings:
    """Settings of the embedded default, CSRF aside; no server has the addresses."""
    return Settings(
        var=folder / "var",
        embedded=True,
        database_url=UNUSED,
        broker_url="redis://unused",
        mail_url="smtp://unused",
        storage=folder / "files",
        secret_key="s" * 32,
        base_url="http://localhost",
        csrf=False,
    )


@pytest.fixture
def file_store(test_settings: Settings) -> FileStore:
    """Where the test's documents lie."""
    return FileStore(test_settings.storage)


@pytest.fixture(scope="session")
def built_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application, put together once: routes and compiled templates outlive a test.

    Whatever changes more than configuration or services calls `create_app` for one of its own.
    """
    nowhere = tmp_path_factory.mktemp("nowhere")
    return create_app(settings_below(nowhere), Database(create_engine(UNUSED)), TestClock())


@pytest.fixture
def app(
    built_app: Flask,
    test_settings: Settings,
    database: Database,
    file_store: FileStore,
    clock: TestClock,
) -> Iterator[Flask]:
    """The whole application on the test's database, documents and clock, CSRF aside."""
    services = Services(settings=test_settings, database=database, store=file_store, clock=clock)
    kept, held = dict(built_app.config), dict(built_app.extensions)
    built_app.config.from_mapping(test_settings.for_flask())
    built_app.extensions["laureat"] = services
    yield built_app
    built_app.config.clear()
    built_app.config.update(kept)
    built_app.extensions.clear()
    built_app.extensions.update(held)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that nobody has signed in with."""
    return app.test_client()


@pytest.fixture
def as_person(app: Flask, database: Database, clock: TestClock) -> Callable[[Person], FlaskClient]:
    """Sign a person in, and get their browser."""

    def sign_in(person: Person) -> FlaskClient:
        with database.transaction() as session:
            token = people.start_sign_in(session, person.id, user_agent="pytest", now=clock.now())
        browser = app.test_client()
        browser.set_cookie("laureat-entree", token)
        return browser

    return sign_in


@pytest.fixture
def statements(connection: Connection) -> Iterator[list[str]]:
    """Every statement that the test's connection executes, savepoints and settings aside."""
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "SET ")):
            seen.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    yield seen
    event.remove(connection, "before_cursor_execute", note)


def in_database(url: str, name: str) -> str:
    """The same server, another database."""
    return f"{url.rpartition('/')[0]}/{name}"


@contextmanager
def maintenance(url: str) -> Iterator[psycopg.Connection]:
    """A connection that may create and drop databases."""
    plain = in_database(url, "postgres").replace("+psycopg", "", 1)
    with psycopg.connect(plain, autocommit=True) as connection:
        yield connection


@contextmanager
def clone(server_url: str, name: str) -> Iterator[str]:
    """A copy of the migrated template, dropped afterwards."""
    name = f"{name}_{uuid4().hex[:8]}"
    with maintenance(server_url) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template STRATEGY file_copy")
    try:
        yield in_database(server_url, name)
    finally:
        with maintenance(server_url) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
