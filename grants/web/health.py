"""Whether this process lives, and whether it can serve."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.orm import Session

from grants.web.routes import ANYONE, Audience, allow, declare

bp = Blueprint("health", __name__, url_prefix="/health")


@bp.get("/live")
@declare(Audience.PUBLIC, ANYONE)
def live() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@bp.get("/ready")
@allow(Audience.PUBLIC, ANYONE)
def ready(session: Session) -> ResponseReturnValue:
    """The database answers too; otherwise the error page of a 503 does."""
    session.execute(text("SELECT 1"))
    return jsonify(status="ok")
