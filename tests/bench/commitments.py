"""Commitments a second through the service layer, beside pgbench's simple update.

Each client is a process with one connection; each commitment a transaction of its own, with
its idempotency key, its audit entry (numbered and chained), its row of the outbox and the actor's
roles checked. An act commits fifty awards in one statement: one entry, one key, one row.
`python -m tests.bench --commitments` measures this alone.
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
from itertools import cycle, islice
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
from grants.outbox.services import News

NOW = datetime(2018, 10, 1, 9, tzinfo=UTC)
ENVELOPES = 32
CLIENTS = (1, 8, 16)
AWARDS_OF_AN_ACT = 50
ACTS = f"acts of {AWARDS_OF_AN_ACT}"
MOST_PER_SECOND = 2_000
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.bench.commitments"])
"""Clients come from a process that has imported everything once."""


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
    at_once: int = 1


def measure(url: str, *, seconds: float = 5.0) -> list[Figure]:
    """Commitments over 32 envelopes and on one hot envelope of one book, at 1, 8, 16 clients.

    `url` is a migrated database, whose server should write durably. Afterwards the books are
    verified: a bench that overdraws measures nothing.

    Raises:
        AssertionError: a book is not whole.
    """
    funder_id, envelopes = _books(url)
    places = (
        (f"{ENVELOPES} envelopes", envelopes, 1),
        ("one envelope", envelopes[:1], 1),
        (ACTS, envelopes, AWARDS_OF_AN_ACT),
    )
    figures = [
        Figure(what, clients, *_series(Load(url, funder_id, drawn, seconds, at_once), clients))
        for what, drawn, at_once in places
        for clients in CLIENTS
    ]
    with Database(make_engine(url)).reading() as session:
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
    """Awards committed a second, and the 95th percentile of a transaction in milliseconds."""
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
    return len(took) * load.at_once / load.seconds, took[int(len(took) * 0.95)] * 1000


def _client(load: Load, queue: Queue[list[float]], start: Barrier) -> None:
    database = Database(make_engine(load.url, pool_size=1))
    actor = Actor(id=uuid4(), funders={load.funder_id: frozenset({FunderRole.OFFICER})})
    chance = random.Random(actor.id.int)
    awards = cycle(_warranted(database, load))

    def act() -> None:
        drawn = chance.choices(load.envelopes, k=load.at_once)
        _commit(database, load, dict(zip(islice(awards, load.at_once), drawn, strict=True)), actor)

    for _ in range(20):
        act()
    start.wait()
    took = []
    end = time.perf_counter() + load.seconds
    while (begun := time.perf_counter()) < end:
        act()
        took.append(time.perf_counter() - begun)
    queue.put(took)


def _warranted(database: Database, load: Load) -> list[UUID]:
    """More awards than one client commits, with the warrants that executory acts would write."""
    awards = [uuid4() for _ in range(int(load.seconds * MOST_PER_SECOND) + 20 * load.at_once)]
    with database.transaction() as session:
        warranted(session, *awards, envelope_id=load.envelopes[0])
    return awards


def _commit(database: Database, load: Load, awards: dict[UUID, UUID], actor: Actor) -> None:
    """Commit these awards, each on its envelope; the book last, as services do."""
    key = uuid4()
    with database.transaction() as session:
        services.book(
            session,
            "commit",
            [Movement(envelope_id, 100, award_id) for award_id, envelope_id in awards.items()],
            key=str(key),
            on=date(2018, 10, 1),
            reason="Délibération",
            actor=actor,
            now=NOW,
            tells=News("bench.committed", load.funder_id, key, {"awards": len(awards)}),
        )
