"""Verbs: plan, claim, prove, certify, agree to an account, order, approve, pay."""

from grants.payments.services.banking import (
    agree_to_change,
    refuse_change,
    set_up,
    show_details,
)
from grants.payments.services.claiming import certify, plan_instalments, refuse, submit_claim
from grants.payments.services.ordering import (
    approve,
    prepare,
    reject,
    show_answered_accounts,
    show_bank_details,
)
from grants.payments.services.paying import accept, bounce, pay
from grants.payments.services.proving import meet_condition, withdraw_condition

__all__ = [
    "accept",
    "agree_to_change",
    "approve",
    "bounce",
    "certify",
    "meet_condition",
    "pay",
    "plan_instalments",
    "prepare",
    "refuse",
    "refuse_change",
    "reject",
    "set_up",
    "show_answered_accounts",
    "show_bank_details",
    "show_details",
    "submit_claim",
    "withdraw_condition",
]
