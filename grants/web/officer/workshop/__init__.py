"""The workshop of a call: its form, its rules and everything that an officer writes of it."""

from __future__ import annotations

from flask import Blueprint

from grants.web.officer.workshop import (
    access,
    again,
    arranged,
    award,
    conditions,
    documents,
    eligibility,
    fields,
    funding,
    outline,
    overview,
    rulebook,
    sections,
    settings,
    trials,
    versions,
)
from grants.web.officer.workshop.parts import workshop_parts

bp = Blueprint("workshop", __name__, url_prefix="/appels/<uuid:call_id>/atelier")


@bp.app_context_processor
def shared() -> dict[str, object]:
    """What `officer/workshop/nav.html` needs."""
    return {"workshop_parts": workshop_parts}


RULES = (conditions, eligibility, award, rulebook)
for module in (
    outline,
    sections,
    fields,
    *RULES,
    overview,
    settings,
    arranged,
    funding,
    documents,
    trials,
    versions,
    access,
    again,
):
    bp.register_blueprint(module.bp)
bp.register_blueprint(settings.window_bp)
