"""A whole call as a spreadsheet: how long it takes, and how much memory a worker grows by."""

from __future__ import annotations

import http.client
import io
import statistics
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.flows import SIGN_IN, Place
from tests.bench.seed import LARGE, SMALL
from tests.bench.site import Site

TURNS = 3
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
        for path, rows in ((place.list_path, SMALL), (place.large_list_path, LARGE)):
            if kind == "xlsx" and rows == LARGE:
                continue  # a worker's job, not a page
            took, highest, body = [], 0.0, b""
            for _ in range(TURNS if rows == SMALL else 1):
                with _watched(site) as peak:
                    begun = time.perf_counter()
                    body = _get(site, place, f"{path}.{kind}")
                    took.append(time.perf_counter() - begun)
                highest = max(highest, peak[0])
            assert _lines(kind, body) == rows + 1, (kind, rows, len(body))
            yield Export(kind, rows, statistics.median(took), highest, len(body) / 1e6)


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
def _watched(site: Site) -> Iterator[list[float]]:
    """The most that any worker grew by meanwhile, looked at fifty times a second."""
    before = {pid: _resident(pid) for pid in site.workers()}
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
