"""What the officer asked, what was mended since, and sending it back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from grants.applications import answers, queries, rules, services
from grants.applications.models import Application, ApplicationState
from grants.appraisal.queries.file import rounds
from grants.kernel.errors import Unknown
from grants.web import wording
from grants.web.answers import name_of, tell
from grants.web.applicant.applications import answers_of
from grants.web.applicant.forms import ComplementForm
from grants.web.forms import attempt
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

bp = Blueprint("complements", __name__, url_prefix="/<uuid:application_id>/complements")


@bp.get("")
@allow(Audience.APPLICANT, rules.is_author_side)
def show(session: Session, application_id: UUID) -> ResponseReturnValue:
    """The asked questions, each with the officer's sentence and the way to mend it."""
    application = queries.own(session, application_id, current_actor())
    return page(session, application, ComplementForm())


@bp.post("")
@allow(Audience.APPLICANT, rules.may_submit)
def send(session: Session, application_id: UUID) -> ResponseReturnValue:
    """Send the mended answers back."""
    form = ComplementForm()
    if form.validate():
        with attempt(session, form) as tried:
            services.answer_complement(
                session,
                application_id,
                answer=form.answer.data or "",
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            flash(_("Your complements are sent."), "success")
            return redirect(
                url_for("applicant.applications.show", application_id=application_id), 303
            )
    application = queries.own(session, application_id, current_actor())
    return page(session, application, form), form.status


def page(session: Session, application: Application, form: ComplementForm) -> str:
    """The request for complements as a page."""
    request_ = application.complement
    if request_ is None:
        raise Unknown
    lines = {
        line.key: (section.key, line)
        for section in answers_of(application)
        for line in section.lines
    }
    problems = {one.field_key: tell(one) for one in answers.missing(application)}
    items = [
        {
            "message": one["message"],
            "line": lines[one["field_key"]][1],
            "problem": problems.get(one["field_key"], ""),
            "url": url_for(
                "applicant.sections.show",
                application_id=application.id,
                section_key=lines[one["field_key"]][0],
                _anchor=name_of(one["field_key"]),
            ),
        }
        for one in request_.items
        if one["field_key"] in lines
    ]
    return render_template(
        "applicant/complements/show.html",
        application=application,
        request_=request_,
        items=items,
        form=form,
        receipts=receipts(session, application),
        due=wording.day(request_.due_on),
        awaited=application.state is ApplicationState.INCOMPLETE,
        may_send=rules.may_submit.holds(current_actor(), application),
    )


def receipts(session: Session, application: Application) -> list[dict[str, Any]]:
    """What proves each answer sent: when, about what, with which documents. The latest first."""
    labels = {
        one.key: wording.localized(one, "label") for one in answers.document(application).fields()
    }
    found = [
        {
            "at": one.answered_at,
            "questions": [labels.get(item["field_key"], item["field_key"]) for item in one.items],
            "documents": [
                file
                for value in one.after.values()
                if isinstance(value, list)
                for file in value
                if isinstance(file, dict) and "sha256" in file
            ],
            "answer": one.answer,
        }
        for one in rounds(session, application.id)
        if one.answered_at is not None
    ]
    return list(reversed(found))
