"""Why a scanned pile, or a page of it, is refused."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "scan.no_pages": _l("These are no pages: bring a PDF, a PNG or a JPEG."),
    "scan.number_unknown": _l(
        "Nothing that was printed bears the number %(number)s: check it, or print it first."
    ),
    "scan.withheld": _l(
        "This pile may hold pages about an application that you stepped back from: a colleague "
        "has to open it."
    ),
}
