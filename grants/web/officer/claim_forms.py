"""What an officer writes about a claim: a proof, why it goes back, what it waits for."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from grants.web.forms import Form

A_DAY = _l("Write a day, as in 14/10/2016.")
DAYS = ["%d/%m/%Y", "%Y-%m-%d"]


class RefusalForm(Form):
    """Why a claim is sent back."""

    reason = TextAreaField(_l("What must be corrected"), [Length(max=2000)])


class CertifyForm(Form):
    """Why an account in another name is right, where it is."""

    holder_reason = StringField(_l("Why this account is right"), [Length(max=500)])


class ProofForm(Form):
    """Which condition is met, since when, and by which document."""

    condition = RadioField(_l("Condition"), [InputRequired(_l("Choose a condition."))])
    on = DateField(
        _l("Date of the document"),
        [InputRequired(A_DAY)],
        format=DAYS,
    )
    note = StringField(_l("Which document"), [Length(max=300)])


class StopForm(Form):
    """What is missing, and since when it is asked for."""

    reason = TextAreaField(_l("What is missing"), [Length(max=2000)])
    on = DateField(_l("Day of the request"), [InputRequired(A_DAY)], format=DAYS)


class ResumeForm(Form):
    """When an answer came, and which."""

    on = DateField(_l("Day of the answer"), [InputRequired(A_DAY)], format=DAYS)
    answer = StringField(_l("What came"), [Length(max=500)])
