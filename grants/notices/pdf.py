"""HTML to an accessible PDF (PDF/UA-1). Heavy: only workers ask for it."""

from __future__ import annotations

import importlib
from typing import Any


def typeset(html: str) -> bytes:
    """The PDF of a self-contained page: tagged, with its language and title.

    Raises:
        OSError: Pango is not installed; the task is tried again, and the rest of the worker lives.
    """
    # WeasyPrint opens Pango's libraries as it is imported: a worker without them must still send
    # mails, and the web must never load it.
    weasyprint = importlib.import_module("weasyprint")
    fetchers = importlib.import_module("weasyprint.urls")

    class Nothing(fetchers.URLFetcher):  # type: ignore[misc, name-defined]
        """A letter holds all that it shows: no file is opened, no host is asked."""

        def fetch(self, url: str, headers: Any = None) -> Any:  # noqa: ARG002 -- its signature
            raise ValueError("a letter refers to nothing outside itself")

    page = weasyprint.HTML(string=html, url_fetcher=Nothing(), base_url=None)
    pdf: bytes = page.write_pdf(pdf_variant="pdf/ua-1", pdf_tags=True)
    return pdf
