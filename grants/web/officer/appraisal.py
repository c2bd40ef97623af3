"""What an officer does to one file besides ruling on it: give it away, stick labels."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from grants.applications import rules
from grants.appraisal.services import labels, referents
from grants.kernel.errors import Refused, Unknown
from grants.web.forms import INVALID
from grants.web.officer.application_forms import NoteForm
from grants.web.officer.files import file_page
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

bp = Blueprint("appraisal", __name__, url_prefix="/dossiers/<uuid:application_id>")


@bp.post("/referent")
@allow(Audience.OFFICER, rules.is_officer)
def hand_over(session: Session, application_id: UUID) -> ResponseReturnValue:
    """Give the file to another officer."""
    to = identifier("to") if request.form.get("to") else None
    try:
        with session.begin_nested():
            referents.hand_over(
                session,
                application_id,
                to=to,
                reason=request.form.get("reason", ""),
                actor=current_actor(),
                now=now(),
            )
    except Refused as refusal:
        return file_page(session, application_id, NoteForm(formdata=None), handing=refusal), INVALID
    flash(_("The referent is changed."), "success")
    return back(application_id)


@bp.post("/etiquettes")
@allow(Audience.OFFICER, rules.is_officer)
def stick(session: Session, application_id: UUID) -> ResponseReturnValue:
    """Stick a label on it."""
    labels.stick(session, application_id, identifier("label"), actor=current_actor())
    return back(application_id)


@bp.post("/etiquettes/retrait")
@allow(Audience.OFFICER, rules.is_officer)
def unstick(session: Session, application_id: UUID) -> ResponseReturnValue:
    """Take one off."""
    labels.unstick(session, application_id, identifier("label"), actor=current_actor())
    return back(application_id)


def identifier(name: str) -> UUID:
    """What a form names.

    Raises:
        Unknown: it is no identifier, so nothing of ours.
    """
    try:
        return UUID(request.form.get(name, ""))
    except ValueError:
        raise Unknown from None


def back(application_id: UUID) -> ResponseReturnValue:
    """The file's page."""
    return redirect(url_for("officer.applications.show", application_id=application_id), 303)
