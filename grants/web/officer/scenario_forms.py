"""Forms of scenarios: their name, one line of their table, which to put side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    Field,
    FieldList,
    FormField,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length

from grants.calls.form.numbers import typed_decimal
from grants.calls.form.problem import Problem
from grants.decisions.models import Instrument, Outcome
from grants.kernel.errors import Unknown
from grants.kernel.money import Amount, Unit
from grants.scenarios import rules
from grants.scenarios.models import WHOLE_RATE, ScenarioLine
from grants.scenarios.queries import Strip
from grants.scenarios.services import Typed
from grants.web.decisions import INSTRUMENTS, OUTCOMES
from grants.web.forms import Form, FormPart
from grants.web.officer.decision_forms import REASON_MAX, TOO_LONG, shown_amount, typed_amount

NAME_MAX = 120
NOT_AN_AMOUNT = _l("This is not an amount. Write for example 3 000,50.")
RATE, AMOUNT = "rate", "amount"
SHARES_MAX = 50
"""Envelopes of one call: a page that sends more was not ours."""


class ScenarioForm(Form):
    """A new scenario."""

    name = StringField(
        _l("Name of the scenario"),
        [InputRequired(_l("Name this scenario.")), Length(max=NAME_MAX, message=TOO_LONG)],
        description=_l("For example: “Priority to food”."),
    )
    funder = SelectField(_l("Funder"))
    copy_of = SelectField(_l("Begin from"))

    def offer(
        self, funders: Sequence[tuple[UUID, str]], scenarios: Sequence[tuple[UUID, str]]
    ) -> None:
        """Give it its choices."""
        self.funder.choices = [SelectChoice(str(one), name) for one, name in funders]
        self.copy_of.choices = [
            SelectChoice("", _l("The ranking as it stands")),
            *(SelectChoice(str(one), name) for one, name in scenarios),
        ]


class ShareForm(FormPart):
    """What a line takes out of one of several envelopes."""

    envelope = HiddenField()
    amount = StringField(_l("Amount"), [Length(max=40, message=TOO_LONG)])


class LineForm(Form):
    """One line: an amount or a rate, the other follows; or parts of several envelopes."""

    version = HiddenField()
    typed = HiddenField()
    outcome = SelectField(_l("Proposal"))
    instrument = SelectField(_l("Form"))
    base = StringField(_l("Eligible base"), [InputRequired(_l("Write the eligible base."))])
    amount = StringField(_l("Amount"), [Length(max=40, message=TOO_LONG)])
    rate = StringField(_l("Rate (percent)"), [Length(max=40, message=TOO_LONG)])
    envelope = SelectField(_l("Envelope"))
    shares = FieldList(FormField(ShareForm), max_entries=SHARES_MAX)
    reason = TextAreaField(_l("Reason"), [Length(max=REASON_MAX, message=TOO_LONG)])

    def offer(self, strips: Sequence[Strip]) -> None:
        """Give it its choices."""
        self.outcome.choices = [
            SelectChoice("", _l("Not proposed yet")),
            *(SelectChoice(one.value, words) for one, (words, _tone) in OUTCOMES.items()),
        ]
        self.instrument.choices = [SelectChoice(i.value, words) for i, words in INSTRUMENTS.items()]
        self.envelope.choices = [SelectChoice(str(one.id), one.label) for one in strips] or [
            SelectChoice("", _l("No envelope"))
        ]
        labels = {str(one.id): one.label for one in strips}
        for part in self.shares:
            box = part.form.amount
            box.label.text = labels.get(part.form.envelope.data or "", box.label.text)

    @property
    def read_version(self) -> int:
        """The version that the page showed.

        Raises:
            Unknown: no page shows such a one.
        """
        text = self.version.data or ""
        if not text.isdecimal() or len(text) > 9:  # noqa: PLR2004 -- beyond a column's integers
            raise Unknown
        return int(text)

    def typed_line(self, line: ScenarioLine, strips: Sequence[Strip]) -> Typed:
        """The line as the service wants it; what is no amount is said beside its box."""
        units = {str(one.id): one.unit for one in strips}
        unit = units.get(self.envelope.data or "", Unit.EUR)
        outcome = Outcome(self.outcome.data) if self.outcome.data else None
        base = self._amount(self.base, unit) or Amount(0)
        rate, amount = self._rate(), self._amount(self.amount, unit)
        shares = self._shares(units, outcome)
        if len(shares) > 1:
            return self._split(line, base, amount, shares)
        if self._governs(line, base, rate, amount) == RATE:
            amount = None
        else:
            rate = None
        return Typed(
            outcome=outcome,
            instrument=Instrument(self.instrument.data) if outcome is Outcome.AWARD else None,
            envelope_id=UUID(self.envelope.data) if self.envelope.data else None,
            base=base,
            amount=amount,
            rate=rate,
            reason=self.reason.data or "",
        )

    def _shares(
        self, units: Mapping[str, Unit], outcome: Outcome | None
    ) -> tuple[tuple[UUID, Amount], ...]:
        """The parts that were written; one alone is the whole of the line, as its boxes say."""
        found = []
        for part in self.shares:
            unit = units.get(part.form.envelope.data or "")
            share = self._amount(part.form.amount, unit or Unit.EUR)
            if part.form.amount.errors:
                self.shares.errors = [*self.shares.errors, {}]
            if unit is not None and share:
                found.append((UUID(part.form.envelope.data), share))
        return tuple(found) if outcome is Outcome.AWARD else ()

    def _split(
        self,
        line: ScenarioLine,
        base: Amount,
        amount: Amount | None,
        shares: tuple[tuple[UUID, Amount], ...],
    ) -> Typed:
        """The line out of several envelopes; an amount typed beside them must be their sum."""
        together = sum(share for _envelope, share in shares)
        if amount is not None and amount not in {together, line.amount}:
            said = _("The parts do not make this amount: leave it empty, it follows from them.")
            self.amount.errors = [*self.amount.errors, said]
        return Typed(
            outcome=Outcome.AWARD,
            instrument=Instrument(self.instrument.data),
            base=base,
            shares=shares,
            reason=self.reason.data or "",
        )

    def _governs(
        self, line: ScenarioLine, base: Amount, rate: int | None, amount: int | None
    ) -> str:
        """Which of the two was typed: said by the page's script, or what differs from before."""
        if self.typed.data in {RATE, AMOUNT}:
            return str(self.typed.data)
        was = line.rate if line.rate is not None else rules.rate_of(line.base, line.amount)
        new_rate = rate is not None and rate != was
        new_amount = amount is not None and amount != line.amount
        if new_rate and new_amount and rules.amount_of(base, rate or 0) != amount:
            said = _("Write an amount or a rate: the other follows.")
            self.rate.errors = [*self.rate.errors, said]
        if new_rate != new_amount:
            return RATE if new_rate else AMOUNT
        return RATE if line.rate is not None and not new_amount else AMOUNT

    def _amount(self, box: Field, unit: Unit) -> Amount | None:
        text = (box.data or "").strip()
        found = typed_amount(text, unit) if text else None
        if text and (found is None or found < 0):
            box.errors = [*box.errors, str(NOT_AN_AMOUNT)]
        return found

    def _rate(self) -> int | None:
        text = (self.rate.data or "").replace("%", "").strip()
        if not text:
            return None
        found: Decimal | Problem = typed_decimal(text, decimals=2)
        if isinstance(found, Problem) or not 0 < found * 100 <= WHOLE_RATE:
            said = _("This is not a rate. Write for example 42,5: from 0,01 to 100.")
            self.rate.errors = [*self.rate.errors, said]
            return None
        return int(found * 100)


