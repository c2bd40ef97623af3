"""Deposit a document: bytes first, then the row; a refusal leaves nothing behind."""

from __future__ import annotations

from typing import BinaryIO

from sqlalchemy.orm import Session

from grants.files.inspection import media_type, shown_name
from grants.files.models import SIZE_MAX, StoredFile
from grants.files.store import FileStore, TooLarge
from grants.kernel.access import Actor
from grants.kernel.errors import Refused


def deposit(
    session: Session,
    store: FileStore,
    stream: BinaryIO,
    *,
    name: str,
    actor: Actor,
) -> StoredFile:
    """Check and keep one document.

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
        store.keep(written)
    finally:
        store.discard(written)
    stored = StoredFile(
        sha256=written.sha256,
        size=written.size,
        media_type=kind,
        name=shown,
        uploaded_by=actor.id,
    )
    session.add(stored)
    session.flush()
    return stored
