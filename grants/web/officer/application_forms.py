"""What an officer says of an application: reasons, questions, notes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # stubs lag
from wtforms.validators import InputRequired, Length, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from grants.applications.services import Reason
from grants.calls.form import Field
from grants.web import wording
from grants.web.forms import Form
from grants.web.states import REASONS

TEXT_MAX, SENTENCE_MAX = 4000, 500
TOO_LONG = _l("Write %(max)d characters at most.")
DAYS = ["%d/%m/%Y", "%Y-%m-%d"]


class TickedField(SelectMultipleField):
    """Several options, ticked."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class AdmissibleForm(Form):
    """Nothing but a confirmation."""


class InadmissibleForm(Form):
    """Why an application cannot be considered; the applicant reads all of it."""

    reasons = TickedField(
        _l("Reasons"), choices=[SelectChoice(one.value, REASONS[one]) for one in Reason]
    )
    note = TextAreaField(
        _l("Explanation, which the applicant will read"),
        validators=[Length(max=TEXT_MAX, message=TOO_LONG)],
    )


class NoteForm(Form):
    """A note for colleagues."""

    text = TextAreaField(
        _l("A note for your colleagues; the applicant never sees it"),
        validators=[Length(max=TEXT_MAX, message=TOO_LONG)],
    )


class ComplementForm(Form):
    """Precise questions: the ticked ones of the form, each with a sentence of the officer's."""

    message = TextAreaField(
        _l("Your message to the applicant"),
        validators=[
            InputRequired(_l("Say in a few words what you expect.")),
            Length(max=TEXT_MAX, message=TOO_LONG),
        ],
    )
    due_on = DateField(
        _l("To be answered by (included)"),
        format=DAYS,
        validators=[InputRequired(_l("Give a day, for example 30/11/2018."))],
    )
    items = TickedField(_l("What is to be mended"), validate_choice=False)

    def offer(self, fields: Iterable[Field]) -> None:
        """The questions that may be asked about, in the words of the form."""
        self.items.choices = [(one.key, wording.localized(one, "label")) for one in fields]

    def validate_items(self, control: TickedField) -> None:
        """Nothing that the applicant was to read is cut."""
        if any(len(sentence_about(key)) > SENTENCE_MAX for key in control.data or []):
            raise ValidationError(_("Write %(max)d characters at most.", max=SENTENCE_MAX))

    def asked(self) -> dict[str, str]:
        """The ticked questions with the officer's sentence about each, by field key."""
        return {key: sentence_about(key) for key in self.items.data or []}

    @property
    def due(self) -> date:
        """The day typed, once the form is valid."""
        if self.due_on.data is None:
            raise ValueError("the form was not validated")
        return self.due_on.data


def sentence_about(key: str) -> str:
    """What the officer wrote beside one question; something to read in any case."""
    return request.form.get(f"about_{key}", "").strip() or _("To be completed or corrected.")
