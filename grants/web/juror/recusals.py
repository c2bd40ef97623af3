"""Stepping back from an application."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from grants.juries import queries, rules, services
from grants.web.forms import attempt
from grants.web.juror.recusal_forms import ReasonForm
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

bp = Blueprint(
    "recusals", __name__, url_prefix="/<uuid:jury_id>/dossiers/<uuid:application_id>/deport"
)


@bp.get("")
@allow(Audience.JUROR, rules.reads)
def ask(session: Session, jury_id: UUID, application_id: UUID) -> ResponseReturnValue:
    """What stepping back means, and what links one to the file."""
    return page(session, jury_id, application_id, ReasonForm())


@bp.post("")
@allow(Audience.JUROR, rules.reads)
def declare(session: Session, jury_id: UUID, application_id: UUID) -> ResponseReturnValue:
    """Step back."""
    form = ReasonForm()
    if form.validate():
        with attempt(session, form) as tried:
            services.recuse(
                session,
                application_id,
                jury_id=jury_id,
                **form.said(),
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            flash(_("You stepped back from this application. It is out of your queue."), "success")
            return redirect(url_for("juror.queue.show", jury_id=jury_id), 303)
    return page(session, jury_id, application_id, form), form.status


def page(session: Session, jury_id: UUID, application_id: UUID, form: ReasonForm) -> str:
    """The question before stepping back."""
    sheet = queries.sheet(session, jury_id, application_id, current_actor(), now=now())
    return render_template("juror/recusals/ask.html", sheet=sheet, form=form)
