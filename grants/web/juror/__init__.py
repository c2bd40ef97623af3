"""Pages for the people who score."""

from __future__ import annotations

from flask import Blueprint

from grants.web.juror import (
    comparisons,
    declarations,
    invitations,
    juries,
    profiles,
    queue,
    rankings,
    recusals,
    reviews,
)

bp = Blueprint("juror", __name__, url_prefix="/jury")
for module in (
    juries,
    invitations,
    queue,
    reviews,
    recusals,
    rankings,
    comparisons,
    declarations,
    profiles,
):
    bp.register_blueprint(module.bp)
