"""Pages for the people who apply."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("applicant", __name__, url_prefix="/dossiers")
