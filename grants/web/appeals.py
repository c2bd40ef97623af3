"""How an appeal is told, whoever reads it."""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext as _l

from grants.appeals.models import Appeal, AppealState, Effect
from grants.kernel.clock import paris_date

STATES = {
    AppealState.FILED: (_l("To be answered"), "info"),
    AppealState.ACCEPTED: (_l("Appeal upheld"), "success"),
    AppealState.REJECTED: (_l("Appeal rejected"), "neutral"),
    AppealState.WITHDRAWN: (_l("Appeal withdrawn"), "neutral"),
}
SILENCE = (_l("Rejected by silence"), "warning")
AWAITED = (_l("Waiting for its answer"), "info")
ANSWERED = (_l("Appeal answered"), "info")
EFFECTS = {
    Effect.NEW_DELIBERATION: _l("the matter goes back to the vote"),
    Effect.WITHDRAWAL: _l("the decision is withdrawn"),
}


def standing(appeal: Appeal, now: datetime, *, told: bool = True) -> tuple[object, str]:
    """Where an appeal stands, in words and tone; `told`: whether the outcome may be said.

    Whoever appeals waits for an answer; those who give it have it to write.
    """
    if appeal.is_silence(paris_date(now)):
        return SILENCE
    if not told:
        return AWAITED if appeal.answered_at is None else ANSWERED
    return STATES[appeal.state]
