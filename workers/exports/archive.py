"""The documents of a whole search as one archive, a folder a file."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable, Iterable
from uuid import UUID

from grants.appraisal.queries import exported
from workers.app import database, now, store
from workers.exports.asked import deliver, work

KIND = "applications.archive"
MEDIA_TYPE = "application/zip"
TELL_EVERY = 20


def make(job_id: UUID) -> None:
    """Write the archive of a search's documents, and end its job.

    A document whose bytes are lost is named in a list at the top, rather than left out unsaid.
    """
    with work(job_id) as asked:
        if asked is None:
            return
        with database().reading() as session, zipfile.ZipFile(asked.path, "w") as bundle:
            documents = exported.documents(session, asked.sought, asked.actor, now=now())
            _fill(bundle, documents, asked.tell)
        name = f"{asked.payload.get('name', 'documents')}.zip"
        deliver(asked, name=name, media_type=MEDIA_TYPE)


def _fill(
    bundle: zipfile.ZipFile,
    documents: Iterable[tuple[str, str, str, str]],
    tell: Callable[[int], None],
) -> None:
    lost: list[str] = []
    taken: set[str] = set()
    for count, (number, key, name, sha256) in enumerate(documents, start=1):
        entry = _alone(f"{number}/{key}-{name}", taken)
        try:
            with store().open(sha256) as source, bundle.open(entry, "w") as target:
                shutil.copyfileobj(source, target)
        except FileNotFoundError:
            lost.append(entry)
        if count % TELL_EVERY == 0:
            tell(count)
    bundle.writestr("LISEZMOI.txt", _about(taken, lost))


def _alone(name: str, taken: set[str]) -> str:
    stem, dot, ending = name.rpartition(".")
    entry, number = name, 2
    while entry in taken:
        entry, number = f"{stem} ({number}){dot}{ending}", number + 1
    taken.add(entry)
    return entry


def _about(taken: set[str], lost: list[str]) -> str:
    lines = [f"{len(taken) - len(lost)} document(s)."]
    lines += [f"Introuvable : {one}" for one in lost]
    return "\r\n".join(lines) + "\r\n"
