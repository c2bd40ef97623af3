"""A thousand letters of decision as accessible PDF: what two workers need for them.

One deliberation, announced; each letter is written by the task that a worker runs, in a
transaction of its own, and kept as a document. `python -m tests.bench --letters` measures this
alone.
"""

from __future__ import annotations

import importlib
import multiprocessing
import os
import resource
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from build.decisions import a_deliberation, a_scene, an_award
from grants import tables  # noqa: F401 -- registers every model
from grants.db import Database
from grants.db.session import make_engine
from grants.notices.models import Letter
from grants.outbox.models import Message
from tests.bench.site import production

LETTERS, WORKERS = 1_000, 2
PROCESSES = multiprocessing.get_context("spawn")
WARM = 4
"""Letters that each worker has written before: libraries and fonts are loaded once a life."""


@dataclass(frozen=True)
class Lettered:
    """How many letters, in how many seconds, of which the workers had `processor` to themselves."""

    letters: int
    seconds: float
    processor: float

    @property
    def pace(self) -> float:
        """The share of their processors that the workers were left by whatever else ran."""
        return min(1.0, self.processor / (WORKERS * self.seconds))

    def __str__(self) -> str:
        return (
            f"{self.letters:,} letters in PDF/UA, {WORKERS} workers: {self.seconds:.0f} s"
            f" ({1000 * WORKERS * self.seconds / self.letters:.0f} ms each,"
            f" {1000 * self.processor / self.letters:.0f} ms of processor)"
        )


def measure(url: str, directory: Path, letters: int = LETTERS) -> Lettered:
    """Announce as many awards, and have their letters written by as many processes as workers.

    Raises:
        AssertionError: a letter is missing.
    """
    warm = WARM * WORKERS
    database = Database(make_engine(url))
    with database.transaction() as session:
        scene = a_scene(session, applications=letters + warm, voted=10**9)
        awards = (an_award(scene, nth, amount=100_000) for nth in range(letters + warm))
        a_deliberation(session, scene, *awards, announced=True)
    with database.reading() as session:
        told = select(Message.id).where(Message.kind == "decision.announced")
        messages = [str(one) for one in session.scalars(told.order_by(Message.serial))]
    env = production(url, directory, 80)
    with PROCESSES.Pool(WORKERS, _settle, (env,)) as pool:
        pool.map(_write, [messages[at:warm:WORKERS] for at in range(WORKERS)], chunksize=1)
        begun = time.perf_counter()
        # A few at a time, so that none waits for the other with a heap before it.
        processor = sum(pool.map(_write, [[one] for one in messages[warm:]], chunksize=10))
        seconds = time.perf_counter() - begun
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Letter)) == len(messages)
    return Lettered(letters, seconds, processor)


def _settle(env: Mapping[str, str]) -> None:
    """Be a worker of that installation."""
    os.environ.update(env)


def _write(messages: Sequence[str]) -> float:
    """Write these letters; the seconds of processor that they took here."""
    task = importlib.import_module("workers.tasks.letters")
    begun = _used()
    for one in messages:
        task.write(one)
    return _used() - begun


def _used() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
