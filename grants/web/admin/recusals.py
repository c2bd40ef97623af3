"""Where an administrator recuses a colleague: by the number of the application, and no list."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from grants.juries import queries, rules
from grants.web.requests import current_actor
from grants.web.routes import Audience, allow

bp = Blueprint("recusals", __name__, url_prefix="/deports")
NUMBER_MAX = 60


@bp.get("")
@allow(Audience.ADMIN, rules.imposes)
def show(session: Session) -> ResponseReturnValue:
    """A number to type; where it is known, on to whom to recuse.

    Administrators follow no application: they name one that they were told of.
    """
    number = request.args.get("number", "").strip()[:NUMBER_MAX]
    found = queries.imposed_on(session, number, current_actor()) if number else None
    if found is not None:
        return redirect(url_for("officer.stepping.ask_agent", application_id=found), 303)
    return render_template("admin/recusals/show.html", number=number)
