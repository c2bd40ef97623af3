"""Try the call before anyone does: its public page, and its form as an applicant meets it."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy.orm import Session
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from grants.applications.services import trying
from grants.calls import queries, rules
from grants.web.forms import Form, attempt
from grants.web.officer.workshop.settings import rights
from grants.web.public.call_page import facts
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

bp = Blueprint("trials", __name__)

APPLICANTS = (
    ("9220", _l("an association")),
    ("9300", _l("a foundation")),
    ("5458", _l("a workers’ cooperative (SCOP)")),
    ("5560", _l("another cooperative")),
    ("5710", _l("a company")),
    ("8210", _l("a mutual")),
    ("7346", _l("a public body")),
    ("", _l("a natural person")),
)


class TrialForm(Form):
    """As whom to try."""

    legal_form = SelectField(
        _l("Try as"), choices=[SelectChoice(code, words) for code, words in APPLICANTS]
    )


@bp.get("/apercu")
@allow(Audience.OFFICER, rules.reads_for_a_funder)
def preview(session: Session, call_id: UUID) -> ResponseReturnValue:
    """The call's page as the public will read it."""
    call = queries.written(session, call_id, viewer=current_actor())
    return render_template("public/calls/show.html", **facts(session, call), preview_of=call)


@bp.get("/essai")
@allow(Audience.OFFICER, rules.reads_for_a_funder)
def show(session: Session, call_id: UUID) -> ResponseReturnValue:
    """What a try is, the one under way, and how to empty it."""
    return page(session, call_id, TrialForm())


@bp.post("/essai")
@allow(Audience.OFFICER, rules.reads_for_a_funder)
def begin(session: Session, call_id: UUID) -> ResponseReturnValue:
    """Begin a try, or take up one's own on the form as it is written now."""
    form = TrialForm()
    if form.validate():
        with attempt(session, form) as tried:
            trial = trying.try_call(
                session,
                call_id,
                legal_form=form.legal_form.data,
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            return redirect(url_for("applicant.applications.show", application_id=trial), 303)
    return page(session, call_id, form), form.status


@bp.post("/essai/vider")
@allow(Audience.OFFICER, rules.reads_for_a_funder)
def empty(session: Session, call_id: UUID) -> ResponseReturnValue:
    """Delete every try of the call."""
    form = Form()
    if form.validate():
        count = trying.empty_trials(session, call_id, actor=current_actor(), now=now())
        flash(ngettext("%(num)s try deleted.", "%(num)s tries deleted.", count), "success")
    return redirect(url_for(".show", call_id=call_id), 303)


def page(session: Session, call_id: UUID, form: TrialForm) -> str:
    """The page of tries."""
    call = queries.written(session, call_id, viewer=current_actor())
    return render_template(
        "officer/workshop/trial.html",
        call=call,
        form=form,
        trial=trying.trial_of(session, call_id, current_actor()),
        title=_("Try this call"),
        **rights(call),
    )
