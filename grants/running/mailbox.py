"""The local mailbox: an SMTP server that keeps what it is given and sends nothing on."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import partial
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from grants.running.ports import LOOPBACK

LARGEST = 32 * 1024 * 1024


@dataclass(frozen=True)
class Letter:
    """One mail as it arrived. `key` is its file's name, safe in an address."""

    key: str
    message: EmailMessage


class Maildir:
    """Mails as files, one each, newest last by name."""

    def __init__(self, directory: Path) -> None:
        self._incoming = directory / "tmp"
        self._kept = directory / "new"

    def deposit(self, sender: str, recipients: list[str], content: bytes) -> str:
        """Keep one mail, on the disk before this returns; give its key."""
        for folder in (self._incoming, self._kept):
            folder.mkdir(parents=True, exist_ok=True)
        key = f"{time.time_ns():020d}-{secrets.token_hex(4)}"
        head = f"Return-Path: <{sender}>\r\nX-Envelope-To: {', '.join(recipients)}\r\n"
        fresh = self._incoming / key
        with fresh.open("wb") as file:
            file.write(head.encode("utf-8") + content)
            file.flush()
            os.fsync(file.fileno())
        fresh.rename(self._kept / key)
        kept = os.open(self._kept, os.O_RDONLY)
        try:
            os.fsync(kept)
        finally:
            os.close(kept)
        return key

    def keys(self) -> list[str]:
        """The keys of all mails, newest first."""
        try:
            return sorted((file.name for file in self._kept.iterdir()), reverse=True)
        except FileNotFoundError:
            return []

    def letters(self, *, to: str = "") -> Iterator[Letter]:
        """Mails, newest first; of one recipient when `to` is given."""
        for key in self.keys():
            letter = self.letter(key)
            if letter and to.lower() in str(letter.message["X-Envelope-To"] or "").lower():
                yield letter

    def letter(self, key: str) -> Letter | None:
        """One mail by its key, None when there is none."""
        if not key.replace("-", "").isalnum():
            return None
        try:
            content = (self._kept / key).read_bytes()
        except FileNotFoundError:
            return None
        return Letter(key, message_from_bytes(content, policy=policy.default))


class Keeper:
    """What the SMTP server does with a mail: keep it, then say so."""

    def __init__(self, maildir: Maildir) -> None:
        self._maildir = maildir

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 -- the library's name
        """Answer 250 once the mail is on the disk."""
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        recipients = [str(address) for address in envelope.rcpt_tos]
        deposit = partial(self._maildir.deposit, str(envelope.mail_from or ""), recipients, content)
        await asyncio.get_running_loop().run_in_executor(None, deposit)
        return "250 kept"


async def serve(directory: Path, port: int) -> None:
    """Listen on the loopback until SIGTERM or SIGINT."""
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    keeper = Keeper(Maildir(directory))
    server = await loop.create_server(
        lambda: SMTP(keeper, data_size_limit=LARGEST, enable_SMTPUTF8=True, hostname="laureat"),
        host=LOOPBACK,
        port=port,
        reuse_address=True,
    )
    async with server:
        await stopped.wait()


def run(directory: Path, port: int) -> None:
    """The mailbox as a process."""
    asyncio.run(serve(directory, port))


if __name__ == "__main__":
    run(Path(sys.argv[1]), int(sys.argv[2]))
