"""Pages for the people who score."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("juror", __name__, url_prefix="/jury")
