"""How awards that are taken back are told, whoever reads it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy.orm import Session
from wtforms import DateField, StringField, ValidationError
from wtforms.validators import InputRequired, Optional

from grants.calls.form.numbers import typed_decimal
from grants.kernel.money import Amount, Unit
from grants.ledger import queries as balances
from grants.web.account.fields import typed
from grants.web.forms import Form, attempt
from grants.withdrawals import queries
from grants.withdrawals.models import Reason, Withdrawal, WithdrawalState

REASONS = {
    Reason.REPUBLICAN_CONTRACT: _l("Breach of the contrat d’engagement républicain"),
    Reason.NOT_CARRIED_OUT: _l("The project was not carried out"),
    Reason.UNSPENT: _l("The budget was spent only in part"),
    Reason.REPORT_MISSING: _l("The report was never received"),
    Reason.ERROR: _l("The award was made in error (within four months)"),
    Reason.FRAUD: _l("The award was obtained by fraud"),
    Reason.DISSOLVED: _l("The beneficiary was dissolved"),
    Reason.GIVEN_UP: _l("The beneficiary gives it up"),
    Reason.ANNULLED: _l("The award was annulled by a court"),
}
STATES = {
    WithdrawalState.ASKED: (_l("Given up, to be accepted"), "warning"),
    WithdrawalState.NOTIFIED: (_l("Hearing in progress"), "info"),
    WithdrawalState.DECIDED: (_l("Decided, not executory yet"), "warning"),
    WithdrawalState.EFFECTIVE: (_l("Withdrawn"), "danger"),
    WithdrawalState.DROPPED: (_l("Not pursued"), "neutral"),
}
FOR_BENEFICIARY = {
    **STATES,
    WithdrawalState.ASKED: (_l("Waiting for the service"), "info"),
    WithdrawalState.NOTIFIED: (_l("You may answer"), "warning"),
    WithdrawalState.DECIDED: (_l("Decided"), "danger"),
}
ANSWERED = (_l("Answered, to be decided"), "info")
EFFECTS = {
    "decommit": _l("Cancelled: the funds are available again"),
    "return_credits": _l("Returned to the authorisation"),
    "claim_back": _l("To be reclaimed from the beneficiary: no funds return"),
}
DAYS = ["%d/%m/%Y", "%Y-%m-%d"]


@dataclass(frozen=True)
class EffectLine:
    """One movement in words: what happens, where, and how much."""

    words: object
    envelope: str
    year: int
    amount: int


def for_beneficiary(withdrawal: Withdrawal) -> tuple[Any, str]:
    """Where a withdrawal stands, for the beneficiary: who answered waits."""
    if withdrawal.state is WithdrawalState.NOTIFIED and withdrawal.observed_at is not None:
        return ANSWERED
    return FOR_BENEFICIARY[withdrawal.state]


def effect_lines(session: Session, withdrawal: Withdrawal, amount: int) -> list[EffectLine]:
    """What withdrawing that much would do to the books, line by line."""
    return lines_of(session, queries.effect(session, withdrawal.decision_id, amount))


def lines_of(session: Session, found: queries.Effect) -> list[EffectLine]:
    """The movements of an effect in words. One statement more."""
    named = balances.envelope_lines(session, {one.place.id for one in found.parts})
    return [
        EffectLine(EFFECTS[one.operation], named[one.place.id].label, one.place.year, one.amount)
        for one in found.parts
    ]


def a_day(label: Any, *, needed: bool = True, description: Any = None) -> DateField:
    """A day, written as one writes it."""
    check = InputRequired(_l("Write a day, as in 14/10/2016.")) if needed else Optional()
    return DateField(label, validators=[check], format=DAYS, description=description)


def quantity_of(text: str, unit: Unit) -> Amount | None:
    """An amount as one types it, in the smallest part of its unit; None when it is none."""
    value = typed_decimal(text, decimals=2 if unit is Unit.EUR else 0)
    if not isinstance(value, Decimal) or not 0 <= value * unit.scale < 10**15:
        return None
    return Amount(int(value * unit.scale))


class QuantityForm(Form):
    """A form with an `amount` in the unit of the award, above zero."""

    unit = Unit.EUR

    def validate_amount(self, field: StringField) -> None:
        """An amount."""
        if not quantity_of(typed(field), self.unit):
            raise ValidationError(say_amount(self.unit))

    @property
    def quantity(self) -> Amount:
        """The amount, once the form is valid."""
        return quantity_of(typed(self["amount"]), self.unit) or Amount(0)


def stepped(
    session: Session,
    withdrawal_id: UUID,
    form: Form,
    act: Callable[[], object],
    *,
    words: str,
    page: Callable[[Session, UUID, Form], str],
) -> ResponseReturnValue:
    """Take one step, and be back on the `.show` of the blueprint; or show why it cannot be."""
    if form.validate():
        with attempt(session, form) as tried:
            act()
        if not tried.refused:
            flash(words, "success")
            return redirect(url_for(".show", withdrawal_id=withdrawal_id), 303)
    return page(session, withdrawal_id, form), form.status


def as_typed(amount: int, unit: Unit) -> str:
    """An amount as one would type it: 1234,56."""
    return f"{amount // 100},{amount % 100:02d}" if unit is Unit.EUR else str(amount)


def say_amount(unit: Unit) -> str:
    """What an amount of that unit looks like."""
    if unit is Unit.EUR:
        return str(_("Write an amount like 1 234,56."))
    return str(_("Write a whole number."))


def clock(withdrawal: Withdrawal, today: date) -> str:
    """How long the beneficiary still has, or what is awaited."""
    until = withdrawal.observations_until
    if withdrawal.state is not WithdrawalState.NOTIFIED or until is None:
        return ""
    if withdrawal.hearing_asked and withdrawal.heard_on is None:
        return str(_("Asks to be heard"))
    if withdrawal.observed_at is not None:
        return str(_("Answered: ready for decision"))
    left = (until - today).days
    if left < 0:
        return str(_("Ready for decision"))
    return str(ngettext("%(num)s day left to answer", "%(num)s days left to answer", left + 1))
