"""Forms of where an organisation acts, of its approvals, and of a number to look up."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, RadioField, SelectMultipleField, StringField
from wtforms import Form as PlainForm
from wtforms.validators import Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from grants.people import identifiers, standing
from grants.people.models import ApprovalKind, Organisation
from grants.people.services import Places
from grants.people.standing import Address, HeldApproval, Neighbourhood, Where
from grants.web.account.fields import options, refusing, required, stripped, typed
from grants.web.account.organisation_forms import TOO_LONG
from grants.web.account.organisation_words import APPROVALS, REGISTER_FIELDS
from grants.web.forms import Form, WholeField

DAYS = ["%d/%m/%Y", "%Y-%m-%d"]
ANSWERS = {"yes": _l("Yes"), "no": _l("No"), "": _l("I do not know")}
TRUTHS = {"yes": True, "no": False}
EMPLOYEES_MAX = 1_000_000
NAME_LENGTH_MIN = 3
"""The register itself refuses to look for less."""


def neighbourhood_answer(where: Any) -> RadioField:
    """Whether a place lies in a priority neighbourhood."""
    return RadioField(where, choices=options(ANSWERS), default="", validate_choice=False)


def neighbourhood_code() -> StringField:
    """The code of a priority neighbourhood, when it is known."""
    return StringField(
        _l("Code of the neighbourhood, if you know it"),
        filters=[stripped],
        description=_l("Example: QN06302I. The map of sig.ville.gouv.fr gives it."),
        render_kw={"autocomplete": "off"},
    )


def day_field(label: Any, hint: Any = None) -> DateField:
    """A day that may stay empty, as people write it."""
    return DateField(
        label, format=DAYS, description=hint or _l("Example: 14/10/2016."), validators=[Optional()]
    )


class PlacesForm(Form):
    """Where the organisation acts, and which of its places are in a priority neighbourhood."""

    seat_qpv = neighbourhood_answer(_l("Is the seat in a priority neighbourhood (QPV)?"))
    seat_qpv_code = neighbourhood_code()
    elsewhere = BooleanField(_l("We act somewhere else than at the seat"))
    place_street = StringField(
        _l("Number and street of the place of action"), filters=[stripped], validators=[TOO_LONG]
    )
    place_postcode = StringField(
        _l("Postcode"), filters=[stripped], render_kw={"inputmode": "numeric"}
    )
    place_city = StringField(_l("Commune"), filters=[stripped], validators=[TOO_LONG])
    place_commune_code = StringField(
        _l("INSEE code of the commune"),
        filters=[stripped],
        description=_l("5 characters; it is not the postcode. Leave empty if you do not know it."),
        validators=[refusing("people.commune_wrong", identifiers.clean_commune)],
    )
    place_qpv = neighbourhood_answer(_l("Is the place of action in a priority neighbourhood?"))
    place_qpv_code = neighbourhood_code()

    @classmethod
    def of(cls, organisation: Organisation) -> PlacesForm:
        """The form filled with what is kept."""
        form = cls(obj=organisation)
        if not form.is_submitted():
            form.elsewhere.data = standing.place_of_action(organisation) is not None
            for where in Where:
                answer = standing.neighbourhood(organisation, where).answer
                form[f"{where}_qpv"].data = "" if answer is None else "yes" if answer else "no"
        return form

    def places(self) -> Places:
        """What was typed, as the domain takes it."""
        place = Address(
            typed(self.place_street),
            typed(self.place_postcode),
            typed(self.place_city),
            self.place_commune_code.data or None,
        )
        return Places(
            place=place if self.elsewhere.data else None,
            seat_neighbourhood=self._said(Where.SEAT),
            place_neighbourhood=self._said(Where.PLACE),
        )

    def _said(self, where: Where) -> Neighbourhood:
        answer = TRUTHS.get(self[f"{where}_qpv"].data or "")
        return Neighbourhood(answer, typed(self[f"{where}_qpv_code"]) or None if answer else None)


class StandingForm(Form):
    """Social economy, approvals with their days, staff."""

    is_social_company = BooleanField(
        _l("It is a company of the social economy"),
        description=_l(
            "Its statutes say so and the register of companies too (law of 31 July 2014, art. 1)."
        ),
    )
    employees = WholeField(
        _l("Number of employees"),
        description=_l("On the day you fill this in; zero if there is none."),
        validators=[
            Optional(),
            NumberRange(0, EMPLOYEES_MAX, message=_l("Write a number from 0 to 1,000,000.")),
        ],
        render_kw={"inputmode": "numeric"},
    )

    @classmethod
    def of(cls, organisation: Organisation) -> StandingForm:
        """The form filled with what is kept."""
        form = cls(obj=organisation)
        if not form.is_submitted():
            for one in standing.approvals(organisation):
                form[one.kind.value].data = True
                form[f"{one.kind}_from"].data = one.granted_on
                form[f"{one.kind}_until"].data = one.valid_until
        return form

    def held(self) -> list[HeldApproval]:
        """The approvals that were ticked."""
        return [
            HeldApproval(kind, self[f"{kind}_from"].data, self[f"{kind}_until"].data)
            for kind in ApprovalKind
            if self[kind.value].data
        ]

    def lines(self) -> list[tuple[Any, Any, Any]]:
        """For each approval: its box and its two days."""
        return [
            (self[kind.value], self[f"{kind}_from"], self[f"{kind}_until"]) for kind in ApprovalKind
        ]


for _kind in ApprovalKind:
    setattr(StandingForm, _kind.value, BooleanField(APPROVALS[_kind]))
    setattr(StandingForm, f"{_kind}_from", day_field(_l("Given on")))
    setattr(StandingForm, f"{_kind}_until", day_field(_l("Good until"), _l("Empty: no end.")))


class LookUpForm(Form):
    """A number to ask the public register about."""

    number = StringField(
        _l("SIRET or SIREN number"),
        filters=[stripped],
        description=_l("14 digits, or 9 for the head office."),
        validators=[*required(_l("Write a number."))],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )


class SearchForm(PlainForm):
    """A name to look for in the public register, read from the address."""

    name = StringField(
        _l("Name of the organisation"),
        name="nom",
        filters=[stripped],
        description=_l("As it was declared, or a part of it: three letters at least."),
        validators=[
            Length(min=NAME_LENGTH_MIN, message=_l("Write three letters of the name at least.")),
            TOO_LONG,
        ],
        render_kw={"autocomplete": "off"},
    )
    postcode = StringField(
        _l("Postcode"),
        name="code_postal",
        filters=[stripped],
        description=_l("To tell apart those of the same name."),
        validators=[refusing("people.postcode_wrong", identifiers.clean_postcode)],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )


class AdoptForm(Form):
    """Which fields of the register's answer to take over."""

    fields = SelectMultipleField(
        _l("Take over"),
        choices=options(REGISTER_FIELDS),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
