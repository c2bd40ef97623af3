"""Members of juries in words: languages, colleges, ties to bodies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from grants.juries.models import InterestKind

LANGUAGES: Mapping[str, Any] = {
    "fr": _l("French"),
    "en": _l("English"),
    "de": _l("German"),
    "es": _l("Spanish"),
    "it": _l("Italian"),
    "pt": _l("Portuguese"),
    "ar": _l("Arabic"),
    "tr": _l("Turkish"),
    "uk": _l("Ukrainian"),
    "oc": _l("Occitan"),
    "br": _l("Breton"),
    "als": _l("Alsatian"),
    "lsf": _l("French sign language"),
}
COLLEGES: Mapping[str, Any] = {
    "business": _l("Business leaders"),
    "citizens": _l("Citizens"),
    "institutions": _l("Institutions"),
    "experts": _l("Experts"),
}
TIES: Mapping[InterestKind, Any] = {
    InterestKind.MANDATE: _l("A mandate or a duty, paid or not"),
    InterestKind.EMPLOYER: _l("An employer or a client"),
}
