"""The phases of a jury in words: what each is called, and who sees what in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from grants.calls.models import Jury, StageKind
from grants.juries.phases import Phase, Step, time_line
from grants.kernel.clock import paris_date
from grants.web import wording
from grants.web.calls import span

NAMES = {
    Phase.PREPARATION: _l("Preparation"),
    Phase.SCORING: _l("Scoring"),
    Phase.WAITING: _l("Scoring over"),
    Phase.DISCUSSION: _l("Discussion"),
    Phase.CLOSED: _l("Jury closed"),
}
WHO_SEES = {
    Phase.PREPARATION: _l(
        "The service invites members and shares out the files. Members cannot open them yet."
    ),
    Phase.WAITING: _l(
        "Members no longer open the files; the service and the chair see the scores."
    ),
    Phase.DISCUSSION: _l(
        "Members see all final scores of the files they may read, with names. Whoever changes "
        "a score says why in a sentence."
    ),
    Phase.CLOSED: _l("Nothing changes any more. Members see the ranking."),
}
BEFORE_HEARINGS = _l(
    "Members read the files, and what applicants reply to their questions. Scores come with the "
    "hearings."
)
SCORES_HIDDEN = _l(
    "Each member scores alone. The others’ scores on a file appear once one’s own is final."
)
SCORES_SHOWN = _l("Members score, and see the others’ final scores as they come.")


@dataclass(frozen=True)
class Shown:
    """One phase as the page lists it."""

    name: str
    when: str
    sentence: str
    is_active: bool
    is_past: bool


def shown_phases(jury: Jury, now: datetime) -> list[Shown]:
    """The time line of a jury, its stage loaded."""
    return [
        Shown(
            str(NAMES[one.phase]),
            when(one, now),
            who_sees(jury, one.phase),
            one.is_active,
            one.is_past,
        )
        for one in time_line(jury, now)
    ]


def who_sees(jury: Jury, phase: Phase) -> str:
    """Who sees what in a phase, as this jury's stage sets it."""
    if phase is Phase.SCORING:
        return str(SCORES_HIDDEN if jury.stage.hide_others else SCORES_SHOWN)
    if phase is Phase.PREPARATION and jury.stage.kind is StageKind.HEARING:
        return str(BEFORE_HEARINGS)
    return str(WHO_SEES[phase])


def when(step: Step, now: datetime) -> str:
    """From when to when, as far as it is known; nothing of a phase that was overtaken."""
    since, until = step.since, step.until
    if step.is_past and since and since > paris_date(now):
        return ""
    if step.phase is Phase.SCORING and since and until:
        return span(since, until)
    if step.phase is Phase.PREPARATION and until:
        return str(_("until %(day)s", day=wording.day(until)))
    return str(_("since %(day)s", day=wording.day(since))) if since else ""
