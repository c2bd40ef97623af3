"""Forms of people, roles and funders."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import (
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from grants.people import identifiers
from grants.people.models import KEY_PATTERN, Funder, FunderKind
from grants.people.services import FunderDetails
from grants.web.account.fields import (
    cleaned,
    email_field,
    name_field,
    options,
    refusing,
    required,
    stripped,
    typed,
)
from grants.web.account.words import FUNDER_KINDS, FUNDER_ROLE_HINTS, LANGUAGES
from grants.web.forms import Form

NAME_LENGTH_MAX = 200


class OneOfMyFunders(Form):
    """A form that names one of the funders that its reader administers."""

    funder = SelectField(_l("Funder"), validators=[InputRequired(_l("Choose a funder."))])

    def offer(self, funders: Sequence[Funder]) -> None:
        """Offer these funders, and no other."""
        self.funder.choices = options({one.id: one.name for one in funders})

    @property
    def funder_id(self) -> UUID:
        """The funder chosen, once the form is valid."""
        return UUID(typed(self.funder))


class GrantForm(OneOfMyFunders):
    """A role to give to somebody already known."""

    role = SelectField(
        _l("Role"),
        choices=options(FUNDER_ROLE_HINTS),
        validators=[InputRequired(_l("Choose a role."))],
    )


class InviteForm(OneOfMyFunders):
    """Whom to invite, and to do what."""

    name = name_field()
    email = email_field(_l("Their e-mail address"), autocomplete="off")
    roles = SelectMultipleField(
        _l("What they will do"),
        choices=options(FUNDER_ROLE_HINTS),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validators=[InputRequired(_l("Choose at least one role."))],
    )

    def __init__(self, *args: object, **keywords: object) -> None:
        super().__init__(*args, **keywords)
        self.name.label.text = _l("Their first name and name")
        self.name.render_kw = {"autocomplete": "off"}


class FunderForm(Form):
    """What a funder says of itself."""

    name = StringField(
        _l("Name"),
        filters=[stripped],
        validators=[
            *required(_l("Write the name of the funder.")),
            Length(max=NAME_LENGTH_MAX, message=_l("This name is too long.")),
        ],
    )
    kind = SelectField(
        _l("Kind"),
        choices=options(FUNDER_KINDS),
        validators=[InputRequired(_l("Choose a kind."))],
    )
    siret = StringField(
        _l("SIRET number"),
        filters=[stripped],
        validators=[refusing("people.siret_wrong", identifiers.clean_siret)],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    address = TextAreaField(
        _l("Postal address"),
        filters=[stripped],
        description=_l("Receipts and letters carry it."),
        validators=[Length(max=500, message=_l("This address is too long."))],
        render_kw={"rows": 3},
    )
    email = StringField(
        _l("E-mail address of the service"),
        filters=[stripped],
        validators=[
            cleaned(identifiers.clean_email, _l("Write an address in full, like ess@exemple.fr."))
        ],
        render_kw={"type": "email", "autocomplete": "off"},
    )
    phone = StringField(
        _l("Telephone of the service"),
        filters=[stripped],
        validators=[Length(max=30, message=_l("This number is too long."))],
        render_kw={"type": "tel", "autocomplete": "off"},
    )
    locale = RadioField(
        _l("Language of its letters"),
        choices=options(LANGUAGES),
        default="fr",
        validators=[InputRequired(_l("Choose a language."))],
    )

    def details(self) -> FunderDetails:
        """What was typed, as the domain takes it."""
        return FunderDetails(
            name=typed(self.name),
            kind=FunderKind(typed(self.kind)),
            siret=self.siret.data or None,
            address=self.address.data or None,
            email=self.email.data or None,
            phone=self.phone.data or None,
            locale=typed(self.locale),
        )


class NewFunderForm(FunderForm):
    """A funder to add: with the short key that addresses and command lines use."""

    key = StringField(
        _l("Key"),
        filters=[stripped],
        description=_l("Small letters, digits and dashes, for addresses and commands: clermont."),
        validators=[
            *required(_l("Write a key.")),
            Regexp(KEY_PATTERN, message=_l("Only small letters, digits and dashes, 2 to 40.")),
        ],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
