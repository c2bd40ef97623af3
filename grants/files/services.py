"""Deposit a document: bytes first, then the row; a refusal leaves nothing behind. And scan it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.files.antivirus import NoVerdict, Scanner
from grants.files.forgetting import holding
from grants.files.inspection import media_type, shown_name
from grants.files.models import SIZE_MAX, Scan, StoredFile
from grants.files.store import FileStore, TooLarge
from grants.kernel.access import SYSTEM, Actor
from grants.kernel.errors import Refused
from grants.outbox.services import announce

AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)
FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(minutes=10)


def deposit(
    session: Session,
    store: FileStore,
    stream: BinaryIO,
    *,
    name: str,
    actor: Actor,
) -> StoredFile:
    """Check and keep one document; where there is an antivirus, it waits for its verdict.

    The bytes are on the disk under their name before the row exists: a row never points
    at nothing. A crash in between leaves bytes without a row, which the sweeper removes.

    Raises:
        Refused: `files.name_has_path`, `files.too_large`, `files.empty`, `files.type_refused`,
            `files.content_mismatch`, `files.zip_bomb`, `files.damaged`. Nothing is stored.
    """
    shown = shown_name(name)
    try:
        written = store.receive(stream, size_max=SIZE_MAX)
    except TooLarge as error:
        raise Refused("files.too_large", megabytes=SIZE_MAX // 1024 // 1024) from error
    try:
        if written.size == 0:
            raise Refused("files.empty")
        kind = media_type(written.path, shown)
        holding(session, written.sha256)
        store.keep(written)
    finally:
        store.discard(written)
    waits = store.is_scanned and actor.id != SYSTEM.id  # what we made ourselves needs no doctor
    stored = StoredFile(
        sha256=written.sha256,
        size=written.size,
        media_type=kind,
        name=shown,
        uploaded_by=actor.id,
        scan=Scan.WAITING if waits else Scan.UNCHECKED,
        scan_due_at=AT_ONCE if waits else None,
    )
    session.add(stored)
    session.flush()
    return stored


def scan_next(
    session: Session, store: FileStore, scanner: Scanner, *, now: datetime
) -> StoredFile | None:
    """Have one waiting document read; return it, or None when none is due.

    Locks its row while the antivirus reads; those that others hold are passed over. Without a
    verdict it goes on waiting, longer each time, for as long as it takes. Announces
    `file.infected`, on which whoever deposited it is mailed.
    """
    stored: StoredFile | None = session.scalar(
        select(StoredFile)
        .where(StoredFile.scan == Scan.WAITING, StoredFile.scan_due_at <= now)
        .order_by(StoredFile.scan_due_at, StoredFile.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if stored is None:
        return None
    try:
        with store.open(stored.sha256) as stream:
            found = scanner(stream)
    except (NoVerdict, FileNotFoundError):
        stored.scan_attempts += 1
        wait = FIRST_WAIT * 2 ** min(stored.scan_attempts - 1, 10)
        stored.scan_due_at = now + min(wait, LONGEST_WAIT)
        return stored
    stored.scan = Scan.INFECTED if found else Scan.CLEAN
    stored.scan_due_at, stored.scanned_at, stored.signature = None, now, found
    session.flush()
    if found:
        announce(session, "file.infected", by=SYSTEM, at=now, subject=stored.id)
    return stored


def require_readable(stored: StoredFile) -> None:
    """Let nobody open what an antivirus has not read yet, or found infected.

    Raises:
        Refused: `files.waiting`, `files.infected`.
    """
    if stored.scan is Scan.WAITING:
        raise Refused("files.waiting", file=stored.name)
    if stored.scan is Scan.INFECTED:
        raise Refused("files.infected", file=stored.name)
