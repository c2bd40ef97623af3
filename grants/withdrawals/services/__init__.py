"""Verbs: announce, observe, hear, decide, carry out, drop; give up, accept; ask back, recover.

And a whole act annulled at once.
"""

from grants.withdrawals.services.annulling import Pronounced, annul_act
from grants.withdrawals.services.collecting import ask_back, recover
from grants.withdrawals.services.effecting import accept, carry_out
from grants.withdrawals.services.hearing import hear, observe
from grants.withdrawals.services.opening import Intent, give_up, notify, record_judgment
from grants.withdrawals.services.ruling import Ruling, decide, drop

__all__ = [
    "Intent",
    "Pronounced",
    "Ruling",
    "accept",
    "annul_act",
    "ask_back",
    "carry_out",
    "decide",
    "drop",
    "give_up",
    "hear",
    "notify",
    "observe",
    "record_judgment",
    "recover",
]
