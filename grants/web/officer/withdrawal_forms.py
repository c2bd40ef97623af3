"""Forms of the procedure by which an award is withdrawn."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length

from grants.kernel.money import Amount, Unit
from grants.web.account.fields import options, required, typed
from grants.web.forms import Form
from grants.web.withdrawals import REASONS, QuantityForm, a_day, quantity_of, say_amount
from grants.withdrawals.models import UNHEARD
from grants.withdrawals.prorating import after_breach, unspent

WHOLE, AMOUNT, PERIOD, EXPENSE = "whole", "amount", "period", "expense"
TOO_LONG = _l("This text is too long.")


def _amount(label: Any) -> StringField:
    decimal = {"inputmode": "decimal", "autocomplete": "off"}
    return StringField(label, [Length(max=40, message=TOO_LONG)], render_kw=decimal)


class OpeningForm(Form):
    """What one means to withdraw, why, how much of it, and until when one may answer."""

    reason = SelectField(
        _l("Reason"),
        [InputRequired(_l("Choose a reason."))],
        choices=[
            SelectChoice("", _l("Choose a reason")),
            *options({one: words for one, words in REASONS.items() if one not in UNHEARD}),
        ],
    )
    how = RadioField(
        _l("How much"),
        [InputRequired(_l("Choose how the amount is worked out."))],
        choices=[
            SelectChoice(WHOLE, _l("All that remains of the award")),
            SelectChoice(PERIOD, _l("The share of its period after a breach")),
            SelectChoice(EXPENSE, _l("The share of its budget that was not spent")),
            SelectChoice(AMOUNT, _l("An amount")),
        ],
    )
    amount = _amount(_l("Amount"))
    period_from = a_day(_l("First day of the period"), needed=False)
    period_until = a_day(_l("Last day of the period"), needed=False)
    breach_on = a_day(_l("Day of the breach"), needed=False)
    planned = _amount(_l("Planned budget"))
    spent = _amount(_l("Actually spent"))
    until = a_day(_l("Last day to answer"), description=_l("At least fifteen days from today."))
    grounds = TextAreaField(
        _l("Grounds against the beneficiary"),
        [
            *required(_l("Say why: the beneficiary will read this and may answer.")),
            Length(max=10_000, message=TOO_LONG),
        ],
        render_kw={"rows": 8},
    )
    unit = Unit.EUR
    given = Amount(0)
    left = Amount(0)

    def validate(self, extra_validators: Any = None) -> bool:
        """What the way of counting needs is there."""
        fine = bool(super().validate(extra_validators))
        needed: dict[str, tuple[str, ...]] = {
            AMOUNT: ("amount",),
            PERIOD: ("period_from", "period_until", "breach_on"),
            EXPENSE: ("planned", "spent"),
        }
        for name in needed.get(str(self.how.data or ""), ()):
            fine = self._filled(name) and fine
        ends = self.period_from.data, self.period_until.data
        if fine and self.how.data == PERIOD and ends[0] and ends[1] and ends[1] < ends[0]:
            self.period_until.errors = [_("The period ends before it begins.")]
            return False
        return fine

    def _filled(self, name: str) -> bool:
        field = self[name]
        if name in {"period_from", "period_until", "breach_on"}:
            missing, words = field.data is None, _("Write a day, as in 14/10/2016.")
        else:
            value = quantity_of(typed(field), self.unit)
            zero_is_fine = name == "spent"
            missing = value is None or (not value and not zero_is_fine)
            words = say_amount(self.unit)
        if missing and not field.errors:
            field.errors = [words]
        return not missing

    def quantity(self, name: str) -> Amount | None:
        """What was typed in one of the boxes of amounts, once the form is valid."""
        return quantity_of(typed(self[name]), self.unit) if typed(self[name]) else None

    def worked_out(self) -> Amount:
        """How much would be withdrawn: never more than what is left of the award."""
        found = self.left
        if self.how.data == AMOUNT:
            return self.quantity("amount") or Amount(0)
        starts, ends, breach = self.period_from.data, self.period_until.data, self.breach_on.data
        if self.how.data == PERIOD and starts and ends and breach:
            found = after_breach(self.given, starts, ends, breach)
        elif self.how.data == EXPENSE:
            planned, spent = self.quantity("planned"), self.quantity("spent")
            found = unspent(self.given, planned or Amount(1), spent or Amount(0))
        return min(found, self.left)


class JudgmentForm(Form):
    """The judgment that annulled an award."""

    act = StringField(
        _l("Number of the judgment"),
        [*required(_l("Write its number.")), Length(max=120, message=TOO_LONG)],
    )
    decided_on = a_day(_l("Day of the judgment"))
    grounds = TextAreaField(
        _l("What the court held"),
        [*required(_l("Say why.")), Length(max=10_000, message=TOO_LONG)],
        render_kw={"rows": 4},
    )


class HearingForm(Form):
    """That the beneficiary was heard."""

    heard_on = a_day(_l("Heard on"))
    note = TextAreaField(
        _l("What was said, or that nobody attended"),
        [*required(_l("Write what was said.")), Length(max=10_000, message=TOO_LONG)],
        render_kw={"rows": 4},
    )


class RulingForm(QuantityForm):
    """The act that withdraws, and its reasons."""

    act = StringField(
        _l("Number of the act"),
        [*required(_l("Write its number.")), Length(max=120, message=TOO_LONG)],
    )
    decided_on = a_day(_l("Day of the act"))
    amount = _amount(_l("Amount withdrawn"))
    motives = TextAreaField(
        _l("Reasons, in fact and in law"),
        [
            *required(_l("Write the reasons: a withdrawal without them is unlawful.")),
            Length(max=10_000, message=TOO_LONG),
        ],
        render_kw={"rows": 8},
    )


class EffectForm(Form):
    """Since when the act is executory, and by when one repays."""

    executory_on = a_day(_l("Executory since"))
    repay_by = a_day(_l("To be repaid by"), needed=False)


class AcceptForm(Form):
    """What takes note that a beneficiary gives up."""

    act = StringField(
        _l("Letter or act recording it"),
        [*required(_l("Write which.")), Length(max=120, message=TOO_LONG)],
    )


class DropForm(Form):
    """Why an award is left as it is."""

    drop_reason = TextAreaField(
        _l("Why the award stands"),
        [
            *required(_l("Say why: the beneficiary will read it.")),
            Length(max=2000, message=TOO_LONG),
        ],
        render_kw={"rows": 3},
    )
