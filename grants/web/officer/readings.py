"""What each member of a jury wrote of one application, for the service."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from grants.juries import queries, rules
from grants.web.juror.words import STATES, points
from grants.web.requests import current_actor
from grants.web.routes import Audience, allow

bp = Blueprint(
    "readings", __name__, url_prefix="/jurys/<uuid:jury_id>/dossiers/<uuid:application_id>/notes"
)


@bp.get("")
@allow(Audience.OFFICER, rules.follows)
def show(session: Session, jury_id: UUID, application_id: UUID) -> ResponseReturnValue:
    """The finished reviews of an application, with their marks and comments."""
    actor = current_actor()
    jury = queries.jury(session, jury_id, actor)
    about, found = queries.readings(session, jury, application_id, actor)
    return render_template(
        "officer/readings/show.html",
        jury=jury,
        about=about,
        readings=found,
        criteria=sorted(jury.criteria, key=lambda one: one.position),
        states=STATES,
        points=points,
    )
