"""Forms of the decision table and of a deliberation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    Field,
    FieldList,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)

# Newer than the stubs of wtforms.
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from grants.calls.form.numbers import typed_decimal
from grants.calls.form.problem import Problem
from grants.decisions.instruments import UNDRAWN
from grants.decisions.models import Body, Instrument, Outcome
from grants.decisions.queries import DecisionTable, Line
from grants.decisions.services import Wanted
from grants.decisions.vote import CastingVote, Vote
from grants.kernel.errors import Refused, Unknown
from grants.kernel.money import Amount, Unit
from grants.web.decisions import BODIES, INSTRUMENTS, OUTCOMES
from grants.web.forms import Form, FormPart, WholeField
from grants.web.sentences import sentence

NESTED = re.compile(r"lines-(\d+)-(\w+)")
DAYS = ["%d/%m/%Y", "%Y-%m-%d"]
SEATS_MAX = 2_000
REASON_MAX = 2_000
TOO_LONG = _l("This text is too long.")
COUNTS = (
    "seats",
    "present",
    "represented",
    "not_taking_part",
    "votes_for",
    "votes_against",
    "abstentions",
)


def typed_amount(text: str, unit: Unit) -> Amount | None:
    """What someone typed, in the smallest part of `unit`; None when it is no amount."""
    value: Decimal | Problem = typed_decimal(
        re.sub(r"[\s\u00a0\u202f]", "", text), decimals=2 if unit is Unit.EUR else 0
    )
    return None if isinstance(value, Problem) else Amount(int(value * unit.scale))


def shown_amount(amount: int, unit: Unit) -> str:
    """An amount as one would type it: no unit, no zeros that say nothing."""
    whole, part = divmod(amount, unit.scale)
    return f"{whole},{part:02d}" if part else str(whole)


class LineForm(FormPart):
    """What is proposed for one application out of one envelope."""

    application_id = HiddenField()
    outcome = SelectField(_l("Proposal"), validate_choice=True)
    instrument = SelectField(_l("Form"))
    amount = StringField(_l("Amount"))
    envelope = SelectField(_l("Envelope"))
    label = StringField(_l("Words for the public"), [Length(max=200)])
    reason = TextAreaField(_l("Reason"), [Length(max=REASON_MAX)])


class TableForm(Form):
    """The whole decision table of one funder."""

    lines = FieldList(FormField(LineForm))

    def offer(self, table: DecisionTable) -> None:
        """Give every line its choices."""
        outcomes = [SelectChoice("", _l("Not proposed yet"))]
        outcomes += [SelectChoice(o.value, words) for o, (words, _tone) in OUTCOMES.items()]
        instruments = [SelectChoice(i.value, words) for i, words in INSTRUMENTS.items()]
        envelopes = [SelectChoice(str(one.id), one.label) for one in table.standings]
        for line in self.lines:
            line.form.outcome.choices = outcomes
            line.form.instrument.choices = instruments
            line.form.envelope.choices = envelopes or [SelectChoice("", _l("No envelope"))]
            line.form.envelope.validate_choice = bool(envelopes)

    def refuse(self, refusal: Refused) -> None:
        """Put a refusal beside the box of the line that it names."""
        found = NESTED.fullmatch(refusal.field or "")
        if found is None or int(found[1]) >= len(self.lines):
            super().refuse(refusal)
            return
        self.was_refused = True
        self._say(self.lines[int(found[1])].form[found[2]], sentence(refusal))

    def _say(self, box: Field, text: str) -> None:
        """Put an error beside a box, and let the table know that it holds one."""
        box.errors = [*box.errors, text]
        self.lines.errors = [one.errors for one in self.lines]

    def wanted(self, table: DecisionTable) -> list[Wanted]:
        """The lines as the service wants them; what is no amount is said beside its box."""
        units = {str(one.id): one.unit for one in table.standings}
        return [self._wanted(at, line.form, units) for at, line in enumerate(self.lines)]

    def _wanted(self, at: int, line: LineForm, units: Mapping[str, Unit]) -> Wanted:
        outcome = Outcome(line.outcome.data) if line.outcome.data else None
        awarded = outcome is Outcome.AWARD
        instrument = Instrument(line.instrument.data) if awarded else None
        draws = awarded and instrument not in UNDRAWN
        unit = units.get(line.envelope.data or "")
        amount = None
        if draws and unit and (typed := line.amount.data or "").strip():
            amount = typed_amount(typed, unit)
            if amount is None:
                self._say(line.amount, _("This is not an amount. Write for example 3 000,50."))
        return Wanted(
            application_id=identifier(line.application_id.data),
            outcome=outcome,
            instrument=instrument,
            amount=amount,
            envelope_id=UUID(line.envelope.data) if draws and unit else None,
            label=(line.label.data or "") if awarded else "",
            reason=line.reason.data or "",
            key=f"lines-{at}-",
        )


def identifier(text: str | None) -> UUID:
    """The application of a line.

    Raises:
        Unknown: the page never held such a line.
    """
    try:
        return UUID(text or "")
    except ValueError:
        raise Unknown from None


def table_data(table: DecisionTable, more: UUID | None = None) -> dict[str, Any]:
    """What the table's boxes hold at first; `more` asks for one more line for an application."""
    instrument = str(table.call.award_rule.get("instrument") or Instrument.GRANT)
    rows: list[dict[str, str]] = []
    for line in table.lines:
        units = {one.id: one.unit for one in table.standings}
        rows += _rows_of(line, units, instrument, _prize(table, line))
        if line.application.id == more and line.proposals:
            rows.append({"application_id": str(line.application.id), "instrument": instrument})
    return {"lines": rows}


