"""Recusals in words: who saw the conflict, and what kind of tie it is."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from grants.juries.models import ReasonClass, RecusalOrigin

ORIGINS = {
    RecusalOrigin.DECLARED: _l("Declared by the person"),
    RecusalOrigin.SUGGESTED: _l("Suggested by the software, confirmed"),
    RecusalOrigin.IMPOSED: _l("Decided by the jury or the authority"),
}

CLASSES = {
    ReasonClass.FAMILY: _l("Family or close friends"),
    ReasonClass.MANDATE: _l("Mandate or membership"),
    ReasonClass.EMPLOYER: _l("Employment or work"),
    ReasonClass.FINANCIAL: _l("Financial interest"),
    ReasonClass.OTHER: _l("Other"),
}
