"""Pages for the programme officers of an authority."""

from __future__ import annotations

from flask import Blueprint

from grants.web.officer import (
    admissibility,
    applicants,
    applications,
    appraisal,
    blank,
    calls,
    checklists,
    claims,
    comparisons,
    decisions,
    deliberations,
    juries,
    opinions,
    outages,
    profiles,
    rankings,
    reminders,
    reopenings,
    sorting,
    recusals,
    spreadsheets,
    stepping,
    threads,
    views,
    workshop,
)

bp = Blueprint("officer", __name__, url_prefix="/instruction")
for module in (
    calls,
    blank,
    applications,
    applicants,
    admissibility,
    appraisal,
    checklists,
    threads,
    opinions,
    outages,
    juries,
    rankings,
    reopenings,
    reminders,
    comparisons,
    decisions,
    deliberations,
    claims,
    spreadsheets,
    profiles,
    views,
    sorting,
    workshop,
    stepping,
    recusals,
):
    bp.register_blueprint(module.bp)
