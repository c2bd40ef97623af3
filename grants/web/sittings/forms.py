"""Forms of a meeting: calling it, a note of its secretary, a motion."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask import request
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, RadioField, StringField, TextAreaField, TimeField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length, StopValidation

from grants.kernel.clock import paris_instant
from grants.sittings.services import Order
from grants.web.forms import Form

ORDERS = {
    Order.RANK: _l("The best ranked first"),
    Order.NUMBER: _l("By number"),
}
ITEM, WHOLE = "item", "whole"
NOTE_MAX = 8000


class MeetingForm(Form):
    """When, where, by whom."""

    meets_on = DateField(
        _l("Day of the meeting"),
        format=["%d/%m/%Y", "%Y-%m-%d"],
        description=_l("For example 30/11/2018."),
        validators=[InputRequired(_l("Write a date, for example 30/11/2018."))],
    )
    meets_time = TimeField(
        _l("Time"),
        description=_l("For example 14:30."),
        validators=[InputRequired(_l("Write a time, for example 14:30."))],
    )
    place = StringField(
        _l("Place"),
        description=_l("A room, an address; a link if the meeting is held from afar."),
        validators=[InputRequired(_l("Say where the jury meets.")), Length(max=300)],
        render_kw={"autocomplete": "off"},
    )
    convened_by = StringField(
        _l("Convened by"),
        description=_l("Name and quality, as the minutes will say it."),
        validators=[InputRequired(_l("Say who convenes the jury.")), Length(max=200)],
        render_kw={"autocomplete": "off"},
    )
    order = RadioField(
        _l("Order of the agenda"),
        choices=[SelectChoice(one.value, words) for one, words in ORDERS.items()],
        default=Order.RANK.value,
        validators=[InputRequired(_l("Choose an order."))],
    )

    def validate_meets_time(self, field: TimeField) -> None:
        """Refuse a time that the clocks skip."""
        if self.meets_on.data and field.data:
            try:
                _ = self.meets_at
            except ValueError as error:
                raise StopValidation(str(_l("The clocks skip that time."))) from error

    @property
    def meets_at(self) -> datetime:
        """The instant, in Paris."""
        day, at = self.meets_on.data, self.meets_time.data
        if day is None or at is None:
            raise ValueError("no instant yet")
        return paris_instant(day, at.hour, at.minute)


class NoteForm(Form):
    """What the minutes will say of a point, or of the whole."""

    note = TextAreaField(
        _l("Note for the minutes"),
        description=_l(
            "What was said, in a few sentences. Members do not see it before it is signed."
        ),
        validators=[Length(max=NOTE_MAX)],
        render_kw={"rows": 4},
    )


class MotionForm(Form):
    """A text to vote on."""

    text = TextAreaField(
        _l("Text put to the vote"),
        validators=[InputRequired(_l("Write what is voted on.")), Length(max=2000)],
        render_kw={"rows": 2},
    )
    scope = RadioField(
        _l("The vote is about"),
        choices=[
            SelectChoice(ITEM, _l("the application on the screens")),
            SelectChoice(WHOLE, _l("the whole: everyone is called back")),
        ],
        default=ITEM,
        validators=[InputRequired(_l("Choose what the vote is about."))],
    )
    is_secret = BooleanField(
        _l("Secret vote"),
        description=_l("Nobody will know who voted what: only the figures are kept."),
    )


def sent_id(name: str) -> UUID | None:
    """An identifier that a button sent, or None."""
    try:
        return UUID(request.form.get(name, ""))
    except ValueError:
        return None
