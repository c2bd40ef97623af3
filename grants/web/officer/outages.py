"""When the site was away in the last days of a call, and the button that makes it good."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from grants.applications import services
from grants.calls import queries as calls
from grants.calls.rules import leads, reads_for_a_funder
from grants.calls.services import extensions, proposals
from grants.web.forms import Form, attempt
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

bp = Blueprint("outages", __name__, url_prefix="/appels/<uuid:call_id>/interruptions")


class ConfirmForm(Form):
    """Nothing but a confirmation."""


@bp.get("")
@allow(Audience.OFFICER, reads_for_a_funder)
def index(session: Session, call_id: UUID) -> ResponseReturnValue:
    """The outages that were measured, with what each would give back, and what was given."""
    return page(session, call_id, ConfirmForm()), 200


@bp.post("")
@allow(Audience.OFFICER, leads)
def confirm(session: Session, call_id: UUID) -> ResponseReturnValue:
    """Close the call later by one of them, and tell everyone with a draft."""
    form = ConfirmForm()
    since = as_instant(request.form.get("outage", ""))
    with attempt(session, form) as tried:
        services.make_good(session, call_id, outage_from=since, actor=current_actor(), now=now())
    if not tried.refused:
        flash(_("The call closes later, and everyone with a draft is told."), "success")
        return redirect(url_for(".index", call_id=call_id), 303)
    return page(session, call_id, form), form.status


def page(session: Session, call_id: UUID, form: Form) -> str:
    """The page, from the call."""
    call = calls.managed(session, call_id, viewer=current_actor())
    return render_template(
        "officer/outages/index.html",
        call=call,
        form=form,
        proposals=proposals(session, call, now=now()),
        extensions=extensions(session, call.id),
        may_confirm=leads.holds(current_actor(), call),
    )


def as_instant(text: str) -> datetime:
    """The beginning of an outage as the page wrote it; the present when it is none."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return now()
    return found if found.tzinfo else now()
