"""What an organisation tells of its group and of its capital, for the rules of aid."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import DateField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from grants.calls.form.numbers import typed_decimal
from grants.kernel.money import Cents
from grants.people import queries as people
from grants.people import rules
from grants.people.identifiers import clean_siren
from grants.watch import queries, services
from grants.watch.services import Declared
from grants.web.account.fields import required, stripped, typed
from grants.web.forms import Form, attempt
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

bp = Blueprint("group", __name__, url_prefix="/structures/<uuid:organisation_id>/groupe")
EURO = 100
DAYS = ["%d/%m/%Y", "%Y-%m-%d"]
MONEY = {"inputmode": "decimal", "autocomplete": "off"}


class LinkForm(Form):
    """One company of the group."""

    siren = StringField(
        _l("SIREN"),
        filters=[stripped],
        validators=[*required(_l("Write the nine digits of its SIREN."))],
        description=_l("Example: 732 829 320."),
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    name = StringField(
        _l("Name of the company"),
        filters=[stripped],
        validators=[
            *required(_l("Write its name.")),
            Length(max=200, message=_l("This is too long: 200 characters at most.")),
        ],
    )

    def validate_siren(self, field: StringField) -> None:
        """Nine digits whose key is right."""
        if field.data and clean_siren(field.data) is None:
            wrong = _l(
                "This is not a SIREN number: it has nine digits, the last of which checks the "
                "others."
            )
            raise ValidationError(str(wrong))


class CapitalForm(Form):
    """The capital of a cooperative on a day."""

    held_on = DateField(
        _l("On which day"),
        format=DAYS,
        validators=[InputRequired(_l("Write a day, like 14/10/2024."))],
        description=_l("The closing of the accounts, or the last general meeting."),
    )
    total = StringField(
        _l("Whole capital"),
        filters=[stripped],
        validators=[*required(_l("Write an amount."))],
        render_kw=MONEY,
    )
    public = StringField(
        _l("Held by public bodies together"),
        filters=[stripped],
        validators=[*required(_l("Write an amount, 0 if they hold none."))],
        description=_l("Communes, groupings, départements, regions, the State and their bodies."),
        render_kw=MONEY,
    )

    def validate_total(self, field: StringField) -> None:
        """It is an amount in euros."""
        _require_amount(field)

    def validate_public(self, field: StringField) -> None:
        """It is an amount in euros."""
        _require_amount(field)

    def declared(self) -> Declared:
        """The capital as the domain takes it, once the form is valid.

        Raises:
            ValueError: the form was not checked.
        """
        if self.held_on.data is None:
            raise ValueError(self.held_on.name)
        return Declared(
            held_on=self.held_on.data,
            total_cents=_cents(self.total),
            public_cents=_cents(self.public),
        )


def _amount(field: StringField) -> object:
    return typed_decimal("".join((field.data or "").split()), decimals=2)


def _require_amount(field: StringField) -> None:
    if field.data and not isinstance(_amount(field), Decimal):
        raise ValidationError(str(_l("Write an amount, like 1 500 or 1 500,50.")))


def _cents(field: StringField) -> Cents:
    amount = _amount(field)
    return Cents(int(amount * EURO) if isinstance(amount, Decimal) else 0)


@bp.get("")
@allow(Audience.SIGNED_IN, rules.is_member)
def show(session: Session, organisation_id: UUID) -> ResponseReturnValue:
    """The companies of the group, and the capital."""
    return page(session, organisation_id, None)


@bp.post("")
@allow(Audience.SIGNED_IN, rules.keeps_accounts)
def add(session: Session, organisation_id: UUID) -> ResponseReturnValue:
    """Add one company of the group."""
    form = LinkForm()
    if form.validate() and (siren := clean_siren(typed(form.siren))):
        with attempt(session, form) as tried:
            services.declare_link(
                session,
                organisation_id,
                siren=siren,
                name=typed(form.name),
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            return kept(organisation_id, _("The company is in the list."))
    return page(session, organisation_id, form), form.status


@bp.post("/<uuid:link_id>/retirer")
@allow(Audience.SIGNED_IN, rules.keeps_accounts)
def remove(session: Session, organisation_id: UUID, link_id: UUID) -> ResponseReturnValue:
    """Take a company out of the list."""
    services.remove_link(session, organisation_id, link_id, actor=current_actor(), now=now())
    return kept(organisation_id, _("The line is out of the list."))


@bp.post("/capital")
@allow(Audience.SIGNED_IN, rules.keeps_accounts)
def capital(session: Session, organisation_id: UUID) -> ResponseReturnValue:
    """Declare the capital."""
    form = CapitalForm()
    if form.validate():
        with attempt(session, form) as tried:
            services.declare_capital(
                session, organisation_id, form.declared(), actor=current_actor(), now=now()
            )
        if not tried.refused:
            return kept(organisation_id, _("The capital is declared."))
    return page(session, organisation_id, form), form.status


def kept(organisation_id: UUID, words: str) -> ResponseReturnValue:
    """Back to the page."""
    flash(words, "success")
    return redirect(url_for(".show", organisation_id=organisation_id), 303)


def page(session: Session, organisation_id: UUID, sent: Form | None) -> str:
    """The page; `sent` is the form that was refused."""
    actor = current_actor()
    organisation = people.organisation(session, organisation_id, viewer=actor)
    return render_template(
        "account/group/index.html",
        organisation=organisation,
        links=queries.linked(session, organisation_id, viewer=actor),
        capital=queries.capital(session, organisation_id, viewer=actor),
        link_form=sent if isinstance(sent, LinkForm) else LinkForm(formdata=None),
        capital_form=sent if isinstance(sent, CapitalForm) else CapitalForm(formdata=None),
        form=sent,
        keeps_accounts=rules.keeps_accounts.holds(actor, organisation),
    )
