"""Searches that an officer keeps, each at an address to share."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from grants.applications import queries
from grants.appraisal import rules
from grants.appraisal.queries.views import view
from grants.appraisal.services import keeping
from grants.kernel.errors import Refused
from grants.web.forms import INVALID
from grants.web.officer import lists
from grants.web.officer.applications import list_page
from grants.web.requests import current_actor
from grants.web.routes import Audience, allow

bp = Blueprint("views", __name__)


@bp.get("/vues/<uuid:view_id>")
@allow(Audience.OFFICER, rules.keeps_view)
def show(session: Session, view_id: UUID) -> ResponseReturnValue:
    """A kept search, at the address that it stands for."""
    found = view(session, view_id, current_actor())
    return redirect(lists.list_url(found.call_id, lists.viewed(found.address)), 303)


@bp.post("/vues")
@allow(Audience.OFFICER, rules.keeps_view)
def save(session: Session) -> ResponseReturnValue:
    """Keep a search across calls."""
    return kept(session, None)


@bp.post("/appels/<uuid:call_id>/vues")
@allow(Audience.OFFICER, rules.keeps_view)
def save_in_call(session: Session, call_id: UUID) -> ResponseReturnValue:
    """Keep a search within a call."""
    queries.call_of_inbox(session, call_id, current_actor())
    return kept(session, call_id)


@bp.post("/vues/<uuid:view_id>/retrait")
@allow(Audience.OFFICER, rules.keeps_view)
def forget(session: Session, view_id: UUID) -> ResponseReturnValue:
    """Keep it no longer."""
    gone = keeping.forget_view(session, view_id, actor=current_actor())
    flash(_("The search “%(name)s” is no longer kept.", name=gone.name), "success")
    return redirect(lists.list_url(gone.call_id, lists.viewed(gone.address)), 303)


def kept(session: Session, call_id: UUID | None) -> ResponseReturnValue:
    """Keep what the list shows, and come back to it."""
    typed, name = request.form.get("address", ""), request.form.get("name", "")
    address = typed if len(typed) > keeping.ADDRESS_MAX else lists.viewed(typed)
    try:
        with session.begin_nested():
            keeping.save_view(
                session, name=name, address=address, call_id=call_id, actor=current_actor()
            )
    except Refused as refusal:
        call = queries.call_of_inbox(session, call_id, current_actor()) if call_id else None
        return list_page(session, call, keeping=refusal), INVALID
    flash(_("The search “%(name)s” is kept.", name=" ".join(name.split())), "success")
    return redirect(lists.list_url(call_id, address), 303)
