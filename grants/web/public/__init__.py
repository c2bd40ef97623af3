"""Pages that anyone may read."""

from __future__ import annotations

from flask import Blueprint

from grants.web.public import calls, home, pages, results

bp = Blueprint("public", __name__)
for module in (home, calls, results, pages):
    bp.register_blueprint(module.bp)
