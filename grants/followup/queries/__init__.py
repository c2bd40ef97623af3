"""Reads: financial reports and repayable advances."""

from grants.followup.queries.advances import (
    advance,
    advances,
    locked_part,
    owed_by,
    parts,
    require_part,
    schedule,
    unplanned,
)
from grants.followup.queries.reports import (
    accepted_for,
    locked_own,
    locked_report,
    of_application,
    own,
    report,
    report_file,
    reports,
)

__all__ = [
    "accepted_for",
    "advance",
    "advances",
    "locked_own",
    "locked_part",
    "locked_report",
    "of_application",
    "owed_by",
    "own",
    "parts",
    "report",
    "report_file",
    "reports",
    "require_part",
    "schedule",
    "unplanned",
]
