"""Statements of each flow, counted in one process beside the clock: BEGIN, COMMIT, SET aside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import event

from config import ROOT, Settings
from grants.app import create_app
from grants.db import Database
from grants.db.session import make_engine
from tests.bench.browsing import Answer, path_of
from tests.bench.flows import Flow, Place
from tests.bench.site import production

APART = ("SAVEPOINT", "RELEASE", "ROLLBACK", "SET ")


class Glass:
    """A screen that looks straight into the application."""

    def __init__(self, client: FlaskClient) -> None:
        self._client = client

    def sit_down(self, cookies: Mapping[str, str]) -> None:
        """Someone else presents these cookies."""
        for name, value in cookies.items():
            self._client.set_cookie(name, value, domain="127.0.0.1")

    def get(self, path: str) -> Answer:
        """Read a page."""
        return self._open("GET", path)

    def post(
        self,
        path: str,
        values: Mapping[str, str],
        *,
        multipart: bool = False,
        by_itself: bool = False,
    ) -> Answer:
        """Send a form."""
        kind = "multipart/form-data" if multipart else None
        head = {"X-Requested-With": "autosave"} if by_itself else {}
        return self._open("POST", path, data=dict(values), content_type=kind, headers=head)

    def _open(self, method: str, path: str, **more: Any) -> Answer:
        got = self._client.open(path, method=method, base_url="http://127.0.0.1", **more)
        return Answer(got.status_code, path_of(got.location or ""), got.data)


def counts(url: str, directory: Path, place: Place, flows: Mapping[str, Flow]) -> dict[str, int]:
    """How many statements the second round of each flow sends: the first one warms up."""
    settings = replace(Settings.from_env(production(url, directory, 80)), root=ROOT)
    engine = make_engine(url)
    app = create_app(settings, Database(engine))
    seen: list[str] = []

    @event.listens_for(engine, "before_cursor_execute")
    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(APART):
            seen.append(statement)

    found = {}
    for name, flow in flows.items():
        rounds = flow(Glass(app.test_client()), place, 15)
        next(rounds)
        seen.clear()
        next(rounds)
        found[name] = len(seen)
    engine.dispose()
    return found
