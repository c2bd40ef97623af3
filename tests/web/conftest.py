"""One site with two authorities in it, built once; what a call changes is undone after it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher
from conftest import clone
from sqlalchemy import create_engine

from build.site import Site
from build.world import SECRET, a_world
from config import Settings
from grants.db import Database
from grants.files.store import FileStore
from grants.people import passwords


@pytest.fixture(scope="session")
def site(
    server_url: str, template_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """The site, in a database of its own: every call of `site.call` is undone."""
    folder = tmp_path_factory.mktemp("site")
    settings = Settings(
        var=folder / "var",
        embedded=True,
        database_url="postgresql+psycopg://unused",
        broker_url="redis://unused",
        mail_url="smtp://unused",
        storage=folder / "files",
        secret_key=SECRET,
        base_url="http://localhost",
        csrf=False,
    )
    with clone(server_url, "site") as url:
        engine = create_engine(url)
        with Database(engine).transaction() as session:
            world = a_world(session, FileStore(settings.storage))
        site = Site(settings, engine, world)
        yield site
        site.close()
        engine.dispose()


CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(autouse=True)
def cheap_passwords(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A real hash takes a tenth of a second, and the walks over the site make thousands."""
    if "site" in request.fixturenames:
        monkeypatch.setattr(passwords, "HASHER", CHEAP)
