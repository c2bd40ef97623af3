"""What a file is, judged by what it contains and never by its name alone."""

from __future__ import annotations

import lzma
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from grants.files.pictures import jpeg_pixels, png_pixels
from grants.kernel.errors import Refused

UNPACKED_MAX = 300 * 1024 * 1024
"""An office document that unpacks beyond this is a trap (a "zip bomb")."""
ENTRIES_MAX = 5_000
CHUNK = 256 * 1024
TAIL = 64 * 1024
"""How far from its end a document must say that it ends: readers allow for a little rubbish."""
PIXELS_MAX = 150_000_000
"""A picture beyond it exhausts whoever opens it; the largest cameras stay well below."""
TYPES = "[Content_Types].xml"
OVERRIDE = re.compile(r"<Override\b[^>]*>")
PROGRAM = re.compile(
    r"(^|/)(vbaProject\.bin|vbaData\.xml)$|^(Basic|Scripts)/"
    r"|\.(exe|dll|scr|com|bat|cmd|ps1|vbs|vbe|js|jse|wsf|hta|lnk|msi|jar)$",
    re.IGNORECASE,
)
"""Names of entries that run something: macros, or a program carried along."""


@dataclass(frozen=True)
class Kind:
    """A type we accept: its media type, its ending, and how its bytes begin."""

    media_type: str
    ending: str
    signature: bytes
    member: str | None = None
    """For archives: an entry that must be inside."""


OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
OFFICE = "application/vnd.openxmlformats-officedocument."
KINDS = (
    Kind("application/pdf", "pdf", b"%PDF-"),
    Kind("image/jpeg", "jpg", b"\xff\xd8\xff"),
    Kind("image/jpeg", "jpeg", b"\xff\xd8\xff"),
    Kind("image/png", "png", b"\x89PNG\r\n\x1a\n"),
    Kind(f"{OPEN_DOCUMENT}text", "odt", b"PK\x03\x04", "content.xml"),
    Kind(f"{OPEN_DOCUMENT}spreadsheet", "ods", b"PK\x03\x04", "content.xml"),
    Kind(f"{OFFICE}wordprocessingml.document", "docx", b"PK\x03\x04", "word/document.xml"),
    Kind(f"{OFFICE}spreadsheetml.sheet", "xlsx", b"PK\x03\x04", "xl/workbook.xml"),
)
ENDINGS = tuple(kind.ending for kind in KINDS)


def shown_name(name: str) -> str:
    """The name to show: its last part, without control characters, 120 characters at most.

    Raises:
        Refused: `files.name_has_path`, when the name climbs or hides a path.
    """
    if "/" in name or "\\" in name or "\0" in name or not name.strip(". "):
        raise Refused("files.name_has_path")
    clean = "".join(c for c in name if c.isprintable()).strip()
    stem, dot, ending = clean.rpartition(".")
    return f"{stem[:110]}{dot}{ending[:10]}" if dot else clean[:120]


def media_type(path: Path, name: str) -> str:
    """Say what the file at `path`, sent as `name`, is.

    Raises:
        Refused: `files.type_refused` (ending not accepted), `files.content_mismatch` (the bytes
            are not what the ending says), `files.macros`, `files.zip_bomb`, `files.damaged`.
    """
    ending = PurePosixPath(name).suffix.lower().removeprefix(".")
    kind = next((one for one in KINDS if one.ending == ending), None)
    if kind is None:
        raise Refused("files.type_refused", ending=ending[:10])
    with path.open("rb") as file:
        head = file.read(16)
    if not head.startswith(kind.signature):
        raise Refused("files.content_mismatch", ending=ending)
    if kind.member:
        _inspect_archive(path, kind)
    else:
        _inspect_whole(path, kind)
    return kind.media_type


def _inspect_archive(path: Path, kind: Kind) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if len(entries) > ENTRIES_MAX:
                raise Refused("files.zip_bomb")
            _refuse_odd_entries(entries)
            _count_unpacked(archive, entries)
            if not _holds(archive, kind) or not _says(archive, kind):
                raise Refused("files.content_mismatch", ending=kind.ending)
    except NOT_AN_ARCHIVE as error:
        raise Refused("files.damaged") from error


NOT_AN_ARCHIVE = (
    zipfile.BadZipFile,
    NotImplementedError,  # a compression that nobody uses
    RuntimeError,  # protected by a password
    EOFError,
    OSError,
    ValueError,
    struct.error,
    zlib.error,
    lzma.LZMAError,
)
"""All that reading a broken archive may raise."""


def _refuse_odd_entries(entries: list[zipfile.ZipInfo]) -> None:
    """What no office program writes: paths that climb, two entries of one name, programs."""
    names = [one.filename for one in entries]
    climbing = [
        one for one in names if one.startswith("/") or "\\" in one or ".." in one.split("/")
    ]
    if climbing or len(set(names)) < len(names):
        raise Refused("files.damaged")
    if any(PROGRAM.search(one) for one in names):
        raise Refused("files.macros")


def _count_unpacked(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    """Count the bytes while reading them: what the directory of the archive says may lie."""
    unpacked = 0
    for entry in entries:
        with archive.open(entry) as member:
            while chunk := member.read(CHUNK):
                if b"<!ENTITY" in chunk and entry.filename.endswith((".xml", ".rels")):
                    raise Refused("files.zip_bomb")  # XML that unpacks in the reader's memory
                unpacked += len(chunk)
                if unpacked > UNPACKED_MAX:
                    raise Refused("files.zip_bomb")


def _holds(archive: zipfile.ZipFile, kind: Kind) -> bool:
    """Whether the part is there that makes it a letter or a workbook.

    It has a usual name; some programs give it another, which the list of types tells.
    """
    names = archive.namelist()
    if kind.member in names:
        return True
    if TYPES not in names:
        return False
    main = f'ContentType="{kind.media_type}.main+xml"'
    parts = [one for one in OVERRIDE.findall(_head(archive, TYPES)) if main in one]
    return any(f'PartName="/{name}"' in one for one in parts for name in names)


def _says(archive: zipfile.ZipFile, kind: Kind) -> bool:
    """Whether an OpenDocument archive names itself; the others have no such entry."""
    if not kind.media_type.startswith(OPEN_DOCUMENT):
        return True
    said = _head(archive, "mimetype") if "mimetype" in archive.namelist() else ""
    return said.strip().startswith(kind.media_type)


def _head(archive: zipfile.ZipFile, name: str) -> str:
    """How an entry begins: one that says what it is needs no more."""
    with archive.open(name) as entry:
        return entry.read(CHUNK).decode(errors="replace")


def _inspect_whole(path: Path, kind: Kind) -> None:
    """That a PDF ends, and that a picture is one, whole, and of a size that can be opened."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - TAIL))
        if ENDS[kind.media_type] not in file.read():
            raise Refused("files.damaged")
        if kind.media_type == "application/pdf":
            return
        file.seek(0)
        pixels = png_pixels(file) if kind.ending == "png" else jpeg_pixels(file)
    if not pixels:
        raise Refused("files.damaged")
    if pixels > PIXELS_MAX:
        raise Refused("files.zip_bomb")


ENDS = {"application/pdf": b"%%EOF", "image/png": b"IEND", "image/jpeg": b"\xff\xd9"}
