"""Pages for the people who score."""

from __future__ import annotations

from flask import Blueprint

from grants.web.juror import (
    ballots,
    comparisons,
    declarations,
    hearings,
    invitations,
    juries,
    members,
    offline,
    preferences,
    profiles,
    queue,
    rankings,
    recusals,
    reviews,
    sittings,
)

bp = Blueprint("juror", __name__, url_prefix="/jury")
for module in (
    juries,
    invitations,
    queue,
    reviews,
    recusals,
    rankings,
    sittings,
    hearings,
    comparisons,
    declarations,
    profiles,
    members,
    offline,
    preferences,
    ballots,
):
    bp.register_blueprint(module.bp)
