"""A checkout of its own, as a person would run it: `laureat up` as a process, on its own data."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

from config import ROOT
from grants.running.unprivileged import disguise

LAUREAT = (sys.executable, "-m", "grants.cli")
EVENT = re.compile(r"^\S+  (\w+) +(.*)$", re.MULTILINE)
PATIENCE_SECONDS = 60


class Checkout:
    """One data directory, the command line over it, and what `up` said.

    `like` is the directory of another, stopped one, whose database this one begins with.
    """

    def __init__(self, var: Path, *, like: Path | None = None, **env: str) -> None:
        self.var = var
        if like:
            begin_as(like, var)
        self.log = var.parent / f"{var.name}.log"
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        self.env = {**kept, "LAUREAT_VAR": str(var), "WEB_WORKERS": "1", **env}
        self.process: subprocess.Popen[bytes] | None = None
        self._mark = f"LAUREAT_VAR={self.var}\0".encode()

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """One command, to its end."""
        return subprocess.run(
            [*LAUREAT, *words], cwd=ROOT, env=self.env, capture_output=True, text=True, check=False
        )

    @contextmanager
    def up(
        self, *options: str, patience: float = PATIENCE_SECONDS, before: Sequence[str] = ()
    ) -> Iterator[str]:
        """`laureat up` for as long as the block lasts; yields the address of the site.

        `before` are the words of a command that runs it, as somebody else for example.
        """
        with self.log.open("wb") as log:
            command = [*before, *LAUREAT, "up", "--processes", "1", *options]
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=self.env, stdout=log, stderr=subprocess.STDOUT
            )
        try:
            wait_until(
                lambda: "Ctrl-C" in self.said() or self.process.poll() is not None,
                seconds=patience,
                telling=self.said,
            )
            assert self.process.poll() is None, self.said() + self.words("web")
            yield re.search(r"http://\S+", self.said()).group()
        finally:
            if self.process.poll() is None:
                self.stop()

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """Ask `up` to end, and return its exit code."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE_SECONDS)

    def said(self) -> str:
        """Everything that `up` said."""
        return self.log.read_text()

    def events(self) -> list[tuple[str, str]]:
        """Who did what, in order."""
        return EVENT.findall(self.said())

    def words(self, name: str) -> str:
        """The log of one child."""
        log = self.var / "run" / f"{name}.log"
        return log.read_text() if log.exists() else ""

    def pid(self, name: str) -> int:
        """The process that is this child now."""
        started = [what for who, what in self.events() if who == name and "process" in what]
        return int(re.search(r"process (\d+)", started[-1]).group(1))

    def starts(self, name: str) -> int:
        """How many times a child started."""
        return sum(who == name and "process" in what for who, what in self.events())

    def kill(self, name: str) -> None:
        """End a child as a power cut would, once it runs; return when it was started again."""
        wait_until(lambda: self._killed(name))

    def _killed(self, name: str) -> bool:
        assert self.process.poll() is None, f"`up` ended by itself:\n{self.said()}"
        before, pid = self.starts(name), self.pid(name)
        try:
            # Numbers are given again: only what lives on our data is ours to kill.
            if self._mark not in Path(f"/proc/{pid}/environ").read_bytes() + b"\0":
                return False
            os.kill(pid, signal.SIGKILL)
        except (FileNotFoundError, ProcessLookupError):
            return False
        wait_until(lambda: self.starts(name) > before, telling=self.said)
        return True

    def processes(self) -> list[str]:
        """Whatever runs on this checkout's data, one command line each."""
        found = []
        for environ in Path("/proc").glob("[0-9]*/environ"):
            try:
                if self._mark in environ.read_bytes() + b"\0":
                    line = (environ.parent / "cmdline").read_bytes()
                    found.append(line.replace(b"\0", b" ").decode())
            except OSError:
                continue
        return [line for line in found if line]

    def database_url(self) -> str:
        """The embedded database, for psycopg."""
        from config import Settings
        from grants.running.addresses import resolved

        url = resolved(Settings.from_env(self.env)).database_url
        return url.replace("+psycopg", "", 1)


def begin_as(made: Path, var: Path) -> None:
    """Copy a database at the head of the migrations: making one takes seconds each time."""
    source, target = (disguise().place(one / "postgres") for one in (made, var))
    for folder in (target.parent, var / "run"):
        folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cp", "--archive", source, target], check=True)
    shutil.copy2(made / "run" / "postgres.password", var / "run")


def site_answers(address: str) -> bool:
    """Whether the site serves, its database behind it."""
    try:
        return httpx.get(f"{address}/health/ready", timeout=5).is_success
    except httpx.HTTPError:
        return False


def wait_until(
    holds: Callable[[], object],
    *,
    seconds: float = PATIENCE_SECONDS,
    telling: Callable[[], str] = str,
) -> None:
    """Return once `holds` is true; fail if it does not become so, `telling` what is known."""
    give_up = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < give_up, f"waited in vain\n{telling()[-4000:]}"
        time.sleep(0.1)
