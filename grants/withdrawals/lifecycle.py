"""A withdrawal is announced, heard, decided, executory; or given up, and accepted at once."""

from __future__ import annotations

from grants.kernel.workflow import Lifecycle, Transition
from grants.withdrawals.models import WithdrawalState
from grants.withdrawals.rules import may_withdraw

S = WithdrawalState

LIFECYCLE = Lifecycle(
    subject="withdrawal",
    initial=S.NOTIFIED,
    transitions=(
        Transition("decide", {S.NOTIFIED}, S.DECIDED, may_withdraw),
        Transition("carry_out", {S.DECIDED}, S.EFFECTIVE, may_withdraw),
        # Asked by the beneficiary who gives up: nobody has to be heard.
        Transition("accept", {S.ASKED}, S.EFFECTIVE, may_withdraw),
        Transition("drop", {S.ASKED, S.NOTIFIED, S.DECIDED}, S.DROPPED, may_withdraw),
    ),
)
