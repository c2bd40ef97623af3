"""Documents as office programs, scanners and cameras make them; and small ones to break."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from datetime import date

import openpyxl
import xlsxwriter
from PIL import Image
from weasyprint import HTML

XML = b'<?xml version="1.0" encoding="UTF-8"?>'
ODF = "application/vnd.oasis.opendocument."
OOXML = "http://schemas.openxmlformats.org/"


def packed(*entries: tuple[str, bytes], stored: tuple[str, ...] = ()) -> bytes:
    """A ZIP of these entries in this order; those of `stored` are not compressed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            kind = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name, (2018, 10, 1, 9, 0, 0)), content, kind)
    return buffer.getvalue()


def a_docx(words: str = "Statuts", *more: tuple[str, bytes]) -> bytes:
    """A letter as Word saves it."""
    types = (
        f'<Types xmlns="{OOXML}package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/word/document.xml" ContentType="application/'
        'vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
    )
    relations = (
        f'<Relationships xmlns="{OOXML}package/2006/relationships"><Relationship Id="r1" Type="'
        f'{OOXML}officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>'
        "</Relationships>"
    )
    body = (
        f'<w:document xmlns:w="{OOXML}wordprocessingml/2006/main"><w:body><w:p><w:r>'
        f"<w:t>{words}</w:t></w:r></w:p></w:body></w:document>"
    )
    return packed(
        ("[Content_Types].xml", XML + types.encode()),
        ("_rels/.rels", XML + relations.encode()),
        ("word/document.xml", XML + body.encode()),
        *more,
    )


def an_odf(kind: str, words: str = "Statuts", *more: tuple[str, bytes]) -> bytes:
    """A text or a spreadsheet as LibreOffice saves it: its type first, not compressed."""
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{ODF}{kind}"/>'
        "</manifest:manifest>"
    )
    return packed(
        ("mimetype", f"{ODF}{kind}".encode()),
        (
            "content.xml",
            XML + f"<office:document-content>{words}</office:document-content>".encode(),
        ),
        ("styles.xml", XML + b"<office:document-styles/>"),
        ("META-INF/manifest.xml", XML + manifest.encode()),
        *more,
        stored=("mimetype",),
    )


def a_workbook(*, sheets: int = 1, rows: int = 5) -> bytes:
    """A budget as Excel saves it, with formulas, dates and accents."""
    book = openpyxl.Workbook()
    for nth in range(sheets):
        sheet = book.active if nth == 0 else book.create_sheet(f"Année {nth}")
        for row in range(rows):
            sheet.append([f"Compte {60 + row}", 1_000 * row, date(2018, 10, 1), f"=B{row + 1}*2"])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def a_charted_workbook() -> bytes:
    """A workbook with a chart and formats, by another program."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet("Budget")
    sheet.write_column("A1", [60, 61, 62, 64], book.add_format({"num_format": "# ##0 €"}))
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=Budget!$A$1:$A$4"})
    sheet.insert_chart("C2", chart)
    book.close()
    return buffer.getvalue()


def a_page(words: str = "Rapport d’activité", **options: object) -> bytes:
    """A PDF with fonts and accents."""
    made = HTML(string=f"<h1>{words}</h1><p>Été, œuvre, 1 234 €.</p>").write_pdf(**options)
    return bytes(made)


def a_picture(kind: str, size: tuple[int, int] = (64, 48), mode: str = "RGB", **o: object) -> bytes:
    """A photograph or a scan."""
    buffer = io.BytesIO()
    Image.new(mode, size).save(buffer, kind, **o)
    return buffer.getvalue()


def a_png_that_says(width: int, height: int) -> bytes:
    """A PNG whose header says a size, with hardly anything behind."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)

    def chunk(name: bytes, content: bytes) -> bytes:
        crc = zlib.crc32(name + content)
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", crc)

    parts = (chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(b"\0")), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


GOOD: Mapping[str, Callable[[], bytes]] = {
    "statuts.pdf": a_page,
    "Statuts à jour (2018).PDF": lambda: a_page("Statuts"),
    "rapport-accessible.pdf": lambda: a_page(pdf_variant="pdf/ua-1"),
    "long.pdf": lambda: a_page("Rapport " * 2_000),
    "scanné.pdf": lambda: a_picture("PDF"),
    "avec-fin-de-ligne.pdf": lambda: a_page() + b"\r\n\r\n",
    "lettre.docx": a_docx,
    "Procès-verbal de l’assemblée générale.docx": lambda: a_docx("Procès-verbal"),
    "avec-image.docx": lambda: a_docx("Plan", ("word/media/image1.png", a_picture("PNG"))),
    "avec-tableau.docx": lambda: a_docx("Budget", ("word/embeddings/budget.xlsx", a_workbook())),
    "budget.xlsx": a_workbook,
    "Budget 2018-2020.xlsx": lambda: a_workbook(sheets=3, rows=200),
    "graphique.XLSX": a_charted_workbook,
    "lettre.odt": lambda: an_odf("text"),
    "modèle.odt": lambda: an_odf("text-template"),
    "avec-photo.odt": lambda: an_odf("text", "Vue", ("Pictures/1.jpg", a_picture("JPEG"))),
    "budget.ods": lambda: an_odf("spreadsheet"),
    "comptes.ods": lambda: an_odf("spreadsheet", "Comptes " * 5_000),
    "photo.jpg": lambda: a_picture("JPEG", (1600, 1200)),
    "Photo.JPEG": lambda: a_picture("JPEG", progressive=True),
    "scan.jpg": lambda: a_picture("JPEG", mode="L"),
    "plan.png": lambda: a_picture("PNG", (1600, 1200)),
    "logo.png": lambda: a_picture("PNG", mode="P"),
    "carte.png": lambda: a_picture("PNG", mode="RGBA"),
}
"""Made when asked for: a file each, under the name that someone gave it."""
