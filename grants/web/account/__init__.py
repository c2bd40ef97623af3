"""Signing up, signing in, and what a person says of themselves and of their organisations."""

from __future__ import annotations

from flask import Blueprint

from grants.web.account import (
    invitations,
    organisations,
    passwords,
    profile,
    sign_in,
    sign_ins,
    sign_up,
)

bp = Blueprint("account", __name__, url_prefix="/compte")
for module in (sign_in, sign_up, passwords, profile, sign_ins, organisations, invitations):
    bp.register_blueprint(module.bp)
