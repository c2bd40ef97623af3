"""The servers of a measurement: PostgreSQL as it ships, and gunicorn as the product runs it."""

from __future__ import annotations

import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from alembic import command
from alembic.config import Config

from config import ROOT, Settings
from grants.running.embedded import temporary_postgres
from grants.running.ports import free_port
from grants.running.processes import spawn
from grants.running.up import serve_command

WORKERS = 4
TICKS = os.sysconf("SC_CLK_TCK")
FLOOR = "tests.bench.floor:application()"


@contextmanager
def postgres(directory: Path) -> Iterator[str]:
    """A server with a migrated database, durable: what is measured waits for the disk."""
    with temporary_postgres(directory, durable=True) as url:
        config = Config(str(ROOT / "migrations" / "alembic.ini"))
        config.attributes["url"] = url
        command.upgrade(config, "head")
        yield url


def production(url: str, directory: Path, port: int) -> dict[str, str]:
    """The environment of an installation; broker and mail are never reached by the web."""
    return {
        **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
        "DATABASE_URL": url,
        "BROKER_URL": "redis://127.0.0.1:1",
        "MAIL_URL": "smtp://127.0.0.1:1",
        "STORAGE_URL": f"file://{directory / 'files'}",
        "SECRET_KEY": "banc" * 16,
        "BASE_URL": f"http://127.0.0.1:{port}",
        "LAUREAT_VAR": str(directory / "var"),
        "WEB_WORKERS": str(WORKERS),
    }


def processor_of(pid: int) -> float:
    """The seconds of processor that a process has used so far."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


@dataclass
class Site:
    """One server under measurement."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path
    seconds_to_first: float

    def workers(self) -> list[int]:
        """The processes that answer."""
        return children(self.process.pid)

    def processor_ms(self) -> float:
        """Processor time that the workers have used, in milliseconds."""
        stats = [Path(f"/proc/{pid}/stat").read_text() for pid in self.workers()]
        fields = [one.rpartition(")")[2].split() for one in stats]
        return sum(int(one[11]) + int(one[12]) for one in fields) * 1000 / TICKS

    def memory(self) -> tuple[float, float]:
        """RSS and PSS of a worker, in MB: the median of them."""
        rolls = [Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in self.workers()]
        return _median(rolls, "Rss"), _median(rolls, "Pss")

    def troubles(self) -> list[str]:
        """What the server complained of."""
        words = re.compile("ERROR|CRITICAL|Traceback|TIMEOUT|WORKER")
        return [line for line in self.log.read_text().splitlines() if words.search(line)]


def children(pid: int) -> list[int]:
    """The processes that a process started."""
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _median(rolls: Sequence[str], name: str) -> float:
    sizes = [re.search(rf"^{name}: +(\d+) kB", one, re.MULTILINE) for one in rolls]
    return statistics.median(int(one[1]) for one in sizes if one) / 1024


@contextmanager
def laureat(url: str, directory: Path, path: str, more: Sequence[str] = ()) -> Iterator[Site]:
    """Lauréat under its own gunicorn configuration, up and having answered `path` once."""
    port = free_port()
    env = production(url, directory, port)
    settings = replace(Settings.from_env(env), root=ROOT)
    order = [*serve_command(settings, f"127.0.0.1:{port}"), *more]
    with _served(order, env, directory, port, path) as site:
        yield site


@contextmanager
def floor(url: str, directory: Path, path: str) -> Iterator[Site]:
    """The hand-written application, under as many plain workers."""
    port = free_port()
    order = [sys.executable, "-m", "gunicorn", "--workers", str(WORKERS), FLOOR]
    order += ["--bind", f"127.0.0.1:{port}", "--no-control-socket", "--log-level", "warning"]
    order += ["--worker-class", "gthread", "--threads", "4", "--preload"]
    env = production(url, directory, port)
    with _served(order, env, directory, port, path) as site:
        yield site


@contextmanager
def _served(
    order: Sequence[str], env: Mapping[str, str], directory: Path, port: int, path: str
) -> Iterator[Site]:
    log = directory / f"web-{port}.log"
    begun = time.perf_counter()
    process = spawn(order, log=log, env=env, cwd=ROOT)
    try:
        while not _answers(port, path):
            assert process.poll() is None, log.read_text()[-3000:]
            assert time.perf_counter() < begun + 30, log.read_text()[-3000:]
            time.sleep(0.01)
        yield Site(port, process, log, time.perf_counter() - begun)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _answers(port: int, path: str) -> bool:
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=10) as peer:
            peer.sendall(request.encode())
            return peer.recv(12).endswith(b" 200")
    except OSError:
        return False
