"""The local mailbox: an SMTP server that keeps what it is given and sends nothing on."""

from __future__ import annotations

import asyncio
import signal
import sys
from functools import partial
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from grants.running.ports import LOOPBACK
from grants.web.maildir import Maildir

LARGEST = 32 * 1024 * 1024


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
