"""Whether a receipt is true: who holds its code may ask, and reads nothing of its content."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from grants.applications import queries
from grants.applications.proof import as_code
from grants.web.routes import ANYONE, Audience, allow

bp = Blueprint("receipts", __name__, url_prefix="/recepisse")

UNKNOWN = 404


@bp.get("")
@allow(Audience.PUBLIC, ANYONE)
def ask(_session: Session) -> ResponseReturnValue:
    """Where a code is typed."""
    typed = request.args.get("code", "")
    if code := as_code(typed):
        return redirect(url_for(".show", code=code), 303)
    return render_template("public/receipts/show.html", proven=None, typed=typed)


@bp.get("/<code>")
@allow(Audience.PUBLIC, ANYONE)
def show(session: Session, code: str) -> ResponseReturnValue:
    """What a code proves: that something was deposited, when, and the fingerprints of it."""
    proven = queries.proven(session, code)
    page = render_template("public/receipts/show.html", proven=proven, typed=code)
    return page, 200 if proven else UNKNOWN
