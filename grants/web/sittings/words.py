"""A meeting in words."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from grants.sittings.arithmetic import Participation
from grants.sittings.models import Choice, Mode, Motion, Outcome, Sitting
from grants.web.recusal_words import CLASSES, ORIGINS
from grants.web.scores import ROLES, Words, points

STATES = {
    "prepared": Words(_l("Prepared"), "info"),
    "open": Words(_l("Under way"), "success"),
    "closed": Words(_l("Closed"), "neutral"),
}
MODES = {Mode.PRESENT: _l("present"), Mode.REMOTE: _l("present from afar")}
CHOICES = {Choice.FOR: _l("For"), Choice.AGAINST: _l("Against"), Choice.ABSTAIN: _l("Abstention")}
OUTCOMES = {
    Outcome.ADOPTED: Words(_l("Adopted"), "success"),
    Outcome.REJECTED: Words(_l("Rejected"), "danger"),
}

# What the record of minutes is written with (templates/sittings/record.html): its content is
# plain data, its states are their stored values.
RECORD = {
    "roles": {one.value: said for one, said in ROLES.items()},
    "modes": {one.value: said for one, said in MODES.items()},
    "choices": {one.value: said for one, said in CHOICES.items()},
    "outcomes": {one.value: said for one, said in OUTCOMES.items()},
    "origins": {one.value: said for one, said in ORIGINS.items()},
    "classes": {one.value: said for one, said in CLASSES.items()},
    "points": points,
    "at": datetime.fromisoformat,
}


def counted(who: Participation) -> str:
    """The quorum of a point, in words."""
    facts = {
        "present": who.present,
        "represented": who.represented,
        "quorum": who.quorum,
        "total": who.total,
    }
    if who.is_met:
        return str(
            _(
                "Taking part: %(total)s (present %(present)s, represented %(represented)s). "
                "The quorum of %(quorum)s is reached.",
                **facts,
            )
        )
    return str(
        _(
            "Taking part: %(total)s (present %(present)s, represented %(represented)s). "
            "The quorum of %(quorum)s is not reached: no vote can be taken.",
            **facts,
        )
    )


def arithmetic(motion: Motion) -> str:
    """What came of a closed motion, with its figures."""
    told = _(
        "For %(yes)s, against %(no)s, abstentions %(abstentions)s; votes cast %(cast)s.",
        yes=motion.votes_for,
        no=motion.votes_against,
        abstentions=motion.abstentions,
        cast=motion.votes_for + motion.votes_against,
    )
    if motion.casting:
        return f"{told} {_('A tie, settled by the chair’s vote.')}"
    if motion.votes_for == motion.votes_against:
        return f"{told} {_('No majority: rejected.')}"
    return str(told)


def elapsed(sitting: Sitting, now: datetime) -> int:
    """How many seconds the timer shows at `now`."""
    running = (now - sitting.timer_since).total_seconds() if sitting.timer_since else 0
    return sitting.timer_seconds + max(0, int(running))


def clock(seconds: int) -> str:
    """125 → « 2:05 »."""
    return f"{seconds // 60}:{seconds % 60:02d}"
