"""Pages for the people who answer for every cent."""

from __future__ import annotations

from flask import Blueprint, current_app
from flask_babel import lazy_gettext as _l

from grants.web.finance import envelopes, journal, orders

bp = Blueprint("finance", __name__, url_prefix="/finances")
bp.register_blueprint(envelopes.bp)
bp.register_blueprint(orders.bp)
bp.register_blueprint(journal.bp)

PARTS = (
    ("finance.envelopes.", "finance.envelopes.index", _l("Envelopes")),
    ("finance.orders.", "finance.orders.index", _l("Payment orders")),
    ("finance.journal.", "finance.journal.index", _l("Journal")),
)


@bp.context_processor
def parts() -> dict[str, object]:
    """The parts of finance that exist, for `finance/nav.html`."""
    return {"parts": [one for one in PARTS if one[1] in current_app.view_functions]}
