"""Opinions asked of outside experts: what they are shown, until when, what they said."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import DateField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from grants.applications import answers, queries, rules
from grants.applications.models import Application
from grants.appraisal.models import Advice
from grants.appraisal.queries import file
from grants.appraisal.services import opinions
from grants.calls.form import Reading
from grants.kernel.errors import Unknown
from grants.web import wording
from grants.web.forms import Form, attempt
from grants.web.officer.application_forms import DAYS, TOO_LONG, TickedField
from grants.web.officer.files import parts_of
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

bp = Blueprint("opinions", __name__, url_prefix="/dossiers/<uuid:application_id>/avis")
ADVICE = {
    Advice.FAVOURABLE: (_l("Favourable"), "success"),
    Advice.RESERVED: (_l("Favourable with reservations"), "warning"),
    Advice.UNFAVOURABLE: (_l("Unfavourable"), "danger"),
}


class OpinionForm(Form):
    """Whom to ask, what, and what to show them."""

    name = StringField(
        _l("Name of the expert"),
        validators=[
            InputRequired(_l("Give the expert’s name.")),
            Length(max=120, message=TOO_LONG),
        ],
    )
    email = StringField(
        _l("E-mail address"), validators=[InputRequired(_l("Give the expert’s e-mail address."))]
    )
    question = TextAreaField(
        _l("Your question"),
        validators=[
            InputRequired(_l("Say what you want to know.")),
            Length(max=4000, message=TOO_LONG),
        ],
    )
    due_on = DateField(
        _l("To be answered by (included)"),
        format=DAYS,
        validators=[InputRequired(_l("Give a day, for example 30/11/2018."))],
    )
    fields = TickedField(_l("What the expert will read"), validate_choice=False)


@bp.get("")
@allow(Audience.OFFICER, rules.is_funder_side)
def index(session: Session, application_id: UUID) -> ResponseReturnValue:
    """The opinions, and whom else to ask."""
    return page(session, application_id, OpinionForm())


@bp.post("")
@allow(Audience.OFFICER, rules.is_officer)
def ask(session: Session, application_id: UUID) -> ResponseReturnValue:
    """Ask one more."""
    form = OpinionForm()
    form.fields.choices = []
    if form.validate() and form.due_on.data:
        with attempt(session, form) as tried:
            opinions.ask(
                session,
                application_id,
                name=form.name.data or "",
                email=form.email.data or "",
                question=form.question.data or "",
                field_keys=form.fields.data or [],
                due_on=form.due_on.data,
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            flash(_("The expert is written to."), "success")
            return redirect(url_for(".index", application_id=application_id), 303)
    return page(session, application_id, form), form.status


@bp.post("/<uuid:opinion_id>/retrait")
@allow(Audience.OFFICER, rules.is_officer)
def cancel(session: Session, application_id: UUID, opinion_id: UUID) -> ResponseReturnValue:
    """Ask no longer."""
    gone = opinions.cancel(session, opinion_id, actor=current_actor(), now=now())
    if gone.application_id != application_id:
        raise Unknown
    flash(_("The link no longer opens anything."), "success")
    return redirect(url_for(".index", application_id=application_id), 303)


def page(session: Session, application_id: UUID, form: OpinionForm) -> str:
    """Who was asked what, and the form to ask."""
    actor = current_actor()
    application = queries.received(session, application_id, actor)
    form.fields.choices = shown_choices(application)
    if not form.is_submitted():
        form.fields.data = [key for key, _label in form.fields.choices]
    return render_template(
        "officer/opinions/index.html",
        application=application,
        call=application.call,
        parts=parts_of(application),
        opinions=[
            (one, ADVICE[one.advice] if one.advice else None)
            for one in file.opinions(session, application_id)
        ],
        may_ask=rules.is_officer.holds(actor, application),
        form=form,
        today=now(),
    )


def shown_choices(application: Application) -> list[tuple[str, str]]:
    """What may be shown: what a juror may read, and nothing personal."""
    return [
        (one.key, wording.localized(one, "label"))
        for one in answers.document(application).fields()
        if Reading.JUROR in one.visible_to and not one.personal
    ]
