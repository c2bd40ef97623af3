"""A session of the deciding body is planned, then held."""

from __future__ import annotations

from datetime import datetime

from grants.decisions.models import CouncilSession, SessionState
from grants.decisions.rules import may_record
from grants.kernel.clock import paris_date
from grants.kernel.errors import Refused
from grants.kernel.workflow import Lifecycle, Transition


def day_has_come(council_session: CouncilSession, now: datetime) -> Refused | None:
    """Nothing is recorded of a session that did not take place yet."""
    if council_session.held_on <= paris_date(now):
        return None
    return Refused(
        "council_session.hold.too_early", field="held_on", held_on=council_session.held_on
    )


LIFECYCLE = Lifecycle(
    subject="council_session",
    initial=SessionState.PLANNED,
    transitions=(
        Transition(
            "hold",
            {SessionState.PLANNED, SessionState.HELD},
            SessionState.HELD,
            may_record,
            (day_has_come,),
        ),
    ),
)
