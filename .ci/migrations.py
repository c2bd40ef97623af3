"""Migrations from nothing up, down, up again on a server of their own; then tables = models."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config

from grants.running import migrations
from grants.running.embedded import temporary_postgres
from grants.tables import metadata

ROOT = Path(__file__).parents[1]


def check() -> int:
    """Exit 1, one line each, where the tables differ from the models."""
    with tempfile.TemporaryDirectory() as directory, temporary_postgres(Path(directory)) as url:
        migrations.upgrade(url)
        migrations.downgrade(url, "base")
        migrations.upgrade(url)
        found = migrations.differences(url, metadata)
    print("\n".join(found) or f"up, down, up; tables and models agree at {migrations.head()}")
    return bool(found)


def draft(name: str) -> int:
    """Write the next migration; to be read and finished by hand."""
    number, _, words = name.partition("_")
    with tempfile.TemporaryDirectory() as directory, temporary_postgres(Path(directory)) as url:
        migrations.upgrade(url)
        configuration = Config(ROOT / "migrations" / "alembic.ini")
        configuration.attributes.update(url=url, metadata=metadata)
        command.revision(configuration, words.replace("_", " "), autogenerate=True, rev_id=number)
    return 0


if __name__ == "__main__":
    sys.exit(draft(sys.argv[2]) if sys.argv[1:2] == ["draft"] else check())
