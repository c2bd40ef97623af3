"""Verbs: expect, write, send and rule on reports; plan, ask, repay and waive advances; remind."""

from grants.followup.services.advances import (
    Terms,
    ask_back,
    note_repaid,
    plan_repayment,
    waive,
)
from grants.followup.services.reminding import remind_due
from grants.followup.services.reports import (
    NARRATIVE,
    OPEN,
    Written,
    accept_report,
    excuse_report,
    expect_reports,
    return_report,
    save_report,
    set_year_end,
    submit_report,
)

__all__ = [
    "NARRATIVE",
    "OPEN",
    "Terms",
    "Written",
    "accept_report",
    "ask_back",
    "excuse_report",
    "expect_reports",
    "note_repaid",
    "plan_repayment",
    "remind_due",
    "return_report",
    "save_report",
    "set_year_end",
    "submit_report",
    "waive",
]
