"""Whether this process lives, and whether it can serve."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.orm import Session

from grants.web.requests import now
from grants.web.routes import ANYONE, Audience, allow, declare

LATE = timedelta(minutes=1)
WAITING = "SELECT count(*) FROM outbox_delivery WHERE settled_at IS NULL AND due_at < :before"

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


@bp.get("/workers")
@allow(Audience.PUBLIC, ANYONE)
def workers(session: Session) -> ResponseReturnValue:
    """Whether what is due is being told: 503 when a message waits for more than a minute."""
    late = session.execute(text(WAITING), {"before": now() - LATE}).scalar_one()
    return jsonify(status="late" if late else "ok", waiting=late), 503 if late else 200
