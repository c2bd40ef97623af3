"""Pages of the embedded default only: the local mailbox, the kit of components."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("dev", __name__, url_prefix="/dev")
