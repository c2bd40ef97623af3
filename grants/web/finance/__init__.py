"""Pages for the people who answer for every cent."""

from __future__ import annotations

from flask import Blueprint, current_app, request
from flask_babel import lazy_gettext as _l

from grants.web.finance import (
    accounts,
    acts,
    advances,
    authorisations,
    awards,
    batches,
    budgets,
    closing,
    envelopes,
    journal,
    orders,
    recoveries,
    returns,
    schedules,
    settings,
    statements,
    trial,
)

bp = Blueprint("finance", __name__, url_prefix="/finances")
bp.register_blueprint(envelopes.bp)
bp.register_blueprint(orders.bp)
for _one in (batches, statements, accounts, returns, settings):
    bp.register_blueprint(_one.bp)
bp.register_blueprint(journal.bp)
bp.register_blueprint(trial.bp)
bp.register_blueprint(awards.bp)
bp.register_blueprint(authorisations.bp)
bp.register_blueprint(acts.bp)
bp.register_blueprint(budgets.bp)
bp.register_blueprint(closing.bp)
bp.register_blueprint(advances.bp)
bp.register_blueprint(schedules.bp)
bp.register_blueprint(recoveries.bp)

PAYING = (
    ("finance.orders.", "finance.orders.index", _l("Payment orders")),
    ("finance.batches.", "finance.batches.index", _l("Batches of orders")),
    ("finance.accounts.", "finance.accounts.index", _l("Bank details")),
    ("finance.returns.", "finance.returns.index", _l("Returns")),
    ("finance.advances.", "finance.advances.index", _l("Repayable advances")),
    ("finance.recoveries.", "finance.recoveries.index", _l("Recoveries")),
    ("duties.", "duties.index", _l("Due dates")),
    ("finance.settings.", "finance.settings.index", _l("Settings")),
)
BOOKS = (
    ("finance.envelopes.", "finance.envelopes.index", _l("Envelopes")),
    ("finance.acts.", "finance.acts.index", _l("Budget acts")),
    ("finance.authorisations.", "finance.authorisations.index", _l("Authorisations")),
    ("finance.journal.", "finance.journal.index", _l("Journal")),
    ("finance.trial.", "finance.trial.show", _l("Trial balance")),
    ("finance.closing.", "finance.closing.show", _l("Year end")),
)
GROUPS = ((_l("Keep the books"), BOOKS), (_l("Pay"), PAYING))
"""The parts of finance by what one comes for."""
ELSEWHERE = {
    "finance.awards.": "finance.envelopes.",
    "finance.budgets.": "finance.acts.",
    "finance.schedules.": "finance.authorisations.",
    "finance.statements.": "finance.orders.",
}
"""Pages that are part of another one in the menu."""


@bp.context_processor
def parts() -> dict[str, object]:
    """The parts of finance that exist, for `finance/nav.html`, and the one that is open."""
    here = request.endpoint or ""
    here = next((part for prefix, part in ELSEWHERE.items() if here.startswith(prefix)), here)
    views = current_app.view_functions
    return {
        "parts": [(words, [one for one in ones if one[1] in views]) for words, ones in GROUPS],
        "here": here,
    }
