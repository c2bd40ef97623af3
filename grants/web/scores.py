"""Scores and seats in words, wherever they are told."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from grants.juries.models import SeatRole
from grants.web import wording


@dataclass(frozen=True)
class Words:
    """A state in words, with the tone of its tag."""

    text: object
    tone: str

    def __str__(self) -> str:
        return str(self.text)


ROLES = {SeatRole.JUROR: _l("Member"), SeatRole.CHAIR: _l("Chair")}


def points(thousandths: int | None) -> str:
    """62500 → « 62,5 » : points out of 100, to the tenth, a half going up; « — » for none."""
    if thousandths is None:
        return "—"
    whole, tenth = divmod((thousandths + 50) // 100, 10)
    mark = "." if wording.language() == "en" else ","
    return f"{whole}{mark}{tenth}"
