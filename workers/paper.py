"""Pages of a scan as pictures, and the reference that a code on them holds."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import groupby
from typing import Any

import pikepdf
import segno
from PIL import Image, ImageFilter, ImageOps

from grants.kernel.late import Late
from grants.notices.papers import borne

pdfium = Late("pypdfium2")
codes = Late("zxingcpp")

REFERENCE = re.compile(r"[A-Z2-7]{20}")
MILLIMETRE = 72 / 25.4
CODE_LEFT, CODE_BOTTOM, CODE_SIDE = (one * MILLIMETRE for one in (20, 7, 21))
"""Where the code of a page stands, in the margin that `pile.html` leaves free."""
QUIET = 2
"""Modules left white around a code."""
DOTS = 200
"""Dots an inch: enough for a code of two centimetres, and quick."""
PIXELS_MAX = 40_000_000
PDF = "application/pdf"


def pictures(data: bytes, media_type: str) -> Iterator[Image.Image]:
    """Each page as a grey picture; one for a picture."""
    if media_type != PDF:
        with Image.open(io.BytesIO(data)) as picture:
            yield ImageOps.exif_transpose(picture).convert("L")
        return
    document = pdfium.PdfDocument(data)
    try:
        for page in document:
            width, height = page.get_size()
            scale = min(DOTS / 72, (PIXELS_MAX / max(width * height, 1)) ** 0.5)
            yield page.render(scale=scale, grayscale=True).to_pil().convert("L")
            page.close()
    finally:
        document.close()


def page_count(data: bytes, media_type: str) -> int:
    """How many pages there are."""
    if media_type != PDF:
        return 1
    document = pdfium.PdfDocument(data)
    try:
        return len(document)
    finally:
        document.close()


def reference_in(picture: Image.Image) -> str | None:
    """The code of a page, with which page it is, whichever way it lies; None when none is read.

    Tried as it is, then with less noise, then with its greys pulled apart.
    """
    for made in _made(picture):
        for one in codes.read_barcodes(made, formats=codes.BarcodeFormat.QRCode):
            if borne(one.text) is not None:
                return str(one.text)
    return None


def _made(picture: Image.Image) -> Iterator[Image.Image]:
    yield picture
    calm = picture.filter(ImageFilter.MedianFilter(3))
    yield calm
    yield ImageOps.autocontrast(calm.filter(ImageFilter.GaussianBlur(1)), cutoff=5)
    for degrees in (12, -12, 25, -25):
        yield calm.rotate(degrees, expand=True, fillcolor=255)


def with_codes(pdf: bytes) -> bytes:
    """The same pages, each with its own code: the reference printed on it, which page it is.

    A code is drawn below everything else and told apart from the text (an artifact): the
    reference beside it says the same to whoever listens.
    """
    references = _printed(pdf)
    counts = Counter(one for one in references if one)
    seen: Counter[str] = Counter()
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as whole:
        pages: Any = whole.pages
        for page, reference in zip(pages, references, strict=True):
            if reference is None:
                continue
            seen[reference] += 1
            text = f"{reference}-{seen[reference]}-{counts[reference]}"
            page.contents_add(_drawn(text), prepend=True)
        whole.save(out)
    return out.getvalue()


def _printed(pdf: bytes) -> list[str | None]:
    """The reference that stands at the foot of each page."""
    document = pdfium.PdfDocument(pdf)
    found: list[str | None] = []
    try:
        for page in document:
            text = page.get_textpage()
            foot = text.get_text_bounded(top=CODE_BOTTOM + CODE_SIDE + 6)
            match = REFERENCE.search(foot)
            found.append(match[0] if match else None)
            text.close()
            page.close()
    finally:
        document.close()
    return found


def _drawn(text: str) -> bytes:
    """A code as rectangles of a content stream."""
    code = segno.make(text, error="m", micro=False)
    rows = [list(row) for row in code.matrix_iter(border=QUIET)]
    side = CODE_SIDE / len(rows)
    drawn = [b"/Artifact BMC q 0 g"]
    for at, row in enumerate(reversed(rows)):
        start = 0
        for dark, run in groupby(row):
            width = len(list(run))
            if dark:
                left, bottom = CODE_LEFT + start * side, CODE_BOTTOM + at * side
                drawn.append(f"{left:.3f} {bottom:.3f} {width * side:.3f} {side:.3f} re".encode())
            start += width
    drawn.append(b"f Q EMC\n")
    return b"\n".join(drawn)


def extract(pages: Sequence[tuple[bytes, str, int]]) -> bytes:
    """Pages of scans, each with its file, its type and its place there (from 1), as one PDF."""
    out = io.BytesIO()
    with ExitStack() as stack, pikepdf.new() as part:
        opened: dict[int, Any] = {}
        for data, media_type, position in pages:
            if id(data) not in opened:
                made = io.BytesIO(data if media_type == PDF else _as_pdf(data))
                opened[id(data)] = stack.enter_context(pikepdf.open(made))
            part.pages.append(opened[id(data)].pages[position - 1])
        part.save(out)
    return out.getvalue()


def _as_pdf(data: bytes) -> bytes:
    out = io.BytesIO()
    with Image.open(io.BytesIO(data)) as picture:
        ImageOps.exif_transpose(picture).convert("RGB").save(out, "PDF", resolution=DOTS)
    return out.getvalue()
