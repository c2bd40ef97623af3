"""Two acts at the same instant, each in a transaction of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import text

from grants.kernel.errors import Refused

WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"
PATIENCE_SECONDS = 20


def raced(database: Any, first: Callable[[Any], Any], second: Callable[[Any], Any]) -> list[str]:
    """What comes of both, "done" or the code of a refusal, the second begun once the first wrote.

    The first one commits once the second waits for it, or after a while when it does not wait:
    « beside » then comes last.
    """
    written, waited = threading.Event(), []

    def begin() -> str:
        with database.transaction() as session:
            first(session)
            session.flush()
            written.set()
            waited.append(waits(database))
        return "done"

    def follow() -> str:
        written.wait(PATIENCE_SECONDS)
        try:
            with database.transaction() as session:
                second(session)
        except Refused as refused:
            return refused.code
        return "done"

    with ThreadPoolExecutor(2) as pool:
        one, other = pool.submit(begin), pool.submit(follow)
        found = [one.result(), other.result()]
    return found if waited == [True] else [*found, "beside"]


def waits(database: Any) -> bool:
    """Whether somebody comes to wait for a lock; False when nobody does."""
    until = time.monotonic() + PATIENCE_SECONDS / 4
    while time.monotonic() < until:
        with database.reading() as session:
            if session.scalar(text(WAITING)):
                return True
        time.sleep(0.02)
    return False
