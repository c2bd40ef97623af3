"""Forms of an organisation and of its members."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    RadioField,
    SelectField,
    StringField,
)
from wtforms.validators import URL, InputRequired, Length, Optional

from grants.kernel.errors import Refused
from grants.people import identifiers
from grants.people.legal_forms import BY_KEY, LEGAL_FORMS, Family, LegalForm, legal_form
from grants.people.models import Organisation
from grants.people.services import OrganisationDetails
from grants.web import wording
from grants.web.account.fields import (
    choice,
    email_field,
    options,
    refusing,
    required,
    stripped,
    typed,
)
from grants.web.account.words import FAMILIES, ORGANISATION_ROLE_HINTS
from grants.web.forms import Form
from grants.web.sentences import sentence

TEXT_LENGTH_MAX = 200
TOO_LONG = Length(max=TEXT_LENGTH_MAX, message=_l("This is too long: 200 characters at most."))


def choices(kept: LegalForm | None = None) -> list[Any]:
    """The legal forms by family; one that is out of the list stays when it is the kept one."""
    known = LEGAL_FORMS if kept is None or kept.key in BY_KEY else (*LEGAL_FORMS, kept)
    return [choice("", _("Choose a legal form"))] + [
        _line(one, str(FAMILIES[family]))
        for family in Family
        for one in known
        if one.family is family
    ]


def _line(form: LegalForm, group: str) -> Any:
    words, lang = form.title(wording.language())
    return choice(form.key, words, group=group, lang=lang if lang != wording.language() else None)


class OrganisationForm(Form):
    """What an organisation says of itself: identified by SIRET, by RNA, or being created."""

    name = StringField(
        _l("Name of the organisation"),
        filters=[stripped],
        validators=[*required(_l("Write the name of the organisation.")), TOO_LONG],
        render_kw={"autocomplete": "organization"},
    )
    legal_form = SelectField(
        _l("Legal form"), validators=[InputRequired(_l("Choose a legal form."))]
    )
    siret = StringField(
        _l("SIRET number"),
        filters=[stripped],
        description=_l("14 digits, with or without spaces. Example: 732 829 320 00074."),
        validators=[refusing("people.siret_wrong", identifiers.clean_siret)],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    rna = StringField(
        _l("RNA number"),
        filters=[stripped],
        description=_l(
            "For an association: W and 9 characters, in Corsica too. Example: W632001234."
        ),
        validators=[refusing("people.rna_wrong", identifiers.clean_rna)],
        render_kw={"autocomplete": "off"},
    )
    local_register = StringField(
        _l("Entry in the register of associations (Alsace-Moselle)"),
        filters=[stripped],
        description=_l(
            "For an association of Bas-Rhin, Haut-Rhin or Moselle, which has no RNA number. "
            "Example: Tribunal de Strasbourg, volume 92, folio 34."
        ),
        validators=[TOO_LONG],
        render_kw={"autocomplete": "off"},
    )
    being_created = BooleanField(
        _l("It is still being created"),
        description=_l("You will give its number as soon as it has one."),
    )
    street = StringField(
        _l("Number and street of the seat"),
        filters=[stripped],
        validators=[*required(_l("Write the number and street.")), TOO_LONG],
        render_kw={"autocomplete": "street-address"},
    )
    postcode = StringField(
        _l("Postcode"),
        filters=[stripped],
        validators=[
            *required(_l("Write the postcode.")),
            refusing("people.postcode_wrong", identifiers.clean_postcode),
        ],
        render_kw={"inputmode": "numeric", "autocomplete": "postal-code"},
    )
    city = StringField(
        _l("Commune"),
        filters=[stripped],
        validators=[*required(_l("Write the name of the commune.")), TOO_LONG],
        render_kw={"autocomplete": "address-level2"},
    )
    commune_code = StringField(
        _l("INSEE code of the commune"),
        filters=[stripped],
        description=_l("5 characters; it is not the postcode. Leave empty if you do not know it."),
        validators=[refusing("people.commune_wrong", identifiers.clean_commune)],
        render_kw={"autocomplete": "off"},
    )
    registered_on = DateField(
        _l("Date of creation"),
        format=["%d/%m/%Y", "%Y-%m-%d"],
        description=_l("Example: 14/10/2016."),
        validators=[Optional()],
    )
    phone = StringField(
        _l("Telephone"),
        filters=[stripped],
        validators=[Length(max=30, message=_l("This number is too long."))],
        render_kw={"autocomplete": "tel", "type": "tel"},
    )
    website = StringField(
        _l("Website"),
        filters=[stripped],
        validators=[
            Optional(),
            TOO_LONG,
            URL(message=_l("Write the whole address, like https://exemple.fr.")),
        ],
        render_kw={"autocomplete": "url", "type": "url"},
    )

    def __init__(self, *args: Any, kept: LegalForm | None = None, **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        self.kept = kept
        self.legal_form.choices = choices(kept)

    @classmethod
    def proposed(cls, columns: Mapping[str, object]) -> OrganisationForm:
        """The form of a new organisation, begun with what the public register says."""
        form = cls(data=dict(columns))
        code, label = str(columns.get("legal_form", "")), str(columns.get("legal_label", ""))
        if not form.is_submitted() and code:
            form.legal_form.data = legal_form(code, label).key
        return form

    @classmethod
    def of(cls, organisation: Organisation) -> OrganisationForm:
        """The form filled with what is kept."""
        kept = legal_form(organisation.legal_form, organisation.legal_label)
        form = cls(obj=organisation, kept=kept)
        if not form.is_submitted():
            form.legal_form.data = kept.key
            if organisation.siret:
                form.siret.data = identifiers.spaced_siret(organisation.siret)
        return form

    def validate(self, extra_validators: Any = None) -> bool:
        """Every field, then: something must identify the organisation."""
        valid: bool = super().validate(extra_validators)
        numbers = (self.siret.data, self.rna.data, self.local_register.data)
        if not (any(numbers) or self.being_created.data):
            missing = sentence(Refused("people.not_identified"))
            self.siret.errors = [*self.siret.errors, missing]
            return False
        return valid

    def details(self) -> OrganisationDetails:
        """What was typed, as the domain takes it."""
        chosen = BY_KEY.get(self.legal_form.data) or self.kept
        if chosen is None:
            raise ValueError(self.legal_form.data)
        return OrganisationDetails(
            name=typed(self.name),
            legal_form=chosen.code,
            legal_label=chosen.label,
            siret=self.siret.data or None,
            rna=self.rna.data or None,
            local_register=self.local_register.data or None,
            being_created=self.being_created.data,
            street=typed(self.street),
            postcode=typed(self.postcode),
            city=typed(self.city),
            commune_code=self.commune_code.data or None,
            phone=self.phone.data or None,
            website=self.website.data or None,
            registered_on=self.registered_on.data,
        )


class InviteMemberForm(Form):
    """Whom to invite, and to do what."""

    email = email_field(_l("Their e-mail address"), autocomplete="off")
    role = RadioField(
        _l("What they will do"),
        choices=options(ORGANISATION_ROLE_HINTS),
        validators=[InputRequired(_l("Choose a role."))],
    )


class HandOverForm(Form):
    """Who represents the organisation from now on, and whether one leaves."""

    successor = RadioField(
        _l("Who will represent the organisation?"),
        validators=[InputRequired(_l("Choose who takes over."))],
    )
    leave = BooleanField(
        _l("I leave the organisation"),
        description=_l("Otherwise you stay, and prepare applications with the others."),
    )

    @classmethod
    def among(cls, organisation: Organisation, leaving_id: UUID) -> HandOverForm:
        """The form with the other members, each once."""
        form = cls()
        others = {one.person_id: one.person for one in organisation.members}
        form.successor.choices = [
            choice(str(person.id), f"{person.name}, {person.email}")
            for person in others.values()
            if person.id != leaving_id
        ]
        return form
