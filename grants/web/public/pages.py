"""The pages that every public site must have: accessibility and legal notice."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from grants.web.routes import ANYONE, Audience, allow

bp = Blueprint("pages", __name__)


@bp.get("/accessibilite")
@allow(Audience.PUBLIC, ANYONE)
def accessibility(_session: Session) -> ResponseReturnValue:
    """What is known of the site's accessibility, and whom to tell of a difficulty."""
    return render_template("public/pages/accessibility.html")


@bp.get("/mentions-legales")
@allow(Audience.PUBLIC, ANYONE)
def legal(_session: Session) -> ResponseReturnValue:
    """Who publishes the site, what becomes of personal data, where the code is."""
    return render_template("public/pages/legal.html")
