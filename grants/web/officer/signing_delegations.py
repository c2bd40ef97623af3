"""The register of who signs for the authority: what the president delegates, and takes back."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import SelectField, StringField, ValidationError
from wtforms.validators import InputRequired, Length

from grants.councils import queries, rules, services
from grants.councils.services import Entrusted
from grants.decisions.rules import RECORDERS
from grants.kernel.clock import paris_date
from grants.kernel.money import Cents, Unit
from grants.web.account.fields import options, typed
from grants.web.forms import Form, attempt
from grants.web.officer.council_forms import UntilForm, day, text
from grants.web.officer.decision_forms import typed_amount
from grants.web.officer.decisions import as_uuid
from grants.web.paging import asked_page, page_of
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

bp = Blueprint("signing_delegations", __name__, url_prefix="/assemblee/signatures")
GIVEN_FOR = {
    "la présidente": _l("the president (la présidente)"),
    "le président": _l("the president (le président)"),
    "la maire": _l("the mayor (la maire)"),
    "le maire": _l("the mayor (le maire)"),
}


class SigningForm(Form):
    """What an act of delegation says."""

    funder = SelectField(_l("Authority"))
    person = SelectField(_l("Who signs"), default="")
    name = text(_l("Name, as the act writes it"), 120, needed=None)
    function = text(_l("Function"), 120, needed=_l("Write the function that the act names."))
    given_for = SelectField(_l("Signs for"), choices=options(GIVEN_FOR))
    number = text(_l("Number of the order"), 60)
    act_on = day(_l("Order signed on"))
    executory_on = day(_l("Executory since"))
    ceiling = text(_l("At most, for one agreement"), 20, needed=None)
    from_on = day(_l("First day"), needed=False)
    until_on = day(_l("Last day"), needed=False)

    def validate_ceiling(self, control: StringField) -> None:
        """Nothing, or euros."""
        if control.data and not typed_amount(control.data, Unit.EUR):
            raise ValidationError(_("Write an amount like 1 234,56."))

    @property
    def ceiling_cents(self) -> Cents | None:
        """None when there is no bound."""
        found = typed_amount(typed(self.ceiling), Unit.EUR) if self.ceiling.data else None
        return Cents(found) if found else None


class RevokeForm(UntilForm):
    """By which act, and from which day, it no longer holds."""

    number = StringField(
        _l("Order that takes it back"),
        [InputRequired(_l("Write the number of the act that takes it back.")), Length(max=60)],
    )


@bp.get("")
@allow(Audience.OFFICER, rules.reads_signing)
def index(session: Session) -> ResponseReturnValue:
    """Who signs today, and every delegation there was."""
    return page(session, SigningForm(formdata=None))


@bp.post("")
@allow(Audience.OFFICER, rules.keeps_signing)
def record(session: Session) -> ResponseReturnValue:
    """Record a delegation from its act."""
    form = offered(session, SigningForm())
    if form.validate() and (act_on := form.act_on.data) and (since := form.executory_on.data):
        act = Entrusted(
            name=typed(form.name),
            function=typed(form.function),
            given_for=form.given_for.data,
            number=typed(form.number),
            act_on=act_on,
            executory_on=since,
            person_id=as_uuid(form.person.data),
            ceiling_cents=form.ceiling_cents,
            from_on=form.from_on.data,
            until_on=form.until_on.data,
        )
        with attempt(session, form) as tried:
            funder_id = UUID(form.funder.data)
            services.entrust(session, funder_id, act, actor=current_actor(), now=now())
        if not tried.refused:
            flash(_("The delegation is recorded."), "success")
            return redirect(url_for(".index"), 303)
    return page(session, form), form.status


@bp.post("/<uuid:signing_id>/fin")
@allow(Audience.OFFICER, rules.keeps_signing)
def revoke(session: Session, signing_id: UUID) -> ResponseReturnValue:
    """Note the act that takes it back."""
    form = RevokeForm()
    if form.validate() and (on := form.until.data):
        with attempt(session, form) as tried:
            services.revoke_signing(
                session,
                signing_id,
                on=on,
                number=typed(form.number),
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            flash(_("The end of the delegation is recorded."), "success")
            return redirect(url_for(".index"), 303)
    words, back = _("Signatures of the authority"), url_for(".index")
    title = _("Take a delegation back")
    return render_template(
        "officer/councils/until.html", form=form, title=title, words=words, back=back
    ), form.status


def offered(session: Session, form: SigningForm) -> SigningForm:
    """The authorities for which one records, and the accounts that may be let sign."""
    actor = current_actor()
    form.funder.choices = options(queries.own_funders(session, actor))
    accounts = options(queries.holders(session, actor))
    form.person.choices = [("", _("No account: signs on paper")), *accounts]
    return form


def page(session: Session, form: SigningForm) -> str:
    """The register as a page."""
    actor, today = current_actor(), paris_date(now())
    statement = queries.signing_delegations(viewer=actor)
    return render_template(
        "officer/councils/signing.html",
        page=page_of(session, statement, number=asked_page()),
        form=offered(session, form),
        presiding=queries.presiding(session, today, viewer=actor),
        capacity=lambda one: queries.as_signatory(one).capacity,
        today=today,
        mine=actor.funders_as(*RECORDERS),
    )
