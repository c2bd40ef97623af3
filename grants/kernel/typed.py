"""Numbers that people type or paste: what only separates or cannot be seen does not count."""

from __future__ import annotations

import re
import unicodedata

SEPARATORS = re.compile(r"[\s.\-\u2010-\u2015\u2212]+")
"""Spaces of every width, dots, and every dash that a word processor makes of a hyphen."""


def seen(typed: str) -> str:
    """The text without the marks that no one sees: pasted contacts and PDFs are full of them."""
    if typed.isascii():
        return typed
    return "".join(letter for letter in typed if unicodedata.category(letter) != "Cf")


def joined(typed: str) -> str:
    """An account, a SIRET or a telephone number as one word."""
    return SEPARATORS.sub("", seen(typed))
