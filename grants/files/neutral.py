"""Documents without what they say of whoever made them: properties, authors, places, programs.

What is written or drawn in them stays: that is for a redacted copy. Pure, bytes to bytes.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

from grants.files.inspection import OFFICE, OPEN_DOCUMENT
from grants.kernel.late import Late

pikepdf: Any = Late("pikepdf")
pictures: Any = Late("PIL.Image")
turning: Any = Late("PIL.ImageOps")

JPEG_QUALITY = 92
PDF_TRACES = ("/Metadata", "/PieceInfo", "/LastModified")
"""Entries of any object that name a program, a moment or an author."""
SIGNER = ("/Name", "/Location", "/Reason", "/ContactInfo", "/Contents", "/Cert")
"""What a signature says of whoever signed."""
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
OFFICE_NS = "http://schemas.openxmlformats.org/officeDocument/2006/"
CORE_NS = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
EMPTY: Mapping[str, str] = {
    "docProps/core.xml": f'{HEAD}<cp:coreProperties xmlns:cp="{CORE_NS}"/>',
    "docProps/app.xml": f'{HEAD}<Properties xmlns="{OFFICE_NS}extended-properties"/>',
    "docProps/custom.xml": f'{HEAD}<Properties xmlns="{OFFICE_NS}custom-properties"/>',
    "meta.xml": (
        f'{HEAD}<office:document-meta office:version="1.2" '
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"/>'
    ),
}
"""The parts of an office document that hold nothing but properties, emptied."""
THUMBNAIL = re.compile(r"^(docProps/thumbnail|Thumbnails/thumbnail)\.\w+$")
AUTHORS = re.compile(
    rb'\b(w:author|w:initials|w15:author|w15:userId|userName|displayName|userId)="[^"]*"'
)
"""Who commented or changed what, in the text of an Office document."""
NAMED = re.compile(
    rb"<(dc:creator|meta:creator-initials|meta:initial-creator|author)>[^<]*</\1>"
    rb"|<(x15ac:absPath)\b[^>]*/>"
)
"""Authors of comments as elements; and the folder where a workbook was saved."""
PICTURE = re.compile(r"\.(jpe?g|png)$", re.IGNORECASE)


class NotNeutral(Exception):
    """Nobody can say what this document tells of its author: it is not sent as it is."""


def neutral(data: bytes, media_type: str) -> bytes:
    """The same document, silent about its author.

    Raises:
        NotNeutral: of a kind that we cannot clean, damaged, or locked.
    """
    clean = CLEANERS.get(media_type)
    if clean is None:
        raise NotNeutral
    try:
        return clean(data)
    except (OSError, ValueError, SyntaxError, pikepdf.PdfError, zipfile.BadZipFile) as error:
        raise NotNeutral from error


def _pdf(data: bytes) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        if pdf.is_encrypted:
            raise NotNeutral
        del pdf.docinfo
        names = pdf.Root.get("/Names")
        if isinstance(names, pikepdf.Dictionary) and "/EmbeddedFiles" in names:
            del names["/EmbeddedFiles"]
        for one in ("/AF", "/Perms", "/DSS"):
            if one in pdf.Root:
                del pdf.Root[one]
        for found in pdf.objects:
            _hush(found)
        pdf.save(out, deterministic_id=True)
    return out.getvalue()


def _hush(found: Any) -> None:
    """Take out of one object of a PDF what names people."""
    if isinstance(found, pikepdf.Stream):
        found = found.stream_dict
    if not isinstance(found, pikepdf.Dictionary):
        return
    traces = list(PDF_TRACES)
    if found.get("/Type") in ("/Sig", "/DocTimeStamp"):
        traces += SIGNER
    if "/Subtype" in found and "/Rect" in found and found.get("/Subtype") != "/Widget":
        traces += ["/T"]  # whoever wrote the annotation
        if found.get("/Subtype") == "/FileAttachment":
            traces += ["/FS"]
    for one in traces:
        if one in found:
            del found[one]


def _jpeg(data: bytes) -> bytes:
    return _drawn(data, "JPEG", quality=JPEG_QUALITY)


def _png(data: bytes) -> bytes:
    return _drawn(data, "PNG")


def _drawn(data: bytes, kind: str, **options: Any) -> bytes:
    """The picture drawn again, upright: its pixels and nothing else."""
    out = io.BytesIO()
    with pictures.open(io.BytesIO(data), formats=[kind]) as picture:
        upright = turning.exif_transpose(picture)
        bare = upright.copy()
        bare.info = {}
        bare.save(out, kind, **options)
    return out.getvalue()


def _archive(data: bytes) -> bytes:
    """An office document, its properties empty, its comments nobody's, its pictures bare."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            fresh = zipfile.ZipInfo(entry.filename)  # neither its day nor its comment
            fresh.compress_type = entry.compress_type
            new.writestr(fresh, _part(entry.filename, old.read(entry)))
    return out.getvalue()


def _part(name: str, data: bytes) -> bytes:
    if name in EMPTY:
        return EMPTY[name].encode()
    if THUMBNAIL.search(name):
        return b""
    if found := PICTURE.search(name):
        return _png(data) if found.group(1).lower() == "png" else _jpeg(data)
    if name.endswith(".xml"):
        return NAMED.sub(b"", AUTHORS.sub(rb'\1=""', data))
    return data


CLEANERS: Mapping[str, Callable[[bytes], bytes]] = {
    "application/pdf": _pdf,
    "image/jpeg": _jpeg,
    "image/png": _png,
    f"{OPEN_DOCUMENT}text": _archive,
    f"{OPEN_DOCUMENT}spreadsheet": _archive,
    f"{OFFICE}wordprocessingml.document": _archive,
    f"{OFFICE}spreadsheetml.sheet": _archive,
}
