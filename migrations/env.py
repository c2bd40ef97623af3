"""How migrations reach the database: one connection, impatient with locks.

The address comes from the caller (`attributes["connection"]` or `attributes["url"]`), else
from `alembic -x url=…`, else from the settings of this checkout.
"""

from __future__ import annotations

import os

from alembic import context
from sqlalchemy import Connection, create_engine, pool

from config import Settings
from grants.running.addresses import resolved

PATIENCE = "-c lock_timeout=4000 -c statement_timeout=5000 -c timezone=UTC"
"""A migration that waits for a lock makes everybody behind it wait: better to give up."""


def migrate(connection: Connection) -> None:
    """Run what was asked, each revision in a transaction of its own."""
    context.configure(
        connection=connection,
        # The models, when somebody compares them with the tables (`laureat db check`).
        target_metadata=context.config.attributes.get("metadata"),
        compare_type=True,
        compare_server_default=False,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def address() -> str:
    """The database to migrate."""
    given = context.config.attributes.get("url") or context.get_x_argument(as_dictionary=True).get(
        "url"
    )
    url = given or resolved(Settings.from_env(os.environ)).database_url
    if not url:
        raise SystemExit("no database is running: start one with `laureat up` or give -x url=…")
    return str(url).replace("postgresql://", "postgresql+psycopg://", 1)


given = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    engine = create_engine(
        address(), poolclass=pool.NullPool, connect_args={"options": PATIENCE, "connect_timeout": 5}
    )
    with engine.connect() as connection:
        migrate(connection)
