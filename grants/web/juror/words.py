"""A juror's work in words: states of a review, roles on a jury, figures."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from grants.web.recusal_words import CLASSES, ORIGINS
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

__all__ = ["ANSWERS", "CLASSES", "ORIGINS", "ROLES", "STATES", "Words", "points"]
