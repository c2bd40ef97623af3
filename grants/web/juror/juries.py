"""The juries on which one sits, and those to which one is invited."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from grants.juries import queries, rules
from grants.web.juror.words import ROLES
from grants.web.requests import current_actor
from grants.web.routes import Audience, allow

bp = Blueprint("juries", __name__)


@bp.get("")
@allow(Audience.SIGNED_IN, rules.is_invited)
def index(session: Session) -> ResponseReturnValue:
    """Every seat, with how far one is."""
    seats = queries.own_seats(session, current_actor())
    return render_template(
        "juror/juries/index.html",
        invitations=[one for one in seats if one.seat.answer == "pending"],
        seats=[one for one in seats if one.seat.answer == "accepted"],
        roles=ROLES,
    )
