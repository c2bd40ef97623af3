"""What every recusal says: what kind of interest, and in a few words which."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length, Optional

from grants.juries.models import ReasonClass
from grants.web.forms import Form
from grants.web.juror.words import CLASSES

REASON_MAX = 4000


def class_field() -> RadioField:
    """The class of a reason: the register says it, and nothing else of the reason."""
    return RadioField(
        _l("What kind of interest"),
        choices=[SelectChoice(one.value, words) for one, words in CLASSES.items()],
        default=ReasonClass.OTHER.value,
        description=_l("The register of recusals says this, with the date and the name."),
        validators=[Optional()],
    )


class ReasonForm(Form):
    """A conflict of interest of one's own."""

    reason_class = class_field()
    reason = TextAreaField(
        _l("What links you to this application"),
        description=_l("Kept with the recusal; the annex of the deliberation does not repeat it."),
        validators=[
            InputRequired(_l("Say in a few words what links you to it.")),
            Length(max=REASON_MAX, message=_l("This text is too long: 4,000 characters at most.")),
        ],
        render_kw={"rows": 3},
    )

    def said(self) -> dict[str, Any]:
        """What the services of recusals take."""
        chosen = ReasonClass(self.reason_class.data or ReasonClass.OTHER)
        return {"reason": self.reason.data or "", "reason_class": chosen}


class AgentForm(ReasonForm):
    """Somebody who works for a funder, to be recused."""

    person = SelectField(_l("Person"), validators=[InputRequired(_l("Choose somebody."))])
    reason = TextAreaField(
        _l("Reason"),
        description=_l("Kept with the recusal; the annex of the deliberation does not repeat it."),
        validators=[InputRequired(_l("Say why.")), Length(max=REASON_MAX)],
        render_kw={"rows": 2},
    )

    def offer(self, people: list[tuple[UUID, str]]) -> None:
        """Those who may be recused."""
        self.person.choices = [SelectChoice(str(one), name) for one, name in people]

    @property
    def person_id(self) -> UUID:
        """Whom."""
        return UUID(self.person.data)


class MemberForm(AgentForm):
    """A member of the jury, and the number of an application that the jury reads."""

    person = SelectField(_l("Member"), validators=[InputRequired(_l("Choose a member."))])
    number = StringField(
        _l("Number of the application"),
        validators=[InputRequired(_l("Write the number of the application."))],
        render_kw={"autocomplete": "off"},
    )
