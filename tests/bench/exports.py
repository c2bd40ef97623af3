"""A whole call as a spreadsheet: how long it takes, and how much memory a worker grows by."""

from __future__ import annotations

import http.client
import io
import signal
import statistics
import threading
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from config import ROOT
from grants.calls.models import Call
from grants.db import Database
from grants.db.session import make_engine
from grants.files.models import StoredFile
from grants.jobs.models import Job
from grants.jobs.services import start
from grants.people.queries import acting
from grants.running.embedded import temporary_valkey
from grants.running.processes import send_group, spawn
from grants.running.up import worker_command
from tests.bench.flows import SIGN_IN, Place
from tests.bench.seed import TIMES
from tests.bench.site import Site, children, production
from workers.app import celery
from workers.exports.spreadsheet import KIND

TURNS = 3
JOB_SECONDS = 300
KINDS = ("csv", "xlsx")


@dataclass(frozen=True)
class Export:
    """One kind for one call: the median of its seconds, and the highest growth in MB."""

    kind: str
    rows: int
    seconds: float
    growth: float
    size: float

    def __str__(self) -> str:
        return (
            f"export {self.kind:5} {self.rows:6} files of 40 answers  {self.seconds:6.2f} s"
            f"  {self.size:5.1f} MB  a worker grew by {self.growth:.0f} MB"
        )


def measure(site: Site, place: Place) -> Iterator[Export]:
    """Each kind for the small call and the large one, one after the other."""
    for kind in KINDS:
        _get(site, place, f"{place.list_path}.{kind}")  # imports and caches of the first time
        for path, rows in (
            (place.list_path, place.files),
            (place.large_list_path, TIMES * place.files),
        ):
            if kind == "xlsx" and rows > place.files:
                continue  # a worker's job, not a page: see `job`
            took, highest, body = [], 0.0, b""
            for _ in range(TURNS if rows == place.files else 1):
                with _watched(site.workers) as peak:
                    begun = time.perf_counter()
                    body = _get(site, place, f"{path}.{kind}")
                    took.append(time.perf_counter() - begun)
                highest = max(highest, peak[0])
            assert _lines(kind, body) == rows + 1, (kind, rows, len(body))
            yield Export(kind, rows, statistics.median(took), highest, len(body) / 1e6)


def job(url: str, directory: Path, place: Place) -> Export:
    """The large call as a workbook, which a worker makes: Celery's, on a broker of its own.

    The small call's is made first, for the imports and caches of the first time.
    """
    database = Database(make_engine(url))
    with temporary_valkey(directory / "broker") as broker:
        env = {**production(url, directory, 80), "BROKER_URL": broker}
        process = spawn(worker_command(1), log=directory / "worker.log", env=env, cwd=ROOT)
        try:
            _made(database, broker, place, _call_of(place.list_path))
            with _watched(lambda: children(process.pid)) as peak:
                begun = time.perf_counter()
                size = _made(database, broker, place, place.large_id)
                took = time.perf_counter() - begun
        finally:
            send_group(process.pid, signal.SIGKILL)
            process.wait()
            database.bind.dispose()  # type: ignore[union-attr]
    return Export("xlsx", TIMES * place.files, took, peak[0], size / 1e6)


def _made(database: Database, broker: str, place: Place, call_id: UUID | None) -> int:
    """Ask for the workbook of a call, wait for it; how many bytes it has."""
    now = datetime.now(UTC)
    with database.transaction() as session:
        actor = acting(session, place.officer_id, now=now) if place.officer_id else None
        assert actor is not None
        call = session.get_one(Call, call_id)
        payload = {"call": str(call_id), "revision": str(call.current_revision_id)}
        total = TIMES * place.files
        job_id = start(session, KIND, payload=payload, total=total, actor=actor, now=now)
    with celery.connection_for_write(broker.replace("valkey://", "redis://", 1)) as wire:
        celery.send_task("jobs.file", args=[str(job_id)], connection=wire)
    give_up = time.monotonic() + JOB_SECONDS
    while time.monotonic() < give_up:
        with database.reading() as session:
            job = session.get_one(Job, job_id)
            if job.is_over:
                assert job.result_file_id, job.message
                return session.get_one(StoredFile, job.result_file_id).size
        time.sleep(0.05)
    raise AssertionError(f"no workbook after {JOB_SECONDS} seconds")


def _call_of(list_path: str) -> UUID:
    return UUID(list_path.split("/")[-2])


def _get(site: Site, place: Place, path: str) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=120)
    head = {"Cookie": f"{SIGN_IN}={place.officer}", "Accept-Language": "fr"}
    connection.request("GET", path, headers=head)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    assert answer.status == 200, (path, answer.status, body[:300])
    return body


def _lines(kind: str, body: bytes) -> int:
    if kind == "csv":
        return body.count(b"\r\n")
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        return book.read("xl/worksheets/sheet1.xml").count(b"<row ")


@contextmanager
def _watched(workers: Callable[[], Sequence[int]]) -> Iterator[list[float]]:
    """The most that any worker grew by meanwhile, looked at fifty times a second."""
    before = {pid: _resident(pid) for pid in workers()}
    peak, over = [0.0], threading.Event()

    def look() -> None:
        while not over.wait(0.02):
            peak[0] = max(peak[0], *(_resident(pid) - was for pid, was in before.items()))

    watcher = threading.Thread(target=look)
    watcher.start()
    yield peak
    over.set()
    watcher.join()


def _resident(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * 4096 / 1e6
