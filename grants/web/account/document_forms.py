"""Forms of documents to keep for every call, and of other public aid."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, FileField, SelectField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from grants.calls.form.numbers import typed_decimal
from grants.kernel.money import Cents
from grants.people.models import AidRegime
from grants.people.services import Received
from grants.vault.models import DocumentKind, OrganisationDocument
from grants.vault.services import Deposit
from grants.web.account.fields import choice, options, required, stripped, typed
from grants.web.account.organisation_forms import TOO_LONG
from grants.web.account.organisation_words import DOCUMENTS, REGIMES
from grants.web.account.standing_forms import DAYS, day_field
from grants.web.forms import Form

SPACES = re.compile(r"\s")


class DocumentForm(Form):
    """A document with what it is and how long it is good for."""

    kind = SelectField(
        _l("What it is"), validators=[InputRequired(_l("Choose what this document is."))]
    )
    label = StringField(
        _l("Its name, if it needs one"),
        filters=[stripped],
        validators=[TOO_LONG],
        description=_l("Example: Accounts 2024, or Lease of the workshop."),
    )
    file = FileField(
        _l("The document"), description=_l("PDF, text, spreadsheet or picture, 20 MB at most.")
    )
    valid_from = day_field(
        _l("From which day"),
        _l(
            "For accounts, the closing of the financial year; for a budget or a report, the first "
            "or the last day of its year. Example: 31/12/2024."
        ),
    )
    valid_until = day_field(
        _l("Until which day"),
        _l("If the document has an end that you know. For accounts, it is worked out for you."),
    )

    def __init__(self, *args: Any, **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        self.kind.choices = [choice("", _l("Choose what it is")), *options(DOCUMENTS)]

    @classmethod
    def replacing(cls, document: OrganisationDocument) -> DocumentForm:
        """The form of a new version: what it is stays."""
        form = cls(obj=document)
        form.kind.choices = options({document.kind: DOCUMENTS[document.kind]})
        if not form.is_submitted():
            form.valid_from.data = form.valid_until.data = None
        return form

    def validate_file(self, field: FileField) -> None:
        """A document was chosen."""
        if not getattr(field.data, "filename", ""):
            raise ValidationError(str(_l("Choose a document.")))

    def handed_in(self) -> Deposit:
        """What was typed and chosen, as the domain takes it."""
        return Deposit(
            kind=DocumentKind(self.kind.data),
            stream=self.file.data.stream,
            name=self.file.data.filename,
            label=typed(self.label),
            valid_from=self.valid_from.data,
            valid_until=self.valid_until.data,
        )


class AidForm(Form):
    """One public aid received."""

    funder_name = StringField(
        _l("Who gave it"),
        filters=[stripped],
        validators=[
            *required(_l("Write who gave it.")),
            Length(max=200, message=_l("This is too long: 200 characters at most.")),
        ],
        description=_l("Example: Région Auvergne-Rhône-Alpes."),
        render_kw={"autocomplete": "off"},
    )
    amount = StringField(
        _l("Amount"),
        filters=[stripped],
        validators=[*required(_l("Write an amount."))],
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )
    granted_on = DateField(
        _l("Day it was granted"),
        format=DAYS,
        description=_l("The day of the decision or of the agreement, not that of the payment."),
        validators=[InputRequired(_l("Write a day, like 14/10/2024."))],
    )
    regime = SelectField(
        _l("Under which rules"),
        choices=[choice("", _l("Choose the rules")), *options(REGIMES)],
        description=_l("The letter that granted it says so. In doubt, ask whoever granted it."),
        validators=[InputRequired(_l("Choose the rules."))],
    )
    purpose = StringField(_l("What for"), filters=[stripped], validators=[TOO_LONG])

    def validate_amount(self, field: StringField) -> None:
        """It is an amount in euros."""
        if field.data and not isinstance(self._typed(), Decimal):
            raise ValidationError(str(_l("Write an amount, like 1 500 or 1 500,50.")))

    def received(self) -> Received:
        """The aid as the domain takes it, once the form is valid.

        Raises:
            ValueError: the form was not checked.
        """
        amount, day = self._typed(), self.granted_on.data
        if day is None or not isinstance(amount, Decimal):
            raise ValueError(self.granted_on.name)
        return Received(
            funder_name=typed(self.funder_name),
            amount_cents=Cents(int(amount * 100)),
            granted_on=day,
            regime=AidRegime(self.regime.data),
            purpose=typed(self.purpose),
        )

    def _typed(self) -> object:
        return typed_decimal(SPACES.sub("", typed(self.amount)), decimals=2)
