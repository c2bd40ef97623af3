"""The meetings of a jury, for its members; its chair calls one."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from grants.juries import queries, rules
from grants.juries.models import SeatRole
from grants.web.requests import current_actor
from grants.web.routes import Audience, allow
from grants.web.sittings.calling import call, listing
from grants.web.sittings.forms import MeetingForm

bp = Blueprint("sittings", __name__, url_prefix="/<uuid:jury_id>/seance")


@bp.get("")
@allow(Audience.JUROR, rules.sits)
def index(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """The meetings; for the chair, a form to call one."""
    return page(session, jury_id, MeetingForm(formdata=None))


@bp.post("")
@allow(Audience.JUROR, rules.presides)
def prepare(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """Call a meeting, as the chair."""
    form = MeetingForm()
    done = call(session, jury_id, form)
    return done or (page(session, jury_id, form), form.status)


def page(session: Session, jury_id: UUID, form: MeetingForm) -> str:
    """The meetings as a page."""
    seat = queries.own_seat(session, jury_id, current_actor())
    may_call = seat.role is SeatRole.CHAIR
    template = "juror/juries/sittings.html"
    return listing(session, seat.jury, form, template=template, may_call=may_call)
