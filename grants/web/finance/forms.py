"""The form of an amount to move: how much, on which day, by which act."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Length

from grants.calls.form.numbers import typed_decimal
from grants.kernel.money import Unit
from grants.ledger.rules import MOST
from grants.web.account.fields import required, stripped, typed
from grants.web.finance.words import MARKS
from grants.web.forms import Form


def an_act_day() -> DateField:
    """The day of the act that decides what the form books."""
    return DateField(
        _l("Date of the act"),
        format=["%d/%m/%Y", "%Y-%m-%d"],
        description=_l("For example 14/10/2018."),
        validators=[InputRequired(_l("Write a date like 14/10/2018."))],
    )


def a_reason(label: Any, *, description: Any, missing: Any) -> TextAreaField:
    """Why, in the words that the journal keeps; `missing` is said when there are none."""
    return TextAreaField(
        label,
        filters=[stripped],
        description=description,
        validators=[
            *required(missing),
            Length(max=500, message=_l("This text is too long.")),
        ],
        render_kw={"rows": 2},
    )


def a_key() -> HiddenField:
    """Drawn when the form is shown, so that sending it twice books once."""
    return HiddenField(validators=[Length(max=64)])


class AmountForm(Form):
    """An amount in the unit of an envelope."""

    amount = StringField(
        _l("Amount"),
        filters=[stripped],
        validators=[*required(_l("Write an amount."))],
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )
    unit = Unit.EUR

    def validate_amount(self, field: StringField) -> None:
        """A positive amount that the unit can hold exactly."""
        value = typed_decimal(typed(field), decimals=2 if self.unit is Unit.EUR else 0)
        if not isinstance(value, Decimal):
            raise ValidationError(
                _("Write an amount like 1 234,56.")
                if self.unit is Unit.EUR
                else _("Write a whole number.")
            )
        if not 0 < value * self.unit.scale <= MOST:
            raise ValidationError(_("Write an amount above zero."))

    @property
    def mark(self) -> str:
        """What stands after the amount."""
        return MARKS[self.unit]

    @property
    def quantity(self) -> int:
        """The amount in the smallest part of the unit, once the form is valid."""
        value = typed_decimal(typed(self.amount), decimals=2)
        return int(Decimal(str(value)) * self.unit.scale)


class MovementForm(AmountForm):
    """An amount to move, the day and the act that decided it."""

    on = an_act_day()
    reason = a_reason(
        _l("Act"),
        description=_l("For example: initial budget, deliberation of 14 December 2018."),
        missing=_l("Write which act decided it."),
    )
    key = a_key()

    def counting(self, unit: Unit, *, today: date) -> None:
        """Count in `unit`, and propose today and a key where nothing was sent."""
        self.unit = unit
        if not self.is_submitted():
            self.on.data = today
            self.key.data = str(uuid4())
