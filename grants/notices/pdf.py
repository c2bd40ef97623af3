"""HTML to an accessible PDF (PDF/UA-1). Heavy: only workers import it."""

from __future__ import annotations

from typing import Any

from weasyprint import HTML
from weasyprint.urls import URLFetcher


class Nothing(URLFetcher):  # type: ignore[misc]
    """A letter holds all that it shows: no file is opened, no host is asked."""

    def fetch(self, url: str, headers: Any = None) -> Any:  # noqa: ARG002 -- its signature
        """Refuse.

        Raises:
            ValueError: always.
        """
        raise ValueError("a letter refers to nothing outside itself")


def typeset(html: str) -> bytes:
    """The PDF of a self-contained page: tagged, with its language and title."""
    pdf: bytes = HTML(string=html, url_fetcher=Nothing(), base_url=None).write_pdf(
        pdf_variant="pdf/ua-1", pdf_tags=True
    )
    return pdf
