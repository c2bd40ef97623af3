"""A real SMTP server that keeps what it takes over, and answers as it is told."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller

LOOPBACK = "127.0.0.1"


class Letterbox:
    """What a server took over."""

    def __init__(self) -> None:
        self.received: list[tuple[str, bytes]] = []
        self.answers: list[str] = []

    async def handle_DATA(self, _server, _session, envelope) -> str:  # noqa: N802
        if self.answers:
            return self.answers.pop(0)
        self.received.append((envelope.rcpt_tos[0], envelope.content))
        return "250 OK"

    def messages(self) -> list[EmailMessage]:
        """Each as a mail program reads it."""
        return [message_from_bytes(content, policy=policy.default) for _, content in self.received]


class Door(Controller):
    """A server on a socket that it has held from the start: a port chosen first, and bound later,
    may be given to somebody else's outgoing connection in between.
    """

    def __init__(self, box: Letterbox) -> None:
        self._door = socket.create_server((LOOPBACK, 0))
        super().__init__(box, hostname=LOOPBACK, port=self._door.getsockname()[1])

    def _create_server(self) -> Awaitable[asyncio.AbstractServer]:
        return self.loop.create_server(self._factory_invoker, sock=self._door)


@contextmanager
def a_letterbox() -> Iterator[tuple[Letterbox, str]]:
    """The box, and the address where it listens."""
    box = Letterbox()
    door = Door(box)
    door.start()
    try:
        yield box, f"smtp://{LOOPBACK}:{door.port}"
    finally:
        door.stop()
