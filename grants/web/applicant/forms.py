"""The small forms around an application; its questions come from the call (grants.web.answers)."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from grants.web.forms import Form

IN_PERSON = "person"
ANSWER_MAX = 4000


class StartForm(Form):
    """For whom one applies."""

    organisation = RadioField(
        _l("Who applies?"),
        validators=[InputRequired(_l("Choose who applies."))],
        validate_choice=False,
    )


ATTESTATIONS = ("certified", "committed")
"""The stable names of what is declared, kept with the deposit."""


class SubmitForm(Form):
    """The applicant's word, which submitting asks for, and whose it is."""

    signatory = StringField(
        _l("First and last name of whoever certifies"),
        validators=[Length(max=120, message=_l("Write %(max)d characters at most."))],
        render_kw={"autocomplete": "name"},
    )
    quality = StringField(
        _l("In which quality"),
        description=_l("For example: president, manager, by delegation of the board."),
        validators=[Length(max=120, message=_l("Write %(max)d characters at most."))],
        render_kw={"autocomplete": "organization-title"},
    )
    certified = BooleanField(
        _l("I certify that these answers and documents are accurate."),
        validators=[InputRequired(_l("Tick the box to certify your answers."))],
    )
    committed = BooleanField(
        _l(
            "I commit to use any support for this project only, to account for it, and to accept "
            "the controls that the law provides for."
        ),
        validators=[InputRequired(_l("Tick the box to commit to the rules of public support."))],
    )


class WithdrawForm(Form):
    """Nothing but a confirmation."""


class ComplementForm(Form):
    """What accompanies the corrected answers."""

    answer = TextAreaField(
        _l("Your message to the service in charge"),
        validators=[
            Length(max=ANSWER_MAX, message=_l("Write %(max)d characters at most.")),
        ],
    )