def _prize(table: DecisionTable, line: Line) -> str:
    """The prize of whoever placed it first, juries before the public; "" where nobody did.

    Each track of a call has its own first, whose prize tells the track. Whoever is recused from
    some of the call is proposed none: who comes first for them may not have won.
    """
    if table.is_partial:
        return ""
    won = (one.prize_fr for one in table.columns if line.ranks.get(one.id) == 1)
    prize, track = next((prize for prize in won if prize), ""), table.track_of(line)
    return f"{prize} — {track.label_fr}" if prize and track else prize


def _rows_of(
    line: Line, units: Mapping[UUID, Unit], instrument: str, prize: str
) -> list[dict[str, str]]:
    application_id = str(line.application.id)
    if not line.proposals:
        return [
            {
                "application_id": application_id,
                "outcome": "",
                "instrument": instrument,
                "label": prize,
            }
        ]
    return [
        {
            "application_id": application_id,
            "outcome": one.outcome.value,
            "instrument": one.instrument.value if one.instrument else instrument,
            "amount": (
                shown_amount(one.amount, units.get(one.envelope_id, Unit.EUR))
                if one.amount and one.envelope_id
                else ""
            ),
            "envelope": str(one.envelope_id or ""),
            "label": one.label,
            "reason": one.reason,
        }
        for one in line.proposals
    ]


def count(label: Any, *, default: int | None = None) -> WholeField:
    """A number of members."""
    missing = _l("Write a number, 0 if nobody.")
    return WholeField(
        label,
        [InputRequired(missing), NumberRange(0, SEATS_MAX, _l("Between %(min)s and %(max)s."))],
        default=default,
    )


class DeliberationForm(Form):
    """What the minutes say of one deliberation."""

    number = StringField(
        _l("Number of the deliberation"),
        [InputRequired(_l("Write its number.")), Length(max=60, message=TOO_LONG)],
    )
    object = StringField(
        _l("Object"), [InputRequired(_l("Write its object.")), Length(max=500, message=TOO_LONG)]
    )
    body = RadioField(
        _l("Who decides"),
        choices=[SelectChoice(one.value, words) for one, words in BODIES.items()],
        default=Body.COUNCIL.value,
    )
    held_on = DateField(
        _l("Date of the meeting"),
        [InputRequired(_l("Write a day, as in 14/10/2016."))],
        format=DAYS,
    )
    convened_on = DateField(_l("Date of the notice"), [Optional()], format=DAYS)
    seats = count(_l("Seats"))
    present = count(_l("Present"))
    represented = count(_l("Represented by written proxy"), default=0)
    not_taking_part = count(_l("Taking no part in the vote"), default=0)
    votes_for = count(_l("Votes for"))
    votes_against = count(_l("Votes against"), default=0)
    abstentions = count(_l("Abstentions"), default=0)
    casting_vote = RadioField(
        _l("Casting vote of the chair, when the votes are equal"),
        choices=[
            SelectChoice("", _l("No tie")),
            SelectChoice(CastingVote.FOR.value, _l("For")),
            SelectChoice(CastingVote.AGAINST.value, _l("Against")),
        ],
        default="",
    )
    second_convocation = BooleanField(_l("Second meeting: no quorum required"))
    secret_ballot = BooleanField(_l("Secret ballot"))

    def vote(self) -> Vote:
        """The figures."""
        casting = self.casting_vote.data
        counts = {name: int(self[name].data) for name in COUNTS}
        return Vote(
            **counts,
            casting_vote=CastingVote(casting) if casting else None,
            second_convocation=bool(self.second_convocation.data),
            secret_ballot=bool(self.secret_ballot.data),
        )


class FormalitiesForm(Form):
    """What makes an act executory: sent to the prefect, and published."""

    transmitted_on = DateField(_l("Received by the prefecture on"), [Optional()], format=DAYS)
    receipt = StringField(
        _l("Number of the receipt"),
        [Length(max=80, message=TOO_LONG)],
        render_kw={"autocomplete": "off"},
    )
    published_on = DateField(_l("Published on"), [Optional()], format=DAYS)

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """One of the two days at least."""
        if not super().validate(extra_validators):
            return False
        if self.transmitted_on.data is None and self.published_on.data is None:
            told = _("Write one of the two days at least, as in 14/10/2016.")
            self.transmitted_on.errors = [told]
            return False
        return True


class FallenForm(Form):
    """Why an act will never be executory, and since when."""

    withdrawn_on = DateField(
        _l("Day on which it was withdrawn or annulled"),
        [InputRequired(_l("Write a day, as in 14/10/2016."))],
        format=DAYS,
    )
    withdrawal_reason = TextAreaField(
        _l("By whom, and why"),
        [InputRequired(_l("Say why.")), Length(max=2000, message=TOO_LONG)],
        render_kw={"rows": 3},
    )


def first_day(form: DeliberationForm, today: date) -> None:
    """Propose today as the day of the session."""
    form.held_on.data = form.held_on.data or today


__all__ = [
    "DAYS",
    "DeliberationForm",
    "FormalitiesForm",
    "LineForm",
    "TableForm",
    "first_day",
    "shown_amount",
    "table_data",
    "typed_amount",
]
