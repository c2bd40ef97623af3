"""Pages of a scan as pictures, and the reference that a code on them holds."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pikepdf
from PIL import Image, ImageFilter, ImageOps

from grants.kernel.late import Late

pdfium = Late("pypdfium2")
codes = Late("zxingcpp")

REFERENCE = re.compile(r"[A-Z2-7]{20}")
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
    """The reference that the page bears, whichever way it lies; None when none can be read.

    Tried as it is, then with less noise, then with its greys pulled apart.
    """
    for made in _made(picture):
        for one in codes.read_barcodes(made, formats=codes.BarcodeFormat.QRCode):
            if REFERENCE.fullmatch(one.text):
                return str(one.text)
    return None


def _made(picture: Image.Image) -> Iterator[Image.Image]:
    yield picture
    calm = picture.filter(ImageFilter.MedianFilter(3))
    yield calm
    yield ImageOps.autocontrast(calm.filter(ImageFilter.GaussianBlur(1)), cutoff=5)
    for degrees in (12, -12, 25, -25):
        yield calm.rotate(degrees, expand=True, fillcolor=255)


def extract(data: bytes, media_type: str, positions: list[int]) -> bytes:
    """These pages (from 1) of a scan as a PDF of their own."""
    out = io.BytesIO()
    if media_type != PDF:
        with Image.open(io.BytesIO(data)) as picture:
            ImageOps.exif_transpose(picture).convert("RGB").save(out, "PDF", resolution=DOTS)
        return out.getvalue()
    with pikepdf.open(io.BytesIO(data)) as whole, pikepdf.new() as part:
        pages: Any = whole.pages
        for at in positions:
            part.pages.append(pages[at - 1])
        part.save(out)
    return out.getvalue()
