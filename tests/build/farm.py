"""Real workers on a real Valkey: as many processes as a test wants, killed as it wants."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

from config import ROOT
from grants.running.embedded import temporary_valkey
from grants.running.processes import send_group, spawn
from grants.running.up import CELERY_FLAGS

LISTENING = "tests.workers.listening:celery"
"""The workers' own application, with listeners that tests can look at."""


class Farm:
    """A broker, and the workers and beats that a test started."""

    def __init__(self, database_url: str, broker_url: str, directory: Path, **env: str) -> None:
        self.broker_url = broker_url
        self.directory = directory
        self.running: list[subprocess.Popen[bytes]] = []
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        self.env = {
            **kept,
            "DATABASE_URL": database_url,
            "BROKER_URL": broker_url,
            "LAUREAT_EMBEDDED": "1",
            "LAUREAT_VAR": str(directory / "var"),
            "RELAY_SECONDS": "0.5",
            **env,
        }

    def worker(self) -> subprocess.Popen[bytes]:
        """Start a worker of one process."""
        return self._start("worker", "--concurrency", "1", *CELERY_FLAGS)

    def beat(self) -> subprocess.Popen[bytes]:
        """Start the beat."""
        return self._start("beat", "--scheduler", "celery.beat:Scheduler", "--pidfile=")

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """End a process and its children as a power cut would."""
        send_group(process.pid, signal.SIGKILL)
        process.wait()
        self.running.remove(process)

    def flush(self) -> None:
        """Empty the broker."""
        with redis.Redis.from_url(self.broker_url) as client:
            client.flushall()

    def waiting(self) -> int:
        """How many tasks wait in the broker."""
        with redis.Redis.from_url(self.broker_url) as client:
            return client.llen("celery")

    def said(self) -> str:
        """What the processes said."""
        return "".join(log.read_text() for log in sorted(self.directory.glob("farm-*.log")))

    def _start(self, kind: str, *flags: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "celery", "--app", LISTENING, "--quiet", kind]
        log = self.directory / f"farm-{kind}.log"
        started = spawn(
            [*command, "--loglevel", "WARNING", *flags],
            log=log,
            at_our_death=signal.SIGKILL,
            env=self.env,
            cwd=ROOT,
        )
        self.running.append(started)
        return started


@contextmanager
def a_farm(database_url: str, directory: Path, **env: str) -> Iterator[Farm]:
    """A broker of its own, for as long as the block lasts; whatever was started is ended."""
    with temporary_valkey(directory / "broker") as broker_url:
        farm = Farm(database_url, broker_url, directory, **env)
        try:
            yield farm
        finally:
            for process in list(farm.running):
                farm.kill(process)
