"""What is typed about an agreement: its text, an amendment, a paper that came back, its day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from grants.councils.queries import Signatory
from grants.web.account.fields import options
from grants.web.forms import Form
from grants.web.officer.decision_forms import DAYS

TEXT_MAX = 60_000
TOO_LONG = _l("This text is too long.")


class TextForm(Form):
    """The text of an agreement or of an amendment."""

    text = TextAreaField(
        _l("Text"),
        [
            InputRequired(_l("Write the text of the agreement.")),
            Length(max=TEXT_MAX, message=TOO_LONG),
        ],
        render_kw={"rows": 28},
    )


class AmendForm(TextForm):
    """An amendment: what changes, and to how much."""

    object = StringField(
        _l("What it changes, and why"),
        [
            InputRequired(_l("Say what the amendment changes, and why.")),
            Length(max=300, message=TOO_LONG),
        ],
    )
    amount = StringField(
        _l("Amount from now on"),
        [InputRequired(_l("Write the amount.")), Length(max=40, message=TOO_LONG)],
    )


def _named(label: Any, words: Any) -> StringField:
    return StringField(label, [InputRequired(words), Length(max=120, message=TOO_LONG)])


class PaperForm(Form):
    """Who signed the paper that came back, for each side."""

    name = _named(_l("Who signed for the beneficiary"), _l("Write the name of whoever signs."))
    capacity = _named(_l("In what capacity"), _l("Write in what capacity, for example president."))
    authority = SelectField(_l("Who signed for the authority"))
    authority_capacity = StringField(
        _l("What whoever presides is called"),
        [Length(max=120, message=TOO_LONG)],
        description=_l("For example: president, or mayor. A delegation says its own."),
    )
    signed_on = DateField(
        _l("Signed for the authority on"), [InputRequired(_l("Write the day."))], format=DAYS
    )

    def offer(self, might: Sequence[Signatory]) -> None:
        """Those who might sign for the authority on the day that the paper bears."""
        self.authority.choices = options(
            {one.id: f"{one.name}, {one.act}" if one.act else one.name for one in might}
        )


class ForceForm(Form):
    """The day from which it binds."""

    on = DateField(
        _l("Notified to the beneficiary on"), [InputRequired(_l("Write the day."))], format=DAYS
    )
