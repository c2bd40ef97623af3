"""The conversation with the service."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from grants.applications import queries, rules
from grants.appraisal.queries import file
from grants.appraisal.services import conversing
from grants.kernel.errors import Unknown
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow
from grants.web.threads import MessageForm, messages, write

bp = Blueprint("threads", __name__, url_prefix="/<uuid:application_id>/echanges")


@bp.get("")
@allow(Audience.APPLICANT, rules.is_author_side)
def show(session: Session, application_id: UUID) -> ResponseReturnValue:
    """The messages."""
    return page(session, application_id, MessageForm())


@bp.post("")
@allow(Audience.APPLICANT, rules.is_author_side)
def send(session: Session, application_id: UUID) -> ResponseReturnValue:
    """Write to the service."""
    queries.own(session, application_id, current_actor())
    form = MessageForm()
    if write(session, application_id, form):
        return redirect(url_for(".show", application_id=application_id), 303)
    return page(session, application_id, form), form.status


@bp.post("/lus")
@allow(Audience.APPLICANT, rules.is_author_side)
def mark(session: Session, application_id: UUID) -> ResponseReturnValue:
    """Say that one has read them."""
    application = queries.own(session, application_id, current_actor())
    conversing.mark_read(session, application, actor=current_actor(), now=now())
    return redirect(url_for(".show", application_id=application_id), 303)


def page(session: Session, application_id: UUID, form: MessageForm) -> str:
    """The conversation, with a box to write in; it begins once the application is submitted."""
    application = queries.own(session, application_id, current_actor())
    if application.submitted_at is None:
        raise Unknown
    return render_template(
        "applicant/threads/show.html",
        application=application,
        written=messages(session, application, officer=False),
        unread=file.unread(session, application, current_actor(), by_applicant=False),
        form=form,
    )
