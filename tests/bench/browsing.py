"""A browser thin enough to measure servers with: keep-alive, cookies, nothing else.

It costs the two processors that it shares with the server about 0.1 ms a request, a third of
what http.client does.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

CSRF = re.compile(rb'name="csrf_token"[^>]*?value="([^"]+)"')
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
LOCATION = re.compile(rb"\r\nlocation: *([^\r]+)", re.IGNORECASE)
COOKIE = re.compile(rb"\r\nset-cookie: *([^=]+)=([^;\r]*)", re.IGNORECASE)
CLOSED = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    location: str
    body: bytes

    @property
    def token(self) -> str:
        """The CSRF token of the page's first form."""
        found = CSRF.search(self.body)
        assert found, f"no form on this page ({self.status})"
        return found[1].decode()

    def expect(self, status: int, *words: bytes) -> Answer:
        """Itself, when it is what a person would call success."""
        assert self.status == status, (self.status, self.location, self.body[-3000:])
        for one in words:
            assert one in self.body, (one, self.body[:3000])
        return self


@dataclass
class Browser:
    """One person at one screen."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    _socket: socket.socket | None = None

    def sit_down(self, cookies: Mapping[str, str]) -> None:
        """Someone else presents these cookies; what the site itself has given stays."""
        self.cookies.update(cookies)

    def get(self, path: str) -> Answer:
        """Read a page."""
        return self._send(b"GET", path, b"", "")

    def post(
        self,
        path: str,
        values: Mapping[str, str],
        *,
        multipart: bool = False,
        by_itself: bool = False,
    ) -> Answer:
        """Send a form; `by_itself` as the page's script does while one types."""
        if multipart:
            body, kind = _parts(values), f"multipart/form-data; boundary={EDGE}"
        else:
            body, kind = urlencode(values).encode(), "application/x-www-form-urlencoded"
        return self._send(b"POST", path, body, kind, by_itself=by_itself)

    def _send(
        self, method: bytes, path: str, body: bytes, kind: str, *, by_itself: bool = False
    ) -> Answer:
        jar = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        head = [
            b"%s %s HTTP/1.1" % (method, path.encode()),
            b"Host: 127.0.0.1:%d" % self.port,
            b"Accept: text/html",
            b"Accept-Language: fr",
            *([b"Cookie: " + jar.encode()] if jar else []),
            *([b"Content-Type: " + kind.encode()] if kind else []),
            *([b"X-Requested-With: autosave"] if by_itself else []),
            *([b"Content-Length: %d" % len(body)] if method == b"POST" else []),
        ]
        raw = b"\r\n".join(head) + b"\r\n\r\n" + body
        for patience in (True, False):
            fresh = self._socket is None
            try:
                return self._exchange(raw)
            except ConnectionError:
                # A server may close a connection kept alive, just as we write on it.
                self.close()
                if fresh or not patience:
                    raise
        raise AssertionError

    def _exchange(self, raw: bytes) -> Answer:
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self.port), timeout=60)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(raw)
        got = b""
        while (end := got.find(b"\r\n\r\n")) < 0:
            got += self._more()
        head = got[: end + 2]
        found = LENGTH.search(head)
        assert found, head
        missing = int(found[1]) + end + 4 - len(got)
        rest = [got[end + 4 :]]
        while missing > 0:
            rest.append(self._more())
            missing -= len(rest[-1])
        for name, value in COOKIE.findall(head):
            self.cookies[name.decode()] = value.decode()
        if CLOSED.search(head):
            self.close()
        to = LOCATION.search(head)
        return Answer(int(head[9:12]), path_of(to[1].decode()) if to else "", b"".join(rest))

    def _more(self) -> bytes:
        assert self._socket is not None
        piece = self._socket.recv(262_144)
        if not piece:
            raise ConnectionResetError("the server closed the connection")
        return piece

    def close(self) -> None:
        """Hang up."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None


EDGE = "----laureat-bench"


def _parts(values: Mapping[str, str]) -> bytes:
    lines = []
    for name, value in values.items():
        lines += [f"--{EDGE}", f'Content-Disposition: form-data; name="{name}"', "", value]
    return "\r\n".join([*lines, f"--{EDGE}--", ""]).encode()


def path_of(location: str) -> str:
    """The path and query of an address, whole or not."""
    parts = urlsplit(location)
    return parts.path + (f"?{parts.query}" if parts.query else "")
