"""Forms about mentors and the hours that they give."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length, NumberRange
from wtforms.widgets import CheckboxInput, ListWidget

from grants.mentoring.models import MINUTES_MAX, Mentor
from grants.mentoring.queries import Skill
from grants.mentoring.services import Details
from grants.mentoring.suggesting import HOUR, Suggestion
from grants.web import wording
from grants.web.account.fields import email_field, required, typed
from grants.web.forms import Form, WholeField

DAYS = ["%d/%m/%Y", "%Y-%m-%d"]
MISSING = _l("Write how many.")


class MentorForm(Form):
    """Somebody on the list."""

    name = StringField(_l("Name"), [*required(_l("Write a name.")), Length(max=120)])
    email = email_field(_l("E-mail address"), autocomplete="off")
    phone = StringField(_l("Telephone"), [Length(max=40)])
    hours = WholeField(
        _l("Hours offered"),
        [InputRequired(MISSING), NumberRange(1, 1000, _l("From 1 to 1000."))],
        description=_l("For all the projects that they help, over the whole stage."),
    )
    skills = SelectMultipleField(
        _l("Can help with"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

    def offer(self, skills: Sequence[Skill]) -> MentorForm:
        """What applicants may ask help with."""
        self.skills.choices = [
            SelectChoice(one.key, wording.localized(one, "label")) for one in skills
        ]
        return self

    @classmethod
    def of(cls, mentor: Mentor) -> MentorForm:
        """The form with what the list says."""
        names = ("name", "email", "phone", "hours", "skills")
        return cls(formdata=None, data={name: getattr(mentor, name) for name in names})

    @property
    def details(self) -> Details:
        """What is written, once the form is valid."""
        return Details(
            name=typed(self.name),
            email=typed(self.email),
            phone=typed(self.phone),
            hours=self.hours.data or 0,
            skills=self.skills.data or (),
        )


class PairForm(Form):
    """Who helps one application."""

    mentor = RadioField(
        _l("Mentor"), validators=[InputRequired(_l("Choose a mentor."))], validate_choice=True
    )

    def offer(
        self, found: Sequence[Suggestion], skills: Sequence[Skill], standing: UUID | None
    ) -> PairForm:
        """Every mentor with the reason of their place, who suits best first; nobody is ticked."""
        self.mentor.choices = [
            SelectChoice(str(one.offer.mentor_id), why(one, skills)) for one in found
        ]
        if self.mentor.data is None and standing:
            self.mentor.data = str(standing)
        return self

    @property
    def mentor_id(self) -> UUID:
        """Who was chosen; the form is valid."""
        return UUID(self.mentor.data)


class LogForm(Form):
    """One time that a mentor gave."""

    held_on = DateField(
        _l("Day"),
        [InputRequired(_l("Write a day, for example 20/11/2026."))],
        format=DAYS,
        description=_l("For example 30/11/2018."),
    )
    minutes = WholeField(
        _l("Length in minutes"),
        [InputRequired(MISSING), NumberRange(1, MINUTES_MAX, _l("From 1 to 1440."))],
    )
    done = StringField(
        _l("What was done"),
        [*required(_l("Say in a few words what was done.")), Length(max=300)],
    )


def why(one: Suggestion, skills: Sequence[Skill]) -> str:
    """Say who would help, with what, and what they have left."""
    words = {skill.key: str(wording.localized(skill, "label")) for skill in skills}
    shared = ", ".join(words[key] for key in one.shared if key in words)
    facts: dict[str, Any] = {"name": one.offer.name, "pairs": one.offer.pairs}
    facts["left"] = duration(max(one.offer.left, 0))
    if not shared:
        return str(_("%(name)s. Projects helped: %(pairs)s; left: %(left)s.", **facts))
    facts["shared"] = shared
    return str(_("%(name)s: %(shared)s. Projects helped: %(pairs)s; left: %(left)s.", **facts))


def duration(minutes: int) -> str:
    """90 → « 1 h 30 », 60 → « 1 h », 45 → « 45 min »."""
    hours, rest = divmod(minutes, HOUR)
    if not hours:
        return f"{rest}\u00a0min"
    return f"{hours}\u00a0h\u00a0{rest:02d}" if rest else f"{hours}\u00a0h"
