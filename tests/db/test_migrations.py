"""Migrations are a story that can be told backwards, on data, without losing what stays."""

from __future__ import annotations

from sqlalchemy import create_engine, inspect, text

from build.world import a_world
from grants.running import migrations
from grants.tables import metadata

REPLACED = {"sign_in_failure", "ledger_operation"}
"""Tables that a later migration replaces by another (going back brings them, empty), or whose rows
migrations write themselves."""


def digests(url: str) -> dict[str, dict[str, str]]:
    """What each column of each table holds, row by row in the order of its key, as one hash."""
    engine = create_engine(url)
    found: dict[str, dict[str, str]] = {}
    with engine.connect() as connection:
        about = inspect(connection)
        for table in sorted(about.get_table_names()):
            key = ", ".join(about.get_pk_constraint(table)["constrained_columns"]) or "ctid"
            columns = [one["name"] for one in about.get_columns(table)]
            whole = ", ".join(
                f"md5(coalesce(string_agg(coalesce({one}::text, '-'), '|' ORDER BY {key}), ''))"
                for one in columns
            )
            row = connection.execute(text(f"SELECT {whole} FROM {table}")).one()
            found[table] = dict(zip(columns, row, strict=True))
    engine.dispose()
    return found


def test_every_migration_goes_down_on_data_and_leaves_the_rest_as_it_was(
    fresh_url, fresh_database, file_store
):
    with fresh_database.transaction() as session:
        a_world(session, file_store)
    fresh_database.bind.dispose()
    before = digests(fresh_url)
    filled = [one for one in before.values() if set(one.values()) != {digest_of_nothing()}]
    assert len(filled) > 30
    while migrations.current(fresh_url):
        migrations.downgrade(fresh_url, "-1")
        left = digests(fresh_url)
        left.pop("alembic_version")
        left = {table: columns for table, columns in left.items() if table not in REPLACED}
        kept = {table: {one: before[table][one] for one in left[table]} for table in left}
        assert left == kept
    assert set(digests(fresh_url)) == {"alembic_version"}
    migrations.upgrade(fresh_url)
    assert migrations.differences(fresh_url, metadata) == []


def digest_of_nothing() -> str:
    """The hash of a column without a row."""
    return "d41d8cd98f00b204e9800998ecf8427e"
