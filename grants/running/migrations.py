"""Moving the database between revisions, and comparing it with the models."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, create_engine

ROOT = Path(__file__).parents[2]


def upgrade(url: str, revision: str = "head") -> None:
    """Apply migrations up to a revision. Doing it twice does nothing twice."""
    if revision == "head" and current(url) == head():
        return  # without a wait for locks, as each start of the site would have
    command.upgrade(_configuration(url), revision)


def downgrade(url: str, revision: str) -> None:
    """Take migrations back to a revision ("base" for none, "-1" for one)."""
    command.downgrade(_configuration(url), revision)


def current(url: str) -> str | None:
    """The revision the database is at."""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()


def head() -> str | None:
    """The newest revision there is.

    Raises:
        alembic.script.revision.MultipleHeads: two migrations claim to be the last.
    """
    return ScriptDirectory.from_config(_configuration("")).get_current_head()


def known() -> set[str]:
    """Every revision that this software can come from."""
    return {
        one.revision for one in ScriptDirectory.from_config(_configuration("")).walk_revisions()
    }


def differences(url: str, metadata: MetaData) -> list[str]:
    """Where the tables differ from the models, one line each."""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            return [repr(difference) for difference in compare_metadata(context, metadata)]
    finally:
        engine.dispose()


def _configuration(url: str) -> Config:
    configuration = Config(ROOT / "migrations" / "alembic.ini")
    configuration.attributes["url"] = url
    return configuration
