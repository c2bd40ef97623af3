"""Pages that anyone may read."""

from __future__ import annotations

from flask import Blueprint

from grants.web.public import pages

bp = Blueprint("public", __name__)
for module in (pages,):
    bp.register_blueprint(module.bp)
