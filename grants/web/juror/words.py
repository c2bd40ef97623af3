"""A juror's work in words: states of a review, roles on a jury, figures."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from grants.juries.models import RecusalOrigin, SeatRole
from grants.web import wording


@dataclass(frozen=True)
class Words:
    """A state in words, with the tone of its tag."""

    text: object
    tone: str

    def __str__(self) -> str:
        return str(self.text)


STATES = {
    "to_read": Words(_l("To read"), "neutral"),
    "draft": Words(_l("Draft"), "warning"),
    "final": Words(_l("Scored"), "success"),
    "abstained": Words(_l("Abstained"), "info"),
}
ROLES = {SeatRole.JUROR: _l("Member"), SeatRole.CHAIR: _l("Chair")}
ANSWERS = {
    "accepted": Words(_l("Accepted"), "success"),
    "pending": Words(_l("Answer awaited"), "warning"),
    "declined": Words(_l("Declined the invitation"), "neutral"),
}
ORIGINS = {
    RecusalOrigin.DECLARED: _l("Declared by the person"),
    RecusalOrigin.IMPOSED: _l("Decided by the jury or the authority"),
}


def points(thousandths: int | None) -> str:
    """62500 → « 62,5 » : points out of 100, to the tenth, a half going up; « — » for none."""
    if thousandths is None:
        return "—"
    whole, tenth = divmod((thousandths + 50) // 100, 10)
    mark = "." if wording.language() == "en" else ","
    return f"{whole}{mark}{tenth}"
