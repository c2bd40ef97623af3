"""The meetings of a jury, for the service."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from grants.juries import queries, rules
from grants.web.requests import current_actor
from grants.web.routes import Audience, allow
from grants.web.sittings.calling import call, listing
from grants.web.sittings.forms import MeetingForm

bp = Blueprint("sittings", __name__, url_prefix="/jurys/<uuid:jury_id>/seance")


@bp.get("")
@allow(Audience.OFFICER, rules.follows)
def index(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """The meetings, and a form to call one."""
    return page(session, jury_id, MeetingForm(formdata=None))


@bp.post("")
@allow(Audience.OFFICER, rules.manages)
def prepare(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """Call a meeting."""
    form = MeetingForm()
    done = call(session, jury_id, form)
    return done or (page(session, jury_id, form), form.status)


def page(session: Session, jury_id: UUID, form: MeetingForm) -> str:
    """The meetings as a page."""
    actor = current_actor()
    jury = queries.jury(session, jury_id, actor)
    may_call = rules.manages.holds(actor, jury)
    template = "officer/juries/sittings.html"
    return listing(session, jury, form, template=template, may_call=may_call)
