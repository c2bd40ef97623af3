"""Everything at once: servers, site, worker and beat, for one checkout on one machine."""

from __future__ import annotations

import fcntl
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from socket import socket
from urllib.parse import urlsplit

import httpx

from config import Settings
from grants.running import migrations
from grants.running.addresses import FIRST_WEB_PORT, resolved
from grants.running.ports import LOOPBACK, is_free, listening
from grants.running.postgres import Cluster
from grants.running.services import Embedded
from grants.running.supervisor import Child, ChildFailed, Supervisor
from grants.running.valkey import Broker

CELERY_FLAGS = ("--without-gossip", "--without-mingle", "--without-heartbeat")

Say = Callable[[str, str], None]


class AlreadyUp(Exception):
    """This checkout is already up."""


@dataclass(frozen=True)
class Running:
    """A checkout that is up: where, and who keeps it so."""

    settings: Settings
    supervisor: Supervisor


@contextmanager
def up(settings: Settings, say: Say, *, processes: int = 2) -> Iterator[Running]:
    """Bring everything up; on the way out, take it down again in order.

    The caller watches with `running.supervisor.watch()`, from the thread that entered here:
    on Linux, children end with the thread that started them. Other work goes to other threads.

    Raises:
        AlreadyUp: another process keeps this checkout up.
        ChildFailed: a server or the site did not start.
    """
    embedded = Embedded(settings)
    supervisor = Supervisor(say)
    with ExitStack() as stack:
        stack.enter_context(_alone(embedded))
        stack.enter_context(supervisor.signals())
        stack.enter_context(_servers(embedded, supervisor, say))
        stack.callback(supervisor.stop)
        settings, door = _local_addresses(embedded)
        stack.enter_context(door)
        migrations.upgrade(str(settings.database_url))
        say("database", f"at revision {migrations.head()}")
        supervisor.start(*_mailbox(embedded))
        supervisor.start(*web_worker_beat(settings, door, processes=processes))
        yield Running(settings, supervisor)


def web_worker_beat(settings: Settings, door: socket, *, processes: int) -> list[Child]:
    """The site, a worker of `processes` processes, and the beat that wakes it.

    The site is handed the socket that it serves: it is ours while the site starts again, so that
    visitors wait a moment instead of being refused, and nobody else answers them in its place.
    """
    port = door.getsockname()[1]
    run = settings.var / "run"
    return [
        Child(
            "web",
            serve_command(settings, f"fd://{door.fileno()}"),
            run / "web.log",
            serves=partial(_site_answers, port),
            cwd=settings.root,
            keeps=(door.fileno(),),
        ),
        Child("worker", worker_command(processes), run / "worker.log", cwd=settings.root),
        Child("beat", beat_command(), run / "beat.log", stop_seconds=5, cwd=settings.root),
    ]


def serve_command(settings: Settings, address: str) -> list[str]:
    """The site alone."""
    return [
        *(sys.executable, "-m", "gunicorn", "--config", "python:grants.running.gunicorn"),
        *("--workers", str(settings.web_workers), "--bind", address),
        "grants.running.gunicorn:application()",
    ]


def worker_command(processes: int) -> list[str]:
    """A Celery worker, without the chatter that only matters to many of them."""
    return [
        *(sys.executable, "-m", "celery", "--app", "workers.app:celery", "--quiet", "worker"),
        *("--concurrency", str(processes), "--loglevel", "WARNING", *CELERY_FLAGS),
    ]


def beat_command() -> list[str]:
    """The beat. It keeps no file: what is due stands in PostgreSQL."""
    return [
        *(sys.executable, "-m", "celery", "--app", "workers.beat:celery", "--quiet", "beat"),
        *("--scheduler", "celery.beat:Scheduler", "--pidfile=", "--loglevel", "WARNING"),
    ]


@contextmanager
def _alone(embedded: Embedded) -> Iterator[None]:
    """The only `up` of this checkout."""
    embedded.run.mkdir(parents=True, exist_ok=True)
    with (embedded.run / "up.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            address = resolved(embedded.settings).base_url or "an address of its own"
            raise AlreadyUp(f"Lauréat is already up in this checkout, at {address}") from None
        yield


@contextmanager
def _servers(embedded: Embedded, supervisor: Supervisor, say: Say) -> Iterator[None]:
    """PostgreSQL and Valkey under the supervisor, unless a command still uses its own."""
    with ExitStack() as stack:
        stack.callback(_leave, embedded)
        with embedded.starting():
            embedded.stop_unused()  # left behind by something that was killed
            stack.enter_context(embedded.using())
            stack.callback(supervisor.stop)
            for name, server in embedded.servers(valkey=True):
                if server.pid() is not None:
                    say(name, "was running already")
                    continue
                server.initialise()
                supervisor.start(_server_child(name, server))
        yield


def _leave(embedded: Embedded) -> None:
    with embedded.starting():
        embedded.stop_transient()


def _server_child(name: str, server: Cluster | Broker) -> Child:
    if isinstance(server, Cluster):
        stop_signal, prepare = signal.SIGINT, server.clear_stale_pid
    else:
        stop_signal, prepare = signal.SIGTERM, server.initialise
    return Child(
        name,
        server.command(),
        server.log,
        stop_signal=stop_signal,
        stop_seconds=30,
        prepare=prepare,
        serves=server.answers,
    )


def _local_addresses(embedded: Embedded) -> tuple[Settings, socket]:
    """The settings with an address for each server, picked now if it had none; the site's socket.

    Raises:
        ChildFailed: the address that the settings give is another program's.
    """
    settings = embedded.settings
    if settings.base_url is None:
        door = embedded.ports.listen("web", first=FIRST_WEB_PORT)
        settings = replace(settings, base_url=f"http://{LOOPBACK}:{door.getsockname()[1]}")
    else:
        port = urlsplit(settings.base_url).port or FIRST_WEB_PORT
        try:
            door = listening(port)
        except OSError as taken:
            raise ChildFailed(f"web does not start: port {port} is taken") from taken
    if settings.embedded and settings.mail_url is None:
        embedded.ports.pick("smtp")
    return resolved(settings), door


def _mailbox(embedded: Embedded) -> list[Child]:
    settings = embedded.settings
    if not settings.embedded or settings.mail_url is not None:
        return []
    port = embedded.ports.kept("smtp") or 0
    kept = settings.var / "mailbox"
    command = [sys.executable, "-m", "grants.running.mailbox", str(kept), str(port)]
    return [
        Child(
            "mailbox",
            command,
            embedded.run / "mailbox.log",
            serves=lambda: not is_free(port),
            cwd=settings.root,
        )
    ]


def _site_answers(port: int) -> bool:
    try:
        return httpx.get(f"http://{LOOPBACK}:{port}/health/ready", timeout=5).is_success
    except httpx.HTTPError:
        return False


def timed(now: Callable[[], float] = time.time) -> Say:
    """Tell each event on a line of its own, with the time of day."""

    def say(who: str, what: str) -> None:
        moment = time.strftime("%H:%M:%S", time.localtime(now()))
        sys.stdout.write(f"{moment}  {who:<9} {what}\n")
        sys.stdout.flush()

    return say
