"""Pages for the people who score."""

from __future__ import annotations

from flask import Blueprint

from grants.web.juror import (
    comparisons,
    declarations,
    invitations,
    juries,
    members,
    offline,
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
    members,
    offline,
):
    bp.register_blueprint(module.bp)
