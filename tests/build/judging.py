"""Lists of juries at work, so many lines each: what may be read, who stepped back, an agenda."""

from __future__ import annotations

from datetime import timedelta

from build.clock import NOW
from build.juries import a_panel, a_recusal
from build.sittings import a_meeting
from grants.calls.models import Stage
from grants.kernel.clock import paris_date
from grants.people.models import Person


def wishes(session, n: int) -> tuple[Person, str]:
    panel = a_panel(session, applications=n)
    stage = session.get_one(Stage, panel.jury.stage_id)
    stage.starts_on, stage.ends_on = (paris_date(NOW + timedelta(days=one)) for one in (9, 19))
    return panel.jurors[0], f"/jury/{panel.jury.id}/preferences"


def register(session, n: int) -> tuple[Person, str]:
    panel = a_panel(session, applications=n)
    for one in panel.applications:
        a_recusal(session, panel.jurors[0], one)
    return panel.officer, f"/instruction/jurys/{panel.jury.id}/deports"


def agenda(session, n: int) -> tuple[Person, str]:
    meeting = a_meeting(session, applications=n)
    return meeting.panel.officer, f"/seances/{meeting.sitting.id}/ordre-du-jour"


LISTINGS = (
    ("juror.preferences.show", wishes, 4),
    ("officer.recusals.show", register, 7),
    ("sittings.agenda.show", agenda, 5),
)
"""Endpoint, its makers of lines, and the statements that the page costs."""
