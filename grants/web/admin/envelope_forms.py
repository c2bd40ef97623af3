"""Forms of fiscal years, envelopes and their credits."""

from __future__ import annotations

from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import (
    RadioField,
    SelectField,
    StringField,
)
from wtforms.validators import InputRequired, Length, NumberRange

from grants.kernel.money import Unit
from grants.ledger.operations import ActKind, Section
from grants.ledger.services import ActFacts
from grants.web.account.fields import options, required, stripped, typed
from grants.web.finance.act_forms import ActNameForm
from grants.web.finance.forms import AmountForm, MovementForm
from grants.web.finance.words import ACT_WORDS, SECTIONS, UNITS
from grants.web.forms import Form, WholeField

LABEL_LENGTH_MAX = 120
ADD, TAKE_BACK = "add", "take_back"
KEEP, RELEASE = "keep", "release"
VOTED_ACTS = {kind: word for kind, word in ACT_WORDS.items() if kind is not ActKind.TRANSFER}


class BookForm(Form):
    """A fiscal year to open."""

    funder = SelectField(_l("Funder"), validators=[InputRequired(_l("Choose a funder."))])
    year = WholeField(
        _l("Year"),
        validators=[
            InputRequired(_l("Write a year in four digits.")),
            NumberRange(2000, 2100, _l("Write a year in four digits.")),
        ],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )

    def offer(self, funders: dict[UUID, str]) -> None:
        """Offer these funders, and no other."""
        self.funder.choices = options(funders)

    @property
    def funder_id(self) -> UUID:
        """The funder chosen, once the form is valid."""
        return UUID(typed(self.funder))


class LabelForm(Form):
    """The name of an envelope."""

    label = StringField(
        _l("Name of the envelope"),
        filters=[stripped],
        validators=[
            *required(_l("Write the name of the envelope.")),
            Length(max=LABEL_LENGTH_MAX, message=_l("This name is too long.")),
        ],
        render_kw={"autocomplete": "off"},
    )


class EnvelopeForm(LabelForm):
    """An envelope to open."""

    unit = RadioField(
        _l("What it counts"),
        choices=options(UNITS),
        default=Unit.EUR.value,
        validators=[InputRequired(_l("Choose what it counts."))],
    )
    section = RadioField(
        _l("Section of the budget"),
        choices=options(SECTIONS),
        default=Section.OPERATING.value,
        description=_l("Euros are operating or capital; anything else is outside the budget."),
        validators=[InputRequired(_l("Choose a section."))],
    )
    nature_account = StringField(
        _l("Account by nature (M57)"),
        filters=[stripped],
        description=_l("For example 65748, grants to associations."),
        validators=[Length(max=12, message=_l("This account is too long."))],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    function_code = StringField(
        _l("Function"),
        filters=[stripped],
        description=_l("For example 65, social and solidarity economy."),
        validators=[Length(max=12, message=_l("This function is too long."))],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )


class CreditForm(ActNameForm, AmountForm):
    """Credits that an act of the assembly gives or takes back."""

    kind = RadioField(
        _l("Which act"),
        choices=options(VOTED_ACTS),
        default=ActKind.INITIAL.value,
        validators=[InputRequired(_l("Choose which act it is."))],
    )
    direction = RadioField(
        _l("What the act does"),
        choices=options({ADD: _l("It adds credits"), TAKE_BACK: _l("It takes credits back")}),
        default=ADD,
        validators=[InputRequired(_l("Choose what the act does."))],
    )

    @property
    def facts(self) -> ActFacts:
        """The act, once the form is valid."""
        return self.named(ActKind(typed(self.kind)))

    @property
    def signed(self) -> int:
        """The quantity, negative when it is taken back."""
        return -self.quantity if self.direction.data == TAKE_BACK else self.quantity


class ReservationForm(MovementForm):
    """Credits kept aside within their envelope, or given back to it."""

    direction = RadioField(
        _l("What to do"),
        choices=options({KEEP: _l("Keep aside"), RELEASE: _l("Make available again")}),
        default=KEEP,
        validators=[InputRequired(_l("Choose what to do."))],
    )

    @property
    def operation(self) -> str:
        """The ledger's name of it."""
        return "release" if self.direction.data == RELEASE else "reserve"


class TransferForm(ActNameForm, AmountForm):
    """Credits that the executive moves to another envelope of the same book."""

    target = SelectField(
        _l("To the envelope"), validators=[InputRequired(_l("Choose an envelope."))]
    )

    @property
    def facts(self) -> ActFacts:
        """The act, once the form is valid."""
        return self.named(ActKind.TRANSFER)
