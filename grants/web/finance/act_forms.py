"""How an act of a budget is named on forms."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, StringField
from wtforms.validators import InputRequired, Length

from grants.ledger.operations import ActKind
from grants.ledger.services import ActFacts
from grants.web.account.fields import options, required, stripped, typed
from grants.web.finance.forms import an_act_day
from grants.web.finance.words import ACT_WORDS
from grants.web.forms import Form


class ActNameForm(Form):
    """Number, day and purpose of an act."""

    number = StringField(
        _l("Number of the act"),
        filters=[stripped],
        description=_l("For example DM 2, or DEL-2018-114."),
        validators=[
            *required(_l("Write the number of the act.")),
            Length(max=60, message=_l("This number is too long.")),
        ],
        render_kw={"autocomplete": "off"},
    )
    on = an_act_day()
    label = StringField(
        _l("What it decides"),
        filters=[stripped],
        validators=[
            *required(_l("Write what the act decides.")),
            Length(max=300, message=_l("This text is too long.")),
        ],
        render_kw={"autocomplete": "off"},
    )

    def named(self, kind: ActKind, digest: bytes | None = None) -> ActFacts:
        """What was typed, once the form is valid."""
        return ActFacts(
            kind=kind,
            number=typed(self.number),
            dated_on=self.on.data or date.min,
            label=typed(self.label),
            digest=digest,
        )


class ActForm(ActNameForm):
    """How an act is named; which kind it is."""

    kind = RadioField(
        _l("Which act"),
        choices=options(ACT_WORDS),
        default=ActKind.AMENDING.value,
        validators=[InputRequired(_l("Choose which act it is."))],
    )

    def facts(self, digest: bytes | None = None) -> ActFacts:
        """What was typed, once the form is valid."""
        return self.named(ActKind(typed(self.kind)), digest)
