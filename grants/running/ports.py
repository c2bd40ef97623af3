"""Ports of this checkout's own: picked once, kept, and picked anew when somebody took them."""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import json
import random
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

LOOPBACK = "127.0.0.1"
OURS = range(20_000, 32_000)
"""Below the ports that Linux gives to outgoing connections: while a server is down, a client of
another server, or its own client trying again, could otherwise be given its port."""
PORTS_TRIED = 1000
BACKLOG = 2048


def is_free(port: int) -> bool:
    """Whether a server could listen on this port of the loopback now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """Any port that is free now, that no outgoing connection will take, and that is given once.

    Whoever asks starts a server on it, which takes seconds: until then, and for as long as the
    asking process lives, nobody else on this machine is given the same one.
    """
    chance = random.SystemRandom()
    while not (is_free(port := chance.choice(OURS)) and _given_first(port)):
        pass
    return port


_given = contextlib.ExitStack()
atexit.register(_given.close)


def _given_first(port: int) -> bool:
    """Whether no living process gave the port away; from here on, we did.

    The mark is an abstract name, which the kernel forgets with us; only Linux has those.
    """
    if not sys.platform.startswith("linux"):
        return True
    mark = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        mark.bind(f"\0laureat-port-{port}")
    except OSError:
        mark.close()
        return False
    _given.enter_context(mark)
    return True


def listening(port: int) -> socket.socket:
    """A socket that listens on a port of the loopback: from here on nobody else can.

    Raises:
        OSError: somebody does already.
    """
    return socket.create_server((LOOPBACK, port), backlog=BACKLOG)


class Ports:
    """The ports that a checkout remembers, by the name of their server, in one small file."""

    def __init__(self, run: Path) -> None:
        self._file = run / "ports.json"
        self._lock = run / "ports.lock"

    def kept(self, name: str) -> int | None:
        """The port remembered for a server."""
        port = self._read().get(name)
        return int(port) if port else None

    def pick(self, name: str, *, first: int | None = None) -> int:
        """A free port for a server that is about to start: the remembered one if nobody took it.

        Otherwise `first` or the next free one above it, otherwise any. Remembers the choice.
        """
        with self._locked():
            ports = self._read()
            port = ports.get(name)
            if port is None or not is_free(port):
                port = _next_free(first, set(ports.values())) if first else free_port()
                ports[name] = port
                self._write(ports)
        return port

    def listen(self, name: str, *, first: int) -> socket.socket:
        """A listening socket for a server: on its remembered port, or as `pick` chooses one.

        Picking a port and starting a server on it later leaves a gap, in which another checkout
        may pick the same one and then talk to us: whoever holds the socket has the port.
        """
        with self._locked():
            ports = self._read()
            taken = {port for other, port in ports.items() if other != name}
            tried = (ports.get(name, first), *range(first, first + PORTS_TRIED))
            for port in tried:
                if port in taken:
                    continue
                try:
                    door = listening(port)
                except OSError:  # somebody's
                    continue
                self._write(ports | {name: port})
                return door
        raise OSError(f"no port between {first} and {first + PORTS_TRIED} is free")

    def _read(self) -> dict[str, int]:
        try:
            kept = json.loads(self._file.read_text())
        except (FileNotFoundError, ValueError):
            return {}
        return {str(name): int(port) for name, port in kept.items()}

    def _write(self, ports: dict[str, int]) -> None:
        fresh = self._file.with_suffix(".new")
        fresh.write_text(json.dumps(ports, indent=2) + "\n")
        fresh.replace(self._file)

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        self._lock.parent.mkdir(parents=True, exist_ok=True)
        with self._lock.open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _next_free(first: int, taken: set[int]) -> int:
    tried = range(first, first + PORTS_TRIED)
    return next(port for port in tried if port not in taken and is_free(port))
