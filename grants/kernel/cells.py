"""What a spreadsheet reads of a cell that people typed."""

from __future__ import annotations

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet run a text, at its beginning (OWASP, CSV injection)."""


def safe(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text
