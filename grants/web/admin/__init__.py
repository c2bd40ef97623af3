"""People, roles, funders and envelopes."""

from __future__ import annotations

from flask import Blueprint

from grants.web.admin import envelopes, funders, people, recusals

bp = Blueprint("admin", __name__, url_prefix="/administration")
bp.register_blueprint(people.bp)
bp.register_blueprint(funders.bp)
bp.register_blueprint(envelopes.bp)
bp.register_blueprint(recusals.bp)
