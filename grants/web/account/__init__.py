"""Signing up, signing in, and what a person says of themselves."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("account", __name__, url_prefix="/compte")
