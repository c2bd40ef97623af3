"""One site with two authorities in it, built once; what a call changes is undone after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from argon2 import PasswordHasher
from conftest import clone
from flask.testing import FlaskClient
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from build.applications import an_application
from build.site import Site
from build.world import SECRET, a_world
from config import Settings
from grants.applications.models import Application
from grants.db import Database
from grants.files.store import FileStore
from grants.people import passwords
from grants.people.models import Person

Opening = Callable[[Application], FlaskClient]


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


@pytest.fixture
def draft(session: Session) -> Application:
    """Begun: a title and nothing else."""
    return an_application(session, answers={"title": "Avant"}, with_files=False)


@pytest.fixture
def complete(session: Session) -> Application:
    """A draft that lacks nothing."""
    return an_application(session)


@pytest.fixture
def browser_of(session: Session, as_person: Callable[[Person], FlaskClient]) -> Opening:
    """The browser of whoever began an application."""

    def browser(application: Application) -> FlaskClient:
        session.flush()
        return as_person(session.get_one(Person, application.author_id))

    return browser


CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(autouse=True)
def cheap_passwords(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A real hash takes a tenth of a second, and the walks over the site make thousands."""
    if "site" in request.fixturenames:
        monkeypatch.setattr(passwords, "HASHER", CHEAP)
