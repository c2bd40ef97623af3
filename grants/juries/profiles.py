"""What may be said of a member of a jury: languages and colleges, by keys."""

from __future__ import annotations

from dataclasses import dataclass

LANGUAGES = ("fr", "en", "de", "es", "it", "pt", "ar", "tr", "uk", "oc", "br", "als", "lsf")
"""Languages in which files may have to be read or people heard; `lsf` is French sign language."""

COLLEGES = ("business", "citizens", "institutions", "experts")
"""The colleges that screens offer; a column may hold any key."""

LOAD_MAX = 1_000


@dataclass(frozen=True)
class Profile:
    """What a member can read, and how much; keys as in `Seat`."""

    skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    territories: tuple[str, ...] = ()
    load_max: int | None = None
