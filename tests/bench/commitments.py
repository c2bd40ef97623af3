"""Commitments a second through the service layer, beside pgbench's simple update.

Each client is a process with one connection; each commitment a transaction of its own, with
its idempotency key, its audit entry (numbered and chained) and the actor's roles checked.
"""

from __future__ import annotations

import multiprocessing
import random
import re
import shutil
import subprocess
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import cycle
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from uuid import UUID, uuid4

from sqlalchemy import text

from build.ledger import warranted
from grants import tables  # noqa: F401 -- registers every model
from grants.db import Database
from grants.db.session import make_engine
from grants.kernel.access import SYSTEM, Actor, FunderRole
from grants.kernel.money import Unit
from grants.ledger import services
from grants.ledger.operations import Section
from grants.ledger.services import Movement
from grants.ledger.verify import verify

NOW = datetime(2018, 10, 1, 9, tzinfo=UTC)
ENVELOPES = 32
CLIENTS = (1, 8, 16)
MOST_PER_SECOND = 2_000
PROCESSES = multiprocessing.get_context("spawn")


@dataclass(frozen=True)
class Figure:
    """What one series measured."""

    what: str
    clients: int
    per_second: float
    p95_ms: float | None


@dataclass(frozen=True)
class Load:
    """What each client of a series does."""

    url: str
    funder_id: UUID
    envelopes: list[UUID]
    seconds: float


def measure(url: str, *, seconds: float = 5.0) -> list[Figure]:
    """Commitments over 32 envelopes and on one hot envelope of one book, at 1, 8, 16 clients.

    `url` is a migrated database, whose server should write durably. Afterwards the books are
    verified: a bench that overdraws measures nothing.

    Raises:
        AssertionError: a book is not whole.
    """
    funder_id, envelopes = _books(url)
    places = ((f"{ENVELOPES} envelopes", envelopes), ("one envelope", envelopes[:1]))
    figures = [
        Figure(what, clients, *_series(Load(url, funder_id, drawn, seconds), clients))
        for what, drawn in places
        for clients in CLIENTS
    ]
    with Database(make_engine(url)).reading() as session:
        session.execute(text("SET LOCAL statement_timeout = 0"))
        assert verify(session) == []
    return figures


def pgbench(url: str, *, seconds: int = 5) -> list[Figure]:
    """pgbench -N (simple update) on the same server; nothing where pgbench is not installed."""
    binary = shutil.which("pgbench")
    if binary is None:
        return []
    address = url.replace("+psycopg", "", 1)
    subprocess.run([binary, "-i", "-q", "-s", "10", address], check=True, capture_output=True)
    figures = []
    for clients in CLIENTS:
        command = [binary, "-N", "-M", "prepared", "-T", str(seconds), "-c", str(clients)]
        told = subprocess.run(
            [*command, "-j", "2", address], check=True, capture_output=True, text=True
        ).stdout
        found = re.search(r"tps = ([0-9.]+)", told)
        assert found, told
        figures.append(Figure("pgbench -N", clients, float(found[1]), None))
    return figures


def _books(url: str) -> tuple[UUID, list[UUID]]:
    funder_id = uuid4()
    with Database(make_engine(url)).transaction() as session:
        session.execute(
            text("INSERT INTO funder (id, key, name, kind) VALUES (:id, :key, 'Banc', 'partner')"),
            {"id": funder_id, "key": f"banc-{funder_id.hex[:8]}"},
        )
        book = services.open_book(session, funder_id, 2018, actor=SYSTEM, now=NOW)
        envelopes = []
        for number in range(ENVELOPES):
            one = services.open_envelope(
                session,
                book.id,
                label=f"Enveloppe {number}",
                unit=Unit.EUR,
                section=Section.OPERATING,
                actor=SYSTEM,
                now=NOW,
            )
            envelopes.append(one.id)
        services.book(
            session,
            "vote",
            [Movement(one, 10**12) for one in envelopes],
            key=str(uuid4()),
            on=NOW.date(),
            reason="Budget",
            actor=SYSTEM,
            now=NOW,
        )
    return funder_id, envelopes


def _series(load: Load, clients: int) -> tuple[float, float]:
    """Commitments a second, and the 95th percentile in milliseconds."""
    queue: Queue[list[float]] = PROCESSES.Queue()
    start = PROCESSES.Barrier(clients)
    processes = [
        PROCESSES.Process(target=_client, args=(load, queue, start)) for _ in range(clients)
    ]
    for process in processes:
        process.start()
    took = sorted(one for _ in processes for one in queue.get())
    for process in processes:
        process.join()
    return len(took) / load.seconds, took[int(len(took) * 0.95)] * 1000


def _client(load: Load, queue: Queue[list[float]], start: Barrier) -> None:
    database = Database(make_engine(load.url, pool_size=1))
    actor = Actor(id=uuid4(), funders={load.funder_id: frozenset({FunderRole.OFFICER})})
    chance = random.Random(actor.id.int)
    awards = cycle(_warranted(database, load))
    for _ in range(20):
        _commit(database, chance.choice(load.envelopes), next(awards), actor)
    start.wait()
    took = []
    end = time.perf_counter() + load.seconds
    while (begun := time.perf_counter()) < end:
        _commit(database, chance.choice(load.envelopes), next(awards), actor)
        took.append(time.perf_counter() - begun)
    queue.put(took)


def _warranted(database: Database, load: Load) -> list[UUID]:
    """More awards than one client commits, with the warrants that executory acts would write."""
    awards = [uuid4() for _ in range(int(load.seconds * MOST_PER_SECOND) + 20)]
    with database.transaction() as session:
        warranted(session, *awards, envelope_id=load.envelopes[0])
    return awards


def _commit(database: Database, envelope_id: UUID, award_id: UUID, actor: Actor) -> None:
    with database.transaction() as session:
        services.book(
            session,
            "commit",
            [Movement(envelope_id, 100, award_id)],
            key=str(uuid4()),
            on=date(2018, 10, 1),
            reason="Délibération",
            actor=actor,
            now=NOW,
        )
