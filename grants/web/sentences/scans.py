"""Why a scanned pile, or a page of it, is refused."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "scan.no_pages": _l("This file holds no pages: upload a PDF, a PNG or a JPEG."),
    "scan.number_unknown": _l(
        "Nothing printed here has the number %(number)s: check it, or print it first."
    ),
    "scan.withheld": _l(
        "This pile may hold pages about an application from which you are recused: a "
        "colleague must open it."
    ),
}
