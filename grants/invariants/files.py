"""Documents: each row has its bytes on the disk."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from sqlalchemy import text

from grants.files.store import FileStore
from grants.invariants.checks import Invariant, Place

ROWS = "SELECT sha256, min(size) AS least, max(size) AS most FROM stored_file GROUP BY sha256"
INFECTED = """
    SELECT id FROM stored_file WHERE (scan = 'infected') <> (signature IS NOT NULL)
       OR scan IN ('clean', 'infected') AND scanned_at IS NULL
"""
BLOCK = 1024 * 1024


def lost_bytes(place: Place) -> Iterator[str]:
    """Documents whose bytes are gone, or are not those that were deposited."""
    if place.store is None:
        return
    for row in place.session.execute(text(ROWS)).all():
        if why := _fault(place.store, row.sha256, row.least, row.most):
            yield f"{row.sha256}: {why}"


def _fault(store: FileStore, sha256: str, least: int, most: int) -> str:
    digest, size = hashlib.sha256(), 0
    try:
        with store.open(sha256) as stream:
            while block := stream.read(BLOCK):
                digest.update(block)
                size += len(block)
    except OSError:
        return "no bytes"
    if digest.hexdigest() != sha256:
        return "other bytes"
    return "" if least == most == size else "another size"


CHECKS = (
    Invariant(
        "files.bytes_are_there",
        "Chaque document a ses octets sur le disque, et leur empreinte est la sienne.",
        "Each document has its bytes on the disk, and their digest is its own.",
        lost_bytes,
        needs_files=True,
    ),
    Invariant(
        "files.scans_are_said",
        "Un document dit infecté l’est de quelque chose, et a été lu par l’antivirus.",
        "A document called infected is so by something, and was read by the antivirus.",
        INFECTED,
    ),
)
