"""What was decided: who was chosen, for what, how much, by which deliberation."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from grants.calls import queries
from grants.decisions import queries as decisions
from grants.kernel.errors import Unknown
from grants.web.paging import asked_page, page_of
from grants.web.routes import ANYONE, Audience, allow

bp = Blueprint("results", __name__, url_prefix="/resultats")

PER_PAGE = 50


@bp.get("")
@allow(Audience.PUBLIC, ANYONE)
def index(session: Session) -> ResponseReturnValue:
    """Announced awards, latest deliberation first; of one call when `appel` names it."""
    call = None
    if slug := request.args.get("appel", ""):
        call = queries.titled(session, slug)
        if call is None:
            raise Unknown
    statement = decisions.results(call_id=call.id if call else None)
    page = page_of(session, statement, number=asked_page(), per_page=PER_PAGE)
    return render_template("public/results/index.html", page=page, call=call)
