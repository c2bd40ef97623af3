"""Pages for the programme officers of an authority."""

from __future__ import annotations

from flask import Blueprint

from grants.web.officer import (
    admissibility,
    applications,
    calls,
    claims,
    decisions,
    deliberations,
    juries,
    rankings,
)

bp = Blueprint("officer", __name__, url_prefix="/instruction")
for module in (
    calls,
    applications,
    admissibility,
    juries,
    rankings,
    decisions,
    deliberations,
    claims,
):
    bp.register_blueprint(module.bp)