def share_data(line: ScenarioLine, strips: Sequence[Strip]) -> list[dict[str, str]]:
    """One box for each envelope, where there are several; those that the line draws on filled."""
    if len(strips) < 2:  # noqa: PLR2004 -- several
        return []
    held = {one["envelope"]: int(one["amount"]) for one in line.shares}
    return [
        {
            "envelope": str(one.id),
            "amount": shown_amount(held[str(one.id)], one.unit) if str(one.id) in held else "",
        }
        for one in strips
    ]


def line_data(line: ScenarioLine, strips: Sequence[Strip], instrument: str) -> dict[str, str]:
    """What the boxes of one line hold at first."""
    units = {one.id: one.unit for one in strips}
    unit = units.get(line.envelope_id, strips[0].unit if strips else Unit.EUR)  # type: ignore[arg-type]
    return {
        "version": str(line.version),
        "outcome": line.outcome.value if line.outcome else "",
        "instrument": line.instrument.value if line.instrument else instrument,
        "base": shown_amount(line.base, unit),
        "amount": shown_amount(line.amount, unit) if line.amount is not None else "",
        "rate": shown_rate(
            line.rate if line.rate is not None else rules.rate_of(line.base, line.amount)
        ),
        "envelope": str(line.envelope_id or ""),
        "reason": line.reason,
    }


def shown_rate(rate: int | None) -> str:
    """A rate as one would type it: « 33,33 »."""
    return "" if rate is None else shown_amount(rate, Unit.EUR)
