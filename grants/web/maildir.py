"""Mails as files: what the local mailbox keeps and its pages read."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.utils import parsedate_to_datetime
from functools import lru_cache
from pathlib import Path

HEAD_BYTES = 8_192
"""Where the head of a mail of ours has long ended."""
HEADS_KEPT = 20_000


@dataclass(frozen=True)
class Letter:
    """One mail as it arrived. `key` is its file's name, safe in an address."""

    key: str
    message: EmailMessage

    @property
    def to(self) -> str:
        """Whom it was handed over for."""
        return str(self.message["X-Envelope-To"] or self.message["To"] or "")

    @property
    def subject(self) -> str:
        """Its subject, which may be empty."""
        return str(self.message["Subject"] or "")

    @property
    def sent_at(self) -> datetime | None:
        """When its sender says it was sent."""
        try:
            sent = parsedate_to_datetime(str(self.message["Date"] or ""))
        except ValueError:
            return None
        return sent if sent.tzinfo else None

    @property
    def text(self) -> str:
        """Its plain text."""
        return self._body("plain")

    @property
    def html(self) -> str:
        """The source of its HTML, never to be shown as a page of ours."""
        return self._body("html")

    @property
    def attachments(self) -> list[str]:
        """The names of its attachments."""
        return [part.get_filename() or "?" for part in self.message.iter_attachments()]

    def _body(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        return str(part.get_content()) if part is not None else ""


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

    def found(self, words: str) -> list[str]:
        """The keys of the mails to or about `words`, newest first. Only heads are read, once."""
        wanted = words.lower()
        return [key for key in self.keys() if wanted in _head(self._kept / key)]

    def letters(self, keys: list[str]) -> Iterator[Letter]:
        """The mails under these keys, those removed meanwhile left out."""
        for key in keys:
            letter = self.letter(key)
            if letter is not None:
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


@lru_cache(maxsize=HEADS_KEPT)
def _head(file: Path) -> str:
    """Whom a mail was handed over for and its subject, in small letters; mails never change."""
    try:
        with file.open("rb") as content:
            head = content.read(HEAD_BYTES)
    except FileNotFoundError:
        return ""
    read = BytesHeaderParser(policy=policy.default).parsebytes(head)
    return f"{read['X-Envelope-To'] or read['To'] or ''} {read['Subject'] or ''}".lower()
