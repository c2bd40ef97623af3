"""An appeal is filed, then answered or withdrawn; silence answers by itself."""

from __future__ import annotations

from grants.appeals.models import AppealState
from grants.appeals.rules import may_answer
from grants.kernel.access import Rule
from grants.kernel.workflow import Lifecycle, Transition

S = AppealState

# The service has read the application of whoever appeals: this only says who it is.
appealed = Rule(
    "is on the applicant's side",
    lambda actor, appeal: appeal.application_id not in actor.recused_from,
    may_answer.where,
)

LIFECYCLE = Lifecycle(
    subject="appeal",
    initial=S.FILED,
    transitions=(
        Transition("accept", {S.FILED}, S.ACCEPTED, may_answer),
        Transition("reject", {S.FILED}, S.REJECTED, may_answer),
        Transition("withdraw", {S.FILED}, S.WITHDRAWN, appealed),
    ),
)
