"""Open document texts (ODF 1.2), from a few kinds of blocks: what offices open and change."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

MEDIA_TYPE = "application/vnd.oasis.opendocument.text"
SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{space}:1.0"'
    for name, space in (
        ("office", "office"),
        ("style", "style"),
        ("text", "text"),
        ("table", "table"),
        ("fo", "xsl-fo-compatible"),
        ("meta", "meta"),
    )
)
SPACES += ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
DECLARED = '<?xml version="1.0" encoding="UTF-8"?>\n'
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The same content is the same file, whenever it is made."""


@dataclass(frozen=True)
class Heading:
    """A title; level 1 is the document's."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Table:
    """Rows of text under a row of headings, with a name read aloud."""

    name: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


Block = Heading | Table | str
"""A title, a table, or a paragraph."""


def odt(blocks: Iterable[Block], *, title: str, language: str = "fr") -> bytes:
    """The document: its media type first and uncompressed, as the format asks."""
    body = "".join(_written(one) for one in blocks)
    files = {
        "META-INF/manifest.xml": _manifest(),
        "content.xml": f'{DECLARED}<office:document-content {SPACES} office:version="1.2">'
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>",
        "styles.xml": _styles(language),
        "meta.xml": f'{DECLARED}<office:document-meta {SPACES} office:version="1.2"><office:meta>'
        f"<dc:title>{_text(title)}</dc:title><dc:language>{language}</dc:language>"
        "</office:meta></office:document-meta>",
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as folder:
        folder.writestr(zipfile.ZipInfo("mimetype", EPOCH), MEDIA_TYPE)
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            folder.writestr(entry, content)
    return made.getvalue()


def _written(block: Block) -> str:
    if isinstance(block, Heading):
        level = block.level
        return (
            f'<text:h text:outline-level="{level}" text:style-name="Heading_20_{level}">'
            f"{_text(block.text)}</text:h>"
        )
    if isinstance(block, Table):
        head = f"<table:table-header-rows>{_row(block.head)}</table:table-header-rows>"
        columns = f'<table:table-column table:number-columns-repeated="{len(block.head)}"/>'
        rows = "".join(_row(one) for one in block.rows)
        name = quoteattr(_plain(block.name))
        return f"<table:table table:name={name}>{columns}{head}{rows}</table:table>"
    return f"<text:p>{_text(block)}</text:p>"


def _row(cells: Sequence[str]) -> str:
    written = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{_text(one)}</text:p>'
        "</table:table-cell>"
        for one in cells
    )
    return f"<table:table-row>{written}</table:table-row>"


def _plain(text: str) -> str:
    """Without the control characters that no XML may hold."""
    return "".join(one for one in text if one >= " " or one in "\t\n")


def _text(text: str) -> str:
    return escape(_plain(text)).replace("\n", "<text:line-break/>").replace("\t", "<text:tab/>")


def _manifest() -> str:
    space = 'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"'
    parts = [("/", MEDIA_TYPE), *((one, "text/xml") for one in ("content.xml", "styles.xml"))]
    parts.append(("meta.xml", "text/xml"))
    lines = "".join(
        f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="{kind}"/>'
        for path, kind in parts
    )
    return (
        f'{DECLARED}<manifest:manifest {space} manifest:version="1.2">{lines}</manifest:manifest>'
    )


def _styles(language: str) -> str:
    country = "FR" if language == "fr" else "GB"
    headings = "".join(
        f'<style:style style:name="Heading_20_{level}" style:display-name="Heading {level}" '
        f'style:family="paragraph" style:default-outline-level="{level}">'
        '<style:paragraph-properties fo:margin-top="0.4cm" fo:margin-bottom="0.2cm"/>'
        f'<style:text-properties fo:font-size="{size}pt" fo:font-weight="bold"/></style:style>'
        for level, size in ((1, 16), (2, 13))
    )
    return (
        f'{DECLARED}<office:document-styles {SPACES} office:version="1.2"><office:styles>'
        '<style:default-style style:family="paragraph"><style:paragraph-properties '
        f'fo:margin-bottom="0.2cm"/><style:text-properties fo:font-size="11pt" '
        f'fo:language="{language}" fo:country="{country}"/></style:default-style>'
        f"{headings}</office:styles></office:document-styles>"
    )
