"""Pages for the people who answer for every cent."""

from __future__ import annotations

from flask import Blueprint

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
