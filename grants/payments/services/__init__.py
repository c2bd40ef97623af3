"""Verbs: plan, claim, certify, order, approve, pay."""

from grants.payments.services.claiming import certify, plan_instalments, refuse, submit_claim
from grants.payments.services.ordering import (
    approve,
    pay,
    prepare,
    reject,
    show_answered_accounts,
    show_bank_details,
)

__all__ = [
    "approve",
    "certify",
    "pay",
    "plan_instalments",
    "prepare",
    "refuse",
    "reject",
    "show_answered_accounts",
    "show_bank_details",
    "submit_claim",
]
