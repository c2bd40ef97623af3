"""An access code lets one late applicant in."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from grants.applications.services.late import redeem
from grants.calls import queries as calls
from grants.calls.models import Call
from grants.web.applicant.applications import as_uuid, start_form
from grants.web.applicant.forms import IN_PERSON, StartForm
from grants.web.forms import attempt
from grants.web.requests import current_actor, now
from grants.web.routes import SIGNED_IN, Audience, allow

bp = Blueprint("late", __name__, url_prefix="/acces/<uuid:call_id>")


class CodeForm(StartForm):
    """The code, and for whom one applies."""

    code = StringField(
        _l("Access code"),
        description=_l("Twelve letters and digits, as the service wrote them to you."),
        validators=[InputRequired(_l("Write the code.")), Length(max=40)],
    )


@bp.get("")
@allow(Audience.APPLICANT, SIGNED_IN)
def show(session: Session, call_id: UUID) -> ResponseReturnValue:
    """Ask for the code."""
    call = calls.readable(session, call_id, viewer=current_actor())
    return page(session, call, CodeForm())


@bp.post("")
@allow(Audience.APPLICANT, SIGNED_IN)
def enter(session: Session, call_id: UUID) -> ResponseReturnValue:
    """Open the draft that the code is for."""
    call = calls.readable(session, call_id, viewer=current_actor())
    form = CodeForm()
    start_form(session, call, form)
    chosen = form.organisation.data
    organisation_id = None if chosen == IN_PERSON else as_uuid(chosen or "")
    if form.validate() and (chosen == IN_PERSON or organisation_id):
        with attempt(session, form) as tried:
            draft = redeem(
                session,
                call_id,
                form.code.data or "",
                organisation_id=organisation_id,
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            flash(_("Your draft is open. Submit it before the term of the code."), "success")
            return redirect(url_for("applicant.applications.show", application_id=draft), 303)
        call = calls.readable(session, call_id, viewer=current_actor())
    return page(session, call, form), form.status


def page(session: Session, call: Call, form: CodeForm) -> str:
    """The page of the code."""
    start_form(session, call, form)
    return render_template("applicant/late.html", call=call, form=form)
