"""Verbs: plan, claim, prove, certify, agree to an account, order, approve, pay."""

from grants.payments.services.banking import agree_to_change, refuse_change, show_details
from grants.payments.services.claiming import certify, plan_instalments, refuse, submit_claim
from grants.payments.services.cutting import cut_instalments
from grants.payments.services.filing import KIND, ask_file, keep_file, take_file
from grants.payments.services.ordering import (
    approve,
    prepare,
    reject,
    show_answered_accounts,
    show_bank_details,
)
from grants.payments.services.pausing import answer_request, resume_clock, stop_clock
from grants.payments.services.paying import accept, bounce, pay
from grants.payments.services.proving import meet_condition, withdraw_condition
from grants.payments.services.returning import match_line, set_aside, take_in
from grants.payments.services.sending import Made
from grants.payments.services.setting import (
    confirm_setting,
    propose_setting,
    set_codes,
    show_proposed_account,
    withdraw_setting,
)

__all__ = [
    "KIND",
    "Made",
    "accept",
    "agree_to_change",
    "answer_request",
    "approve",
    "ask_file",
    "bounce",
    "certify",
    "confirm_setting",
    "cut_instalments",
    "keep_file",
    "match_line",
    "meet_condition",
    "pay",
    "plan_instalments",
    "prepare",
    "propose_setting",
    "refuse",
    "refuse_change",
    "reject",
    "resume_clock",
    "set_aside",
    "set_codes",
    "show_answered_accounts",
    "show_bank_details",
    "show_details",
    "show_proposed_account",
    "stop_clock",
    "submit_claim",
    "take_file",
    "take_in",
    "withdraw_condition",
    "withdraw_setting",
]
