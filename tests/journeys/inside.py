"""The application in this very process, before browsers: a stage without a site of its own.

Its clock stands still, its data are undone with the test, and no worker runs. It starts at once:
for pages that need nothing else.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from flask import Flask
from playwright.sync_api import Browser, Page
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from build.clock import TestClock
from grants.db import Database
from journeys.eyes import Eyes
from journeys.stage import Stage


class Ears(Eyes):
    """What hears whatever goes wrong, and leaves reading pages to another test."""

    def look(self, page: Page, status: int, readable: object = None) -> None:
        """Nothing: only the console, the answers and the addresses count."""


class Inside(Stage):
    """A stage whose site is a thread of ours. Prepare the data before a browser opens a page."""

    def __init__(
        self, address: str, chromium: Browser, database: Database, clock: TestClock, eyes: Eyes
    ) -> None:
        super().__init__(None, address, chromium, None, eyes)
        self._database, self._clock = database, clock
        self.alone = threading.Lock()
        """Held while a page is answered: whoever holds it has the connection alone."""

    @property
    def clock(self) -> TestClock:
        """The time of the test."""
        return self._clock

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A transaction on the data of the test."""
        with self._database.transaction() as session:
            yield session


def _one_by_one(app: Flask, alone: threading.Lock) -> Callable[..., Iterable[bytes]]:
    def answer(environ: dict[str, object], start: Callable[..., object]) -> Iterable[bytes]:
        with alone:
            return app(environ, start)

    return answer


@contextmanager
def inside(
    app: Flask,
    chromium: Browser,
    database: Database,
    clock: TestClock,
    *,
    eyes: Eyes | None = None,
) -> Iterator[Inside]:
    """Serve the application as long as the block lasts; what was seen is its last word."""
    server = make_server("127.0.0.1", 0, app)
    address = f"http://127.0.0.1:{server.server_port}"
    stage = Inside(address, chromium, database, clock, eyes or Eyes())
    server.app = _one_by_one(app, stage.alone)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield stage
    finally:
        for context in chromium.contexts:
            context.close()
        server.shutdown()
        thread.join()
        server.server_close()
    assert not stage.eyes.faults, "\n".join(stage.eyes.faults)
