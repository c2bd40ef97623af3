"""What the software itself makes for someone to fetch: a spreadsheet, an archive."""

from __future__ import annotations

from typing import BinaryIO

from sqlalchemy.orm import Session

from grants.files.forgetting import holding
from grants.files.models import RESULT_MAX, Scan, StoredFile
from grants.files.store import FileStore
from grants.kernel.access import Actor


def keep_result(
    session: Session,
    store: FileStore,
    stream: BinaryIO,
    *,
    name: str,
    media_type: str,
    actor: Actor,
) -> StoredFile:
    """Keep what we made, as `actor`'s. Not inspected: nobody outside had a hand in its making.

    Raises:
        grants.files.store.TooLarge: two gigabytes are the most.
    """
    written = store.receive(stream, size_max=RESULT_MAX)
    try:
        holding(session, written.sha256)
        store.keep(written)
    finally:
        store.discard(written)
    stored = StoredFile(
        sha256=written.sha256,
        size=written.size,
        media_type=media_type,
        name=name,
        uploaded_by=actor.id,
        scan=Scan.UNCHECKED,
    )
    session.add(stored)
    session.flush()
    return stored
