"""A real SMTP server that keeps what it takes over, and answers as it is told."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller


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


@contextmanager
def a_letterbox() -> Iterator[tuple[Letterbox, str]]:
    """The box, and the address where it listens."""
    box = Letterbox()
    port = free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, f"smtp://127.0.0.1:{port}"
    controller.stop()


def free_port() -> int:
    """A port that nobody listens on at this instant."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
