"""The local disk, addressed by content: written aside, flushed, renamed, and only then told."""

from __future__ import annotations

import hashlib
import os
import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

CHUNK = 256 * 1024


class TooLarge(Exception):
    """More bytes than allowed; what had been written is gone."""


@dataclass(frozen=True)
class Written:
    """A file on its way in: complete on the disk, not yet under its name."""

    path: Path
    sha256: str
    size: int


class FileStore:
    """Files under `root/ab/cd…`, named by the SHA-256 of their bytes.

    `is_scanned` tells that an antivirus reads what is deposited here.
    """

    def __init__(self, root: Path, *, is_scanned: bool = False) -> None:
        self._root = root
        self.is_scanned = is_scanned

    def receive(self, stream: BinaryIO, *, size_max: int) -> Written:
        """Write the stream aside and flush it to the disk.

        Raises:
            TooLarge: at the first byte beyond `size_max`.
            OSError: the disk refuses; nothing half-written stays.
        """
        incoming = self._root / "incoming"
        incoming.mkdir(parents=True, exist_ok=True)
        path = incoming / secrets.token_hex(16)
        try:
            with path.open("xb") as file:
                written = self._copy(stream, file, path, size_max)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return written

    def keep(self, written: Written) -> None:
        """Give a received file its name. The same bytes twice are one file."""
        target = self._path(written.sha256)
        target.parent.mkdir(parents=True, exist_ok=True)
        written.path.replace(target)
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)  # the name must survive a power cut as the bytes do
        finally:
            os.close(folder)

    def discard(self, written: Written) -> None:
        """Forget a received file."""
        written.path.unlink(missing_ok=True)

    def forget(self, sha256: str) -> None:
        """Take the bytes off the disk. Whoever calls holds them (`forgetting.forget`)."""
        self._path(sha256).unlink(missing_ok=True)

    def open(self, sha256: str) -> BinaryIO:
        """The bytes, to read.

        Raises:
            FileNotFoundError: the store lost them, or never had them.
        """
        return self._path(sha256).open("rb")

    def part(self, key: str) -> Path:
        """Where the bytes of a document that arrives in pieces are, or will be; see `append`."""
        return self._root / "parts" / key

    def arrived(self, key: str) -> int:
        """How many bytes of it are here."""
        try:
            return self.part(key).stat().st_size
        except FileNotFoundError:
            return 0

    def append(self, key: str, stream: BinaryIO, *, at: int, size_max: int) -> int:
        """Write one more piece at `at`; return how many bytes are here then.

        What lay beyond `at` is replaced: a piece that was cut in the middle is sent again whole.
        The caller holds a lock on whatever `key` names.

        Raises:
            TooLarge: at the first byte beyond `size_max`; the piece is taken back.
            OSError: the disk refuses.
        """
        path = self.part(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            file.truncate(at)
            size = at
            while chunk := stream.read(CHUNK):
                size += len(chunk)
                if size > size_max:
                    file.truncate(at)
                    raise TooLarge
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        return size

    def drop(self, key: str) -> None:
        """Forget a document that arrived in pieces."""
        self.part(key).unlink(missing_ok=True)

    def sweep(self, *, older_than_seconds: float = 86_400) -> int:
        """Remove what was received and never kept (a killed process, an upload given up).

        Returns how many.
        """
        limit = time.time() - older_than_seconds
        found = [f for name in ("incoming", "parts") for f in (self._root / name).glob("*")]
        stale = [f for f in found if f.stat().st_mtime < limit]
        for file in stale:
            file.unlink(missing_ok=True)
        return len(stale)

    def _path(self, sha256: str) -> Path:
        return self._root / sha256[:2] / sha256[2:]

    @staticmethod
    def _copy(stream: BinaryIO, file: BinaryIO, path: Path, size_max: int) -> Written:
        digest, size = hashlib.sha256(), 0
        while chunk := stream.read(CHUNK):
            size += len(chunk)
            if size > size_max:
                raise TooLarge
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
        return Written(path, digest.hexdigest(), size)
