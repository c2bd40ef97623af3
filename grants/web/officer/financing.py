"""The financing plan of an application: what each funder says, and who covers the rest."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length

from grants.applications.rules import is_funder_side, is_officer
from grants.decisions.rules import RECORDERS
from grants.kernel.money import Amount, Unit
from grants.scenarios.models import Source, View
from grants.scenarios.queries.financing import Plan, plan
from grants.scenarios.services import financing as services
from grants.web.decisions import OUTCOMES
from grants.web.forms import Form, attempt
from grants.web.officer.decision_forms import REASON_MAX, TOO_LONG, typed_amount
from grants.web.officer.scenario_forms import NOT_AN_AMOUNT
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

VIEWS = {
    View.FAVOURABLE: (_l("Favourable"), "success"),
    View.RESERVED: (_l("With reservations"), "warning"),
    View.UNFAVOURABLE: (_l("Unfavourable"), "danger"),
}
SOURCES = {
    Source.OWN: _l("The applicant’s own funds"),
    Source.PRIVATE: _l("Private funds"),
    Source.PUBLIC: _l("Other public aid"),
    Source.SMALLER: _l("A smaller project"),
}

bp = Blueprint("financing", __name__)


class OpinionForm(Form):
    """What a funder thinks of it."""

    funder = SelectField(_l("Funder"))
    view = RadioField(
        _l("Opinion of the funder"),
        choices=[SelectChoice(one.value, words) for one, (words, _tone) in VIEWS.items()],
        validators=[InputRequired(_l("Choose an opinion."))],
    )
    note = TextAreaField(_l("Why"), [Length(max=REASON_MAX, message=TOO_LONG)])


class CoverForm(Form):
    """Who covers a part of what is missing."""

    source = RadioField(
        _l("Who covers it"),
        choices=[SelectChoice(one.value, words) for one, words in SOURCES.items()],
        validators=[InputRequired(_l("Choose who covers it."))],
    )
    amount = StringField(
        _l("Amount"),
        [InputRequired(_l("Write how much is covered.")), Length(max=40, message=TOO_LONG)],
    )
    detail = StringField(_l("Details"), [Length(max=400, message=TOO_LONG)])

    def typed(self, unit: Unit) -> Amount | None:
        """The amount; what is none is said beside its box."""
        found = typed_amount(self.amount.data or "", unit)
        if found is None or found < 0:
            self.amount.errors = [*self.amount.errors, str(NOT_AN_AMOUNT)]
        return found


@bp.get("/dossiers/<uuid:application_id>/financement")
@allow(Audience.OFFICER, is_funder_side)
def show(session: Session, application_id: UUID) -> ResponseReturnValue:
    """The plan, opinions, and what is missing."""
    return page(session, application_id)


@bp.post("/dossiers/<uuid:application_id>/financement/avis")
@allow(Audience.OFFICER, is_officer)
def say(session: Session, application_id: UUID) -> ResponseReturnValue:
    """Say what one's funder thinks."""
    form = OpinionForm()
    offered(form, plan(session, application_id, viewer=current_actor()))
    if form.validate():
        with attempt(session, form) as tried:
            services.say_opinion(
                session,
                application_id,
                UUID(form.funder.data),
                view=View(form.view.data),
                note=form.note.data or "",
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            flash(_("The opinion is kept."), "success")
            return redirect(url_for(".show", application_id=application_id), 303)
    return page(session, application_id, saying=form), form.status


@bp.post("/dossiers/<uuid:application_id>/financement/couvrir")
@allow(Audience.OFFICER, is_officer)
def cover(session: Session, application_id: UUID) -> ResponseReturnValue:
    """Say who covers a part of what is missing."""
    form = CoverForm()
    found = plan(session, application_id, viewer=current_actor())
    if form.validate():
        amount = form.typed(found.application.call.unit)
        if not form.errors:
            with attempt(session, form) as tried:
                services.cover(
                    session,
                    application_id,
                    source=Source(form.source.data),
                    amount=amount,
                    note=form.detail.data or "",
                    actor=current_actor(),
                    now=now(),
                )
            if not tried.refused:
                flash(_("It is written in the plan."), "success")
                return redirect(url_for(".show", application_id=application_id), 303)
    return page(session, application_id, covering=form), form.status


@bp.post("/financement/<uuid:cover_id>/retirer")
@allow(Audience.OFFICER, is_officer)
def uncover(session: Session, cover_id: UUID) -> ResponseReturnValue:
    """Take it back."""
    application_id = services.uncover(session, cover_id, actor=current_actor(), now=now())
    return redirect(url_for(".show", application_id=application_id), 303)


def offered(form: OpinionForm, found: Plan) -> OpinionForm:
    """The form with the funders for whom the viewer speaks."""
    mine = current_actor().funders_as(*RECORDERS)
    form.funder.choices = [
        SelectChoice(str(one.funder.id), one.funder.name)
        for one in found.parts
        if one.funder.id in mine
    ]
    return form


def page(session: Session, application_id: UUID, **forms: Any) -> str:
    """The plan with its forms; a refused one stands where it was."""
    found = plan(session, application_id, viewer=current_actor())
    saying = offered(forms.get("saying") or OpinionForm(formdata=None), found)
    covering = forms.get("covering") or CoverForm(formdata=None)
    return render_template(
        "officer/scenarios/financing.html",
        plan=found,
        application=found.application,
        call=found.application.call,
        unit=found.application.call.unit,
        outcomes=OUTCOMES,
        views=VIEWS,
        sources=SOURCES,
        saying=saying,
        covering=covering,
        form=forms.get("saying") or forms.get("covering"),
        may_say=bool(saying.funder.choices),
    )
