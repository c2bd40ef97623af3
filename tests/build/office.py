"""Office documents with all that the programs of people put in them, whatever reads them back."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping

from build.documents import OOXML, XML, a_docx, a_picture, a_workbook, an_odf, packed

EMF = b"\x01\x00\x00\x00" + bytes(36) + b" EMF" + bytes(60)
FONT = bytes(32) + b"obfuscated font"
PRINTER = "Canon du bureau".encode("utf-16-le") + bytes(200)
WORD = (
    "word/styles.xml", "word/settings.xml", "word/webSettings.xml", "word/fontTable.xml",
    "word/numbering.xml", "word/footnotes.xml", "word/endnotes.xml", "word/comments.xml",
    "word/header1.xml", "word/footer1.xml", "word/theme/theme1.xml", "word/_rels/document.xml.rels",
    "word/people.xml", "docProps/app.xml", "docProps/core.xml", "docProps/custom.xml",
    "customXml/item1.xml", "customXml/itemProps1.xml", "customXml/_rels/item1.xml.rels",
)  # fmt: skip
WRITER = (
    "settings.xml", "meta.xml", "manifest.rdf", "layout-cache",
    "Configurations2/accelerator/current.xml", "Object 1/content.xml", "Object 1/styles.xml",
)  # fmt: skip
EMPTY = tuple(
    f"Configurations2/{one}/"
    for one in ("statusbar", "floater", "popupmenu", "progressbar", "menubar", "toolbar")
)
"""Folders without anything in them, which LibreOffice lists all the same."""
EXCEL = (
    "xl/sharedStrings.xml", "xl/styles.xml", "xl/calcChain.xml", "xl/theme/theme1.xml",
    "xl/worksheets/sheet1.xml", "xl/drawings/drawing1.xml", "xl/charts/chart1.xml",
    "xl/comments1.xml", "xl/drawings/vmlDrawing1.vml", "xl/externalLinks/externalLink1.xml",
    "docProps/app.xml", "docProps/core.xml", "xl/metadata.xml", "xl/persons/person.xml",
)  # fmt: skip


def parts(*names: str) -> tuple[tuple[str, bytes], ...]:
    """Entries that hold a word of XML; a folder holds nothing."""
    return tuple((name, b"" if name.endswith("/") else XML + b"<x/>") for name in names)


def a_letter() -> bytes:
    """All that Word saves: notes, comments, a letterhead, pictures of two sorts, a font."""
    pictures = (("word/media/image1.png", a_picture("PNG")), ("word/media/image2.emf", EMF))
    kept = (("docProps/thumbnail.emf", EMF), ("word/fonts/font1.odttf", FONT))
    embedded = (("word/embeddings/oleObject1.bin", b"\xd0\xcf\x11\xe0" + bytes(500)),)
    return a_docx("Lettre", *parts(*WORD), *pictures, *kept, *embedded)


def written_online(main: str = "word/document2.xml") -> bytes:
    """A letter whose text stands under another name than usual, as Word on the web saves some."""
    usual = "word/document.xml"
    return _renamed(a_docx("Lettre", *parts("docProps/app.xml")), usual, main)


def _renamed(content: bytes, before: str, after: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = [
            (one.replace(before, after), archive.read(one).replace(before.encode(), after.encode()))
            for one in archive.namelist()
        ]
    return packed(*entries)


def a_strict_workbook() -> bytes:
    """What Excel saves: shared words, a drawing, comments, the printer of the office."""
    types = (
        f'<Types xmlns="{OOXML}package/2006/content-types"><Override PartName="/xl/workbook.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        "</Types>"
    )
    return packed(
        ("[Content_Types].xml", XML + types.encode()),
        *parts("_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", *EXCEL),
        ("xl/printerSettings/printerSettings1.bin", PRINTER),
    )


def from_libreoffice(kind: str) -> bytes:
    """All that LibreOffice saves: settings, folders of menus, a chart, a picture of page one."""
    folders = parts(*WRITER, *EMPTY)
    pictures = (
        ("Thumbnails/thumbnail.png", a_picture("PNG")),
        ("ObjectReplacements/Object 1", EMF),
        ("Pictures/100000000000064000000320.jpg", a_picture("JPEG")),
    )
    return an_odf(kind, "Texte", *folders, *pictures)


OFFICE: Mapping[str, Callable[[], bytes]] = {
    "Courrier à en-tête.docx": a_letter,
    "Modifié en ligne.docx": written_online,
    "Compte rendu... définitif (2).docx": lambda: a_docx("Compte rendu"),
    "budget v1..2.xlsx": a_workbook,
    "Budget de l’office.xlsx": a_strict_workbook,
    "Statuts signés.odt": lambda: from_libreoffice("text"),
    "Comptes 2017.ods": lambda: from_libreoffice("spreadsheet"),
    "modèle de budget.ods": lambda: from_libreoffice("spreadsheet-template"),
}
"""Made when asked for: a file each, under the name that someone gave it."""
