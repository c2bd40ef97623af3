"""Pages that anyone may read."""

from __future__ import annotations

from flask import Blueprint

from grants.web.public import (
    alerts,
    calls,
    feeds,
    home,
    judging,
    opinions,
    pages,
    receipts,
    results,
    votes,
    voting,
)

bp = Blueprint("public", __name__)
for module in (
    home,
    feeds,
    calls,
    judging,
    alerts,
    results,
    pages,
    receipts,
    opinions,
    votes,
    voting,
):
    bp.register_blueprint(module.bp)
