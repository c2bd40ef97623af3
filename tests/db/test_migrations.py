"""Migrations are a story that can be told backwards, on data, without losing what stays."""

from __future__ import annotations

from sqlalchemy import create_engine, inspect, text

from build.world import a_world
from grants.running import migrations
from grants.tables import metadata


def digests(url: str) -> dict[str, str]:
    """What each table holds, as one hash."""
    whole = "SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {} t"
    engine = create_engine(url)
    with engine.connect() as connection:
        tables = sorted(inspect(connection).get_table_names())
        found = {table: connection.scalar(text(whole.format(table))) for table in tables}
    engine.dispose()
    return found


def test_every_migration_goes_down_on_data_and_leaves_the_rest_as_it_was(
    fresh_url, fresh_database, file_store
):
    with fresh_database.transaction() as session:
        a_world(session, file_store)
    fresh_database.bind.dispose()
    before = digests(fresh_url)
    assert sum(one != digests_of_nothing() for one in before.values()) > 30
    while migrations.current(fresh_url):
        migrations.downgrade(fresh_url, "-1")
        left = digests(fresh_url)
        left.pop("alembic_version")
        assert left == {table: before[table] for table in left}
    assert set(digests(fresh_url)) == {"alembic_version"}
    migrations.upgrade(fresh_url)
    assert migrations.differences(fresh_url, metadata) == []


def digests_of_nothing() -> str:
    """The hash of an empty table."""
    return "d41d8cd98f00b204e9800998ecf8427e"
