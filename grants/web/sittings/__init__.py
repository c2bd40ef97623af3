"""A jury's meetings: one page for whoever leads, whoever votes and whoever follows."""

from __future__ import annotations

from flask import Blueprint

from grants.web.sittings import agenda, holding, members, minutes, motions, room

bp = Blueprint("sittings", __name__, url_prefix="/seances")
for module in (room, agenda, holding, members, motions, minutes):
    bp.register_blueprint(module.bp)
