"""The doors of a web process, with real connections of their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import DBAPIError

from grants.app import open_doors
from grants.db import Database

INSERT = text(
    "INSERT INTO funder (id, key, name, kind) VALUES (gen_random_uuid(), 'abc', 'A', 'commune')"
)
WHO_ELSE = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE state LIKE 'idle in%' AND datname = current_database()"
)


@pytest.fixture
def doors(fresh_url: str) -> Iterator[Database]:
    """As the application opens them."""
    doors = open_doors(fresh_url)
    yield doors
    for engine in (doors.bind, doors._readers):
        engine.dispose()


@pytest.mark.parametrize("door", ["reading", "glancing"])
def test_postgresql_refuses_to_write_through_the_reading_door(doors, door):
    with (
        pytest.raises(DBAPIError, match="read-only transaction"),
        getattr(doors, door)() as session,
    ):
        session.execute(INSERT)


def test_a_page_reads_without_a_transaction_that_lasts(doors):
    with doors.glancing() as session:
        session.execute(text("SELECT 1"))
        with doors.reading() as beside:
            assert beside.scalar(WHO_ELSE) == 0


def test_a_page_costs_no_statement_but_its_own(doors):
    seen: list[str] = []

    def note(*given) -> None:
        seen.append(given[2])

    event.listen(Engine, "before_cursor_execute", note)
    try:
        with doors.glancing() as session:
            session.execute(text("SELECT 1"))
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert seen == ["SELECT 1"]


def test_a_page_sees_what_was_committed_a_moment_ago(doors):
    with doors.glancing() as session:
        before = session.scalar(text("SELECT count(*) FROM funder"))
        with doors.transaction() as writing:
            writing.execute(INSERT)
        after = session.scalar(text("SELECT count(*) FROM funder"))
    assert (before, after) == (0, 1)
