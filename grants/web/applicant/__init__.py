"""Pages for the people who apply."""

from __future__ import annotations

from flask import Blueprint

from grants.web.applicant import (
    agreements,
    appeals,
    applications,
    claims,
    complements,
    decisions,
    hearings,
    late,
    mentoring,
    repayments,
    reports,
    sections,
    submission,
    threads,
    uploads,
    withdrawals,
)

bp = Blueprint("applicant", __name__, url_prefix="/dossiers")
for module in (
    applications,
    sections,
    submission,
    complements,
    decisions,
    appeals,
    agreements,
    hearings,
    mentoring,
    claims,
    withdrawals,
    reports,
    repayments,
    uploads,
    threads,
    late,
):
    bp.register_blueprint(module.bp)
