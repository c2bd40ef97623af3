"""Uploads that must not be kept: each a name, the bytes, and why it is refused."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping

from build.documents import (
    XML,
    a_docx,
    a_page,
    a_picture,
    a_png_that_says,
    a_workbook,
    an_odf,
    packed,
)
from grants.files.models import SIZE_MAX

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
HTML = b"<!DOCTYPE html><html><script>alert(document.cookie)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
PROGRAM = b"MZ\x90\x00" + bytes(500)
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000)
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
TYPE, LIE, BROKEN = "files.type_refused", "files.content_mismatch", "files.damaged"
BOMB, MACROS, PATH = "files.zip_bomb", "files.macros", "files.name_has_path"
LAUGHS = XML + b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'
MEGABYTE = 1024 * 1024


def a_bomb(kind: str = "spreadsheet") -> bytes:
    """Some hundred kilobytes that unpack to three hundred megabytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        with archive.open("content.xml", "w") as entry:
            for _ in range(301):
                entry.write(b" " * MEGABYTE)
    return buffer.getvalue()


def many_entries() -> bytes:
    return packed(("word/document.xml", XML), *((f"word/{n}.xml", b"") for n in range(5_001)))


def twice() -> bytes:
    """Two entries of one name: one program reads the first, another the last."""
    first = a_docx()
    at = first.index(b"_rels/.rels")
    same = b"word/docume"  # as long as what it replaces, so that lengths stay right
    return first[:at] + same + first[at + len(same) :]


def protected() -> bytes:
    """The flag of encryption on every entry."""
    content = bytearray(a_docx())
    for sign, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(sign)
        while at >= 0:
            content[at + offset] |= 1
            at = content.find(sign, at + 4)
    return bytes(content)


def spoiled() -> bytes:
    """One bit of the packed text is wrong."""
    content = bytearray(a_docx("mot " * 400))
    content[content.rindex(b"word/document.xml", 0, content.index(b"PK\x01\x02")) + 60] ^= 0xFF
    return bytes(content)


ATTACKS: Mapping[str, tuple[str, bytes | Callable[[], bytes], str]] = {
    # Types that a browser, or a machine, would run.
    "a program": ("virus.exe", PROGRAM, TYPE),
    "a page": ("page.html", HTML, TYPE),
    "a page, shortly": ("page.htm", HTML, TYPE),
    "a drawing that runs": ("logo.svg", SVG, TYPE),
    "a script": ("calcul.js", b"alert(1)", TYPE),
    "a shell": ("lire.sh", b"#!/bin/sh\n", TYPE),
    "a PHP page": ("index.php", b"<?php system($_GET[0]);", TYPE),
    "a macro document": ("lettre.docm", a_docx, TYPE),
    "a macro workbook": ("budget.xlsm", a_workbook, TYPE),
    "an old document": ("lettre.doc", OLD_OFFICE, TYPE),
    "an archive": ("tout.zip", lambda: packed(("a.exe", PROGRAM)), TYPE),
    "a shortcut": ("statuts.lnk", b"L\0\0\0", TYPE),
    "a message": ("statuts.eml", b"From: a@b.example\n\n", TYPE),
    "a disk": ("statuts.iso", bytes(100), TYPE),
    # Names that deceive.
    "no ending": ("statuts", PDF, TYPE),
    "nothing but an ending": (".pdf", PDF, TYPE),
    "two endings": ("statuts.pdf.exe", PROGRAM, TYPE),
    "an ending turned over": ("statuts\u202efdp.exe", PROGRAM, TYPE),
    "a hidden stream": ("statuts.pdf:virus.exe", PDF, TYPE),
    "an ending after a blank": ("statuts.pdf .exe", PROGRAM, TYPE),
    "a path": ("../../etc/passwd.pdf", PDF, PATH),
    "a path of Windows": ("..\\..\\boot.pdf", PDF, PATH),
    "an absolute path": ("/etc/statuts.pdf", PDF, PATH),
    "a cut name": ("statuts.exe\0.pdf", PDF, PATH),
    # Contents that are not what the name says.
    "a page named PDF": ("statuts.pdf", HTML, LIE),
    "a program named PDF": ("statuts.pdf", PROGRAM, LIE),
    "a program named JPEG": ("photo.jpg", PROGRAM, LIE),
    "a drawing named PNG": ("logo.png", SVG, LIE),
    "a test virus named PDF": ("statuts.pdf", EICAR, LIE),
    "an old or protected document": ("lettre.docx", OLD_OFFICE, LIE),
    "a page, then a PDF": ("statuts.pdf", HTML + PDF, LIE),
    "a workbook named letter": ("lettre.docx", a_workbook, LIE),
    "a letter named workbook": ("budget.xlsx", a_docx, LIE),
    "a letter named ODT": ("lettre.odt", a_docx, LIE),
    "a sheet named ODT": ("lettre.odt", lambda: an_odf("spreadsheet"), LIE),
    "any archive": ("lettre.docx", lambda: packed(("a.txt", b"a")), LIE),
    "a picture, then a letter": ("lettre.docx", lambda: a_picture("PNG") + a_docx(), LIE),
    # Half a file, or less.
    "empty": ("statuts.pdf", b"", "files.empty"),
    "a PDF and then a page": ("statuts.pdf", b"%PDF-1.7\n" + HTML, BROKEN),
    "half a PDF": ("statuts.pdf", lambda: a_page()[:2000], BROKEN),
    "half a letter": ("lettre.docx", lambda: a_docx()[:400], BROKEN),
    "half a picture": ("photo.jpg", lambda: a_picture("JPEG")[:200], BROKEN),
    "a picture's head and a page": ("photo.jpg", b"\xff\xd8\xff\xe0" + HTML + b"\xff\xd9", BROKEN),
    "a PNG's head and a page": ("plan.png", b"\x89PNG\r\n\x1a\n" + HTML + b"IEND", BROKEN),
    "a spoiled letter": ("lettre.docx", spoiled, BROKEN),
    "a locked letter": ("lettre.docx", protected, BROKEN),
    "an entry twice": ("lettre.docx", twice, BROKEN),
    "an entry that climbs": ("l.docx", lambda: a_docx("x", ("../../evil.xml", b"x")), BROKEN),
    "an entry from the root": ("l.docx", lambda: a_docx("x", ("/etc/cron.d/x", b"x")), BROKEN),
    # More than it seems.
    "a bomb": ("budget.ods", a_bomb, BOMB),
    "five thousand entries": ("lettre.docx", many_entries, BOMB),
    "a thousand laughs": ("lettre.docx", lambda: a_docx("x", ("word/a.xml", LAUGHS)), BOMB),
    "a picture of a country": ("plan.png", lambda: a_png_that_says(60_000, 60_000), BOMB),
    "a picture of nothing": ("plan.png", lambda: a_png_that_says(0, 10), BROKEN),
    "21 MB": ("statuts.pdf", lambda: PDF + bytes(SIZE_MAX), "files.too_large"),
    # Programs carried along.
    "macros of Word": ("l.docx", lambda: a_docx("x", ("word/vbaProject.bin", b"x")), MACROS),
    "macros of LibreOffice": (
        "l.odt", lambda: an_odf("text", "x", ("Basic/Standard/a.xml", b"x")), MACROS
    ),
    "a program inside": ("l.docx", lambda: a_docx("x", ("word/embeddings/a.exe", b"x")), MACROS),
    "a script inside": ("l.odt", lambda: an_odf("text", "x", ("Scripts/a.py", b"x")), MACROS),
}  # fmt: skip
"""What it is, its name, its bytes (or what makes them), and the code of its refusal."""
