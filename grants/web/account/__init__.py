"""Signing up, signing in, and what a person says of themselves and of their organisations."""

from __future__ import annotations

from flask import Blueprint

from grants.web.account import (
    declarations,
    documents,
    group,
    invitations,
    mailing,
    members,
    organisations,
    passwords,
    profile,
    register,
    sign_in,
    sign_ins,
    sign_up,
    standing,
)

bp = Blueprint("account", __name__, url_prefix="/compte")
for module in (
    *(sign_in, sign_up, passwords, profile, sign_ins, invitations, mailing),
    *(organisations, register, standing, members, documents, declarations, group),
):
    bp.register_blueprint(module.bp)
