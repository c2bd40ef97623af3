"""What an officer does with one file: admit it, stop it, ask for complements, take notes."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from grants.applications import answers, queries, rules, services
from grants.applications.services import Reason
from grants.web.forms import attempt
from grants.web.officer.application_forms import (
    AdmissibleForm,
    ComplementForm,
    InadmissibleForm,
    NoteForm,
)
from grants.web.officer.files import file_page
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

bp = Blueprint("admissibility", __name__, url_prefix="/dossiers/<uuid:application_id>")


@bp.post("/recevable")
@allow(Audience.OFFICER, rules.is_officer)
def admit(session: Session, application_id: UUID) -> ResponseReturnValue:
    """Declare it admissible."""
    if AdmissibleForm().validate():
        services.declare_admissible(session, application_id, actor=current_actor(), now=now())
        flash(_("The application is declared admissible."), "success")
    return back_to(application_id)


@bp.get("/irrecevable")
@allow(Audience.OFFICER, rules.is_officer)
def refusal(session: Session, application_id: UUID) -> ResponseReturnValue:
    """The reasons to choose from."""
    return refusal_page(session, application_id, InadmissibleForm())


@bp.post("/irrecevable")
@allow(Audience.OFFICER, rules.is_officer)
def refuse(session: Session, application_id: UUID) -> ResponseReturnValue:
    """Declare it inadmissible, with reasons that the applicant reads."""
    form = InadmissibleForm()
    if form.validate():
        with attempt(session, form) as tried:
            services.declare_inadmissible(
                session,
                application_id,
                reasons=[Reason(one) for one in form.reasons.data or []],
                note=form.note.data or "",
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            flash(_("The application is declared inadmissible. The applicant is told."), "success")
            return back_to(application_id)
    return refusal_page(session, application_id, form), form.status


@bp.get("/complements")
@allow(Audience.OFFICER, rules.is_officer)
def request_(session: Session, application_id: UUID) -> ResponseReturnValue:
    """The questions to ask about."""
    return request_page(session, application_id, ComplementForm())


@bp.post("/complements")
@allow(Audience.OFFICER, rules.is_officer)
def ask(session: Session, application_id: UUID) -> ResponseReturnValue:
    """Ask for complements; another round may follow once they are sent."""
    form = ComplementForm()
    form.items.choices = []
    if form.validate():
        with attempt(session, form) as tried:
            services.ask_complement(
                session,
                application_id,
                items=form.asked(),
                message=form.message.data or "",
                due_on=form.due,
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            flash(_("The request is sent to the applicant."), "success")
            return back_to(application_id)
    return request_page(session, application_id, form), form.status


@bp.post("/notes")
@allow(Audience.OFFICER, rules.is_officer)
def note(session: Session, application_id: UUID) -> ResponseReturnValue:
    """Keep a note for colleagues."""
    form = NoteForm()
    if form.validate():
        with attempt(session, form) as tried:
            services.write_note(
                session,
                application_id,
                text=form.text.data or "",
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            return back_to(application_id)
    return file_page(session, application_id, form), form.status


def back_to(application_id: UUID) -> ResponseReturnValue:
    """The file's page, by another request."""
    return redirect(url_for("officer.applications.show", application_id=application_id), 303)


def refusal_page(session: Session, application_id: UUID, form: InadmissibleForm) -> str:
    """Reasons and explanation, for whoever may rule."""
    application = queries.received(session, application_id, current_actor())
    rules.is_officer.require(current_actor(), application)
    return render_template("officer/admissibility/refusal.html", application=application, form=form)


def request_page(session: Session, application_id: UUID, form: ComplementForm) -> str:
    """The questions that this applicant was asked, to tick those that are to be mended."""
    application = queries.received(session, application_id, current_actor())
    rules.is_officer.require(current_actor(), application)
    document = answers.document(application)
    seen = answers.outlook(application)
    form.offer(one for one in document.fields() if seen.shows(one) and not one.computed)
    return render_template(
        "officer/admissibility/request.html",
        application=application,
        form=form,
        missing={one.field_key for one in answers.missing(application)},
    )
