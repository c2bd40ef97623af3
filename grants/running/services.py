"""The servers of a fresh checkout: started when a command needs them, left as they were found."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from config import Settings
from grants.running.addresses import broker, cluster, resolved
from grants.running.ports import Ports
from grants.running.postgres import Cluster, ServerFailed
from grants.running.processes import wait_until
from grants.running.valkey import Broker


class Embedded:
    """This checkout's own servers, and who uses them now.

    Every user holds a shared lock on `users`; whoever starts or stops a server holds `starting`.
    A server that a command started for itself is marked as transient: the last user to
    leave stops it, even when the one who started it was killed.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.run = settings.var / "run"
        self.ports = Ports(self.run)
        self.has_postgres = settings.embedded and settings.database_url is None
        self.has_valkey = settings.embedded and settings.broker_url is None

    @contextmanager
    def starting(self) -> Iterator[None]:
        """Alone among those who start and stop servers here."""
        with _open(self.run / "starting.lock") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    @contextmanager
    def using(self) -> Iterator[None]:
        """Counted among the users, so that nobody stops a server under us."""
        with _open(self.run / "users.lock") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH)
            yield

    def unused(self) -> bool:
        """Whether nobody uses the servers now. Ask it under `starting`."""
        with _open(self.run / "users.lock") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
        return True

    def servers(self, *, valkey: bool) -> list[tuple[str, Cluster | Broker]]:
        """The servers that are ours to run, each on a port it may have."""
        found: list[tuple[str, Cluster | Broker]] = []
        if self.has_postgres:
            found.append(("postgres", cluster(self.settings, self._port("postgres"))))
        if self.has_valkey and valkey:
            found.append(("valkey", broker(self.settings, self._port("valkey"))))
        return found

    def start(self, *, valkey: bool) -> None:
        """Start what is down, as transient. Called under `starting`."""
        for name, server in self.servers(valkey=valkey):
            # One that runs may be starting, or ending because its supervisor was killed.
            wait_until(lambda one=server: one.pid() is None or one.answers(), seconds=60)  # type: ignore[misc]
            if server.pid() is None:
                server.initialise()
                self._mark(name).touch()
                server.start_detached()
            server.wait_ready()

    def stop_unused(self) -> None:
        """Stop whatever runs and nobody uses. Called under `starting`, by whoever runs all."""
        if not self.unused():
            return
        for name, server in self._known():
            server.stop()
            self._mark(name).unlink(missing_ok=True)

    def stop_transient(self) -> None:
        """Stop what commands started for themselves, if nobody uses it. Called under `starting`."""
        if not self.unused():
            return
        for name, server in self._known():
            if self._mark(name).exists():
                server.stop()
                self._mark(name).unlink(missing_ok=True)

    def reset(self) -> None:
        """Remove what the servers keep: data, documents, mails, the clock. Secrets stay.

        Raises:
            ServerFailed: somebody uses them now.
        """
        with self.starting():
            if not self.unused():
                raise ServerFailed("Lauréat is up here: stop it first")
            self.stop_unused()
            kept = [self.settings.var / name for name in ("valkey", "mailbox", "demo")]
            kept += [cluster(self.settings, 0).home, self.settings.storage]
            for directory in kept:
                shutil.rmtree(directory, ignore_errors=True)
            (self.settings.var / "clock").unlink(missing_ok=True)

    def _known(self) -> list[tuple[str, Cluster | Broker]]:
        """The servers of ours that were ever made, in the order to stop them."""
        found: list[tuple[str, Cluster | Broker]] = []
        if self.has_valkey and (port := self.ports.kept("valkey")):
            found.append(("valkey", broker(self.settings, port)))
        if self.has_postgres and (port := self.ports.kept("postgres")):
            found.append(("postgres", cluster(self.settings, port)))
        return found

    def _port(self, name: str) -> int:
        """The remembered port of a server that runs, a free one otherwise."""
        kept = self.ports.kept(name)
        make = cluster if name == "postgres" else broker
        if kept is not None and make(self.settings, kept).pid() is not None:
            return kept
        return self.ports.pick(name)

    def _mark(self, name: str) -> Path:
        return self.run / f"{name}.transient"


@contextmanager
def ready(settings: Settings, *, valkey: bool = False) -> Iterator[Settings]:
    """Settings under which the database answers (and the broker, if asked), for one command.

    Embedded servers that are down are started and stopped again when the last command that
    uses them ends. Where addresses are given, nothing is started.

    Raises:
        ServerFailed: an embedded server did not start.
    """
    embedded = Embedded(settings)
    if not embedded.has_postgres and not (valkey and embedded.has_valkey):
        yield resolved(settings)
        return
    with ExitStack() as stack:
        stack.callback(_leave, embedded)
        stack.enter_context(embedded.using())
        with embedded.starting():
            embedded.start(valkey=valkey)
        yield resolved(settings)


def _leave(embedded: Embedded) -> None:
    with embedded.starting():
        embedded.stop_transient()


def _open(lock: Path) -> IO[str]:
    lock.parent.mkdir(parents=True, exist_ok=True)
    return lock.open("a")
