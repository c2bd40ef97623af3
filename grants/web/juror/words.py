"""A juror's work in words: states of a review, roles on a jury, figures."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from grants.juries.models import ReasonClass, RecusalOrigin
from grants.web.scores import ROLES, Words, points

STATES = {
    "to_read": Words(_l("To read"), "neutral"),
    "draft": Words(_l("Draft"), "warning"),
    "final": Words(_l("Scored"), "success"),
    "abstained": Words(_l("Abstained"), "info"),
}
ANSWERS = {
    "accepted": Words(_l("Accepted"), "success"),
    "pending": Words(_l("Answer awaited"), "warning"),
    "declined": Words(_l("Declined the invitation"), "neutral"),
}
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


__all__ = ["ANSWERS", "CLASSES", "ORIGINS", "ROLES", "STATES", "Words", "points"]
