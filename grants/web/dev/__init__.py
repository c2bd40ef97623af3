"""Pages of the embedded default only: the local mailbox, the kit of components."""

from __future__ import annotations

from flask import Blueprint

from grants.web.dev import kit, mailbox

bp = Blueprint("dev", __name__, url_prefix="/dev")
for page in (kit, mailbox):
    bp.register_blueprint(page.bp)
