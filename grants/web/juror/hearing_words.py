"""Hearings in words: where they stand, half-days, what keeps an application from a slot."""

from __future__ import annotations

from datetime import date, datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from grants.juries.hearings.models import Attendance, Coming
from grants.juries.hearings.slots import Blocked, Slot, Why
from grants.kernel.clock import PARIS
from grants.web import wording
from grants.web.juror.words import Words

STANDS = {
    "unplaced": Words(_l("Not placed"), "warning"),
    "planned": Words(_l("Placed, not convoked yet"), "neutral"),
    "convoked": Words(_l("Convoked, answer awaited"), "info"),
    "changed": Words(_l("Changed, to be sent again"), "warning"),
    "to_release": Words(_l("Called off, to be told"), "warning"),
    "confirmed": Words(_l("Comes"), "success"),
    "unable": Words(_l("Cannot come"), "danger"),
    "heard": Words(_l("Heard"), "success"),
    "excused": Words(_l("Absent, excused"), "neutral"),
    "absent": Words(_l("Absent, not excused"), "danger"),
}
FILTERS = {
    "unplaced": _l("Not placed"),
    "unsent": _l("Something to send"),
    "silent": _l("Answer awaited"),
    "confirmed": _l("Comes"),
    "unable": _l("Cannot come"),
    "absent": _l("Absent"),
}
ATTENDANCES = {
    Attendance.HEARD: _l("Came and was heard"),
    Attendance.EXCUSED: _l("Did not come, excused"),
    Attendance.ABSENT: _l("Did not come, not excused"),
}
COMINGS = {
    Coming.CONFIRMED: _l("I confirm that I will come"),
    Coming.UNABLE: _l("I cannot come"),
}
WEEKDAYS = (
    _l("Monday"),
    _l("Tuesday"),
    _l("Wednesday"),
    _l("Thursday"),
    _l("Friday"),
    _l("Saturday"),
    _l("Sunday"),
)


def weekday(value: date | datetime) -> str:
    """« mardi 20 novembre 2018 », in Paris."""
    on = value.astimezone(PARIS).date() if isinstance(value, datetime) else value
    return f"{WEEKDAYS[on.weekday()]} {wording.day(on)}"


def half(key: str) -> str:
    """« mardi 20 novembre 2018, matin » for `2018-11-20/am`."""
    day, _slash, part = key.partition("/")
    when = weekday(date.fromisoformat(day))
    return str(
        _("%(day)s, morning", day=when) if part == "am" else _("%(day)s, afternoon", day=when)
    )


def slot_words(slot: Slot) -> str:
    """« mardi 20 novembre 2018, 9 h 00, Salle du conseil »."""
    return f"{weekday(slot.starts_at)}, {wording.time_of_day(slot.starts_at)}, {slot.place}"


def why_not(blocked: Blocked, quorum: int) -> str:
    """Why an application has no slot, in a sentence."""
    if blocked.why is Why.QUORUM:
        words = _(
            "The quorum of %(quorum)s is out of reach: %(present)s members at most can sit, "
            "recusals and absences counted.",
            quorum=quorum,
            present=blocked.present,
        )
    elif blocked.why is Why.AWAY:
        words = _("The applicant can come at none of the free times.")
    elif blocked.why is Why.TAKEN:
        words = _("Every time that would do is taken: add hours, a day or a room.")
    else:
        words = _("No time is free: add hours, a day or a room.")
    return str(words)
