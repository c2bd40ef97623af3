"""A copy of an installation: one dump, every document, and a manifest with their fingerprints.

Documents never change under their name, and the dump is one snapshot: whatever it names is
copied before or after it. Keys are not in the copy: whoever restores brings them.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from grants.running import dumping, migrations

FORMAT = 1
MANIFEST, DUMP, FILES = "manifest.json", "database.dump", "files"
TAR = ".tar"
CHUNK = 1024 * 1024
NAMED = 64
"""How long a document's name is: the SHA-256 of its bytes, in hexadecimal."""
SECRETS = {
    "SECRET_KEY": "opens the bank accounts and the files of payments, and signs every link sent",
    "DATABASE_URL": "the password of the database, where it is not the embedded one",
    "MAIL_URL": "the password of the mail server",
}
"""What is not in a copy and must come from elsewhere."""


class Unfit(Exception):
    """This copy cannot be made, or not restored there; says why."""


@dataclass(frozen=True)
class Piece:
    """One file of a copy: where it lies in it, and what it must hold."""

    path: str
    sha256: str
    size: int


@dataclass(frozen=True)
class Manifest:
    """What a copy holds. `key` tells whether a SECRET_KEY is the one of then, and nothing of it."""

    format: int
    made_at: str
    revision: str
    key: str
    pieces: tuple[Piece, ...]


def backup(
    url: str, store: Path, target: Path, *, secret_key: str, embedded: bool, now: datetime
) -> Manifest:
    """Copy a database and its documents to `target`: a directory, or one file `….tar`.

    The manifest is written last: what has none is no copy.

    Raises:
        Unfit: the target is there already, the database has no tables, or a document on the
            disk is not what its name says.
        dumping.ToolFailed: see `dumping.dump`.
    """
    if target.exists() and (target.is_file() or any(target.iterdir())):
        raise Unfit(f"{target} is there already")
    revision = migrations.current(url)
    if revision is None:
        raise Unfit("this database has no tables: there is nothing to copy")
    target.parent.mkdir(parents=True, exist_ok=True)
    with _room(target) as folder:
        (folder / FILES).mkdir()
        pieces = {one.path: one for one in _documents(store, folder)}
        dumping.dump(url, folder / DUMP, embedded=embedded)
        pieces |= {one.path: one for one in _documents(store, folder)}
        made = Manifest(
            format=FORMAT,
            made_at=now.isoformat(),
            revision=revision,
            key=key_mark(secret_key),
            pieces=(_piece(folder, folder / DUMP), *(pieces[path] for path in sorted(pieces))),
        )
        (folder / MANIFEST).write_text(json.dumps(asdict(made), indent=1) + "\n")
        _put(folder, target)
    return made


def restore(source: Path, url: str, store: Path, *, embedded: bool) -> Manifest:
    """Read a copy back, after all of it was checked, into a database and a store that are empty.

    Documents come first: a database that is restored finds every one of them.

    Raises:
        Unfit: no whole copy, one of a newer software, or a database with tables.
        dumping.ToolFailed: see `dumping.load`.
    """
    with _opened(source) as folder:
        manifest = checked(folder)
        known = migrations.known()
        if manifest.revision not in known:
            raise Unfit(f"this copy is of revision {manifest.revision}: a newer software made it")
        if not dumping.is_empty(url):
            raise Unfit("this database has tables: a copy is restored into an empty one")
        for piece in manifest.pieces:
            if piece.path != DUMP:
                _take(folder / piece.path, store / Path(piece.path).relative_to(FILES))
        dumping.load(url, folder / DUMP, embedded=embedded)
    return manifest


def checked(folder: Path) -> Manifest:
    """The manifest of a copy, each of whose files is what it says.

    Raises:
        Unfit: there is none, a file is missing, altered, or not in it.
    """
    try:
        read = json.loads((folder / MANIFEST).read_text())
        pieces = tuple(Piece(**one) for one in read.pop("pieces"))
        manifest = Manifest(**read, pieces=pieces)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise Unfit(f"there is no whole copy in {folder}") from error
    if manifest.format != FORMAT:
        raise Unfit(f"this copy is of format {manifest.format}, and {FORMAT} is read")
    for one in manifest.pieces:
        if not _is_inside(folder, one.path) or _piece_or_none(folder, one.path) != one:
            raise Unfit(f"{one.path} is missing or altered: this copy is not restored")
    return manifest


def key_mark(secret_key: str) -> str:
    """What tells the same key again, and nothing of it."""
    return hmac.new(secret_key.encode(), b"laureat backup", hashlib.sha256).hexdigest()[:16]


def _documents(store: Path, folder: Path) -> Iterator[Piece]:
    """Every document of the store that is not copied yet, copied and compared with its name."""
    for path in sorted(store.glob("??/*")):
        name = path.parent.name + path.name
        if len(name) != NAMED or not path.is_file():
            continue
        copy = folder / FILES / path.parent.name / path.name
        if copy.exists():
            continue
        _take(path, copy)
        found = _piece(folder, copy)
        if found.sha256 != name:
            raise Unfit(f"the document {name} is not what its name says: see `laureat invariants`")
        yield found


def _take(source: Path, target: Path) -> None:
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f"{target.name}.new")
    shutil.copyfile(source, fresh)
    fresh.replace(target)


def _piece(folder: Path, path: Path) -> Piece:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return Piece(str(path.relative_to(folder)), digest.hexdigest(), path.stat().st_size)


def _piece_or_none(folder: Path, path: str) -> Piece | None:
    return _piece(folder, folder / path) if (folder / path).is_file() else None


def _is_inside(folder: Path, path: str) -> bool:
    """Whether a manifest leads where it may: the dump, or a document under its own name."""
    parts = Path(path).parts
    name = "".join(parts[1:])
    document = parts[:1] == (FILES,) and len(parts) == 3 and len(name) == NAMED and name.isalnum()  # noqa: PLR2004 -- files/ab/cdef…
    return (path == DUMP or document) and not (folder / path).is_symlink()


@contextmanager
def _room(target: Path) -> Iterator[Path]:
    """A directory beside the target, gone at the end."""
    with TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as room:
        folder = Path(room) / "copy"
        folder.mkdir()
        yield folder


def _put(folder: Path, target: Path) -> None:
    if target.suffix == TAR:
        whole = folder.with_suffix(TAR)
        with tarfile.open(whole, "w") as bundle:
            for path in sorted(folder.rglob("*")):
                bundle.add(path, arcname=str(path.relative_to(folder)), recursive=False)
        whole.replace(target)
    else:
        if target.exists():
            target.rmdir()
        folder.replace(target)


@contextmanager
def _opened(source: Path) -> Iterator[Path]:
    """The copy as a directory.

    Raises:
        Unfit: there is nothing, or no archive.
    """
    if source.is_dir():
        yield source
        return
    with TemporaryDirectory() as room:
        try:
            with tarfile.open(source) as bundle:
                bundle.extractall(room, filter="data")
        except (OSError, tarfile.TarError) as error:
            raise Unfit(f"there is no copy at {source}") from error
        yield Path(room)
