"""clamd asked about one document at a time, by its protocol INSTREAM. No answer is no verdict."""

from __future__ import annotations

from typing import BinaryIO, Protocol
from urllib.parse import urlsplit

from clamav_client.clamd import ClamdError, ClamdNetworkSocket, ClamdUnixSocket

TIMEOUT_SECONDS = 30
PORT = 3310


class NoVerdict(Exception):
    """Nobody could say: away, busy, too large for it, or an answer that makes no sense."""


class Scanner(Protocol):
    """Whoever reads documents for viruses."""

    def __call__(self, stream: BinaryIO) -> str | None:
        """The name of what was found; None when the document is clean.

        Raises:
            NoVerdict: it could not be told. It is never a yes.
        """
        ...


class Clamd:
    """The antivirus at `tcp://host:port` or `unix:///path`."""

    def __init__(self, url: str) -> None:
        self._parts = urlsplit(url)

    def __call__(self, stream: BinaryIO) -> str | None:
        """Send the bytes; read the verdict.

        Raises:
            NoVerdict: see `Scanner`.
        """
        try:
            answers = self._socket().instream(stream)
        except (ClamdError, OSError, ValueError) as error:
            # A document beyond clamd's own limit breaks the pipe: nobody read it to its end.
            raise NoVerdict(type(error).__name__) from error
        if not answers:
            raise NoVerdict("nothing")
        status, found = next(iter(answers.values()))
        if status == "OK":
            return None
        if status == "FOUND":
            return found or "unknown"
        raise NoVerdict(status)

    def _socket(self) -> ClamdNetworkSocket:
        if self._parts.scheme == "unix":
            return ClamdUnixSocket(self._parts.path, timeout=TIMEOUT_SECONDS)
        host = self._parts.hostname or "127.0.0.1"
        return ClamdNetworkSocket(host, self._parts.port or PORT, timeout=TIMEOUT_SECONDS)
