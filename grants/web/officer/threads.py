"""The conversation with an applicant."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from grants.applications import queries, rules
from grants.appraisal.queries import file
from grants.appraisal.services import conversing
from grants.web.officer.files import parts_of
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow
from grants.web.threads import MessageForm, messages, write

bp = Blueprint("threads", __name__, url_prefix="/dossiers/<uuid:application_id>/echanges")


@bp.get("")
@allow(Audience.OFFICER, rules.is_funder_side)
def show(session: Session, application_id: UUID) -> ResponseReturnValue:
    """The messages."""
    return page(session, application_id, MessageForm())


@bp.post("")
@allow(Audience.OFFICER, rules.is_officer)
def send(session: Session, application_id: UUID) -> ResponseReturnValue:
    """Write to the applicant."""
    form = MessageForm()
    if write(session, application_id, form):
        return redirect(url_for(".show", application_id=application_id), 303)
    return page(session, application_id, form), form.status


@bp.post("/lus")
@allow(Audience.OFFICER, rules.is_funder_side)
def mark(session: Session, application_id: UUID) -> ResponseReturnValue:
    """Say that one has read them."""
    queries.received(session, application_id, current_actor())
    conversing.read(session, application_id, actor=current_actor(), now=now())
    return redirect(url_for(".show", application_id=application_id), 303)


def page(session: Session, application_id: UUID, form: MessageForm) -> str:
    """The conversation, with a box to write in."""
    actor = current_actor()
    application = queries.received(session, application_id, actor)
    return render_template(
        "officer/threads/show.html",
        application=application,
        call=application.call,
        parts=parts_of(application),
        written=messages(session, application, officer=True),
        unread=file.unread(session, application, actor, by_applicant=True),
        may_write=rules.is_officer.holds(actor, application),
        form=form,
    )
