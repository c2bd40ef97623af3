"""Pages for the programme officers of an authority."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("officer", __name__, url_prefix="/instruction")
