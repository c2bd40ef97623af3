"""Who prepares and holds the meetings of a deliberative body, and who reads its agenda."""

from __future__ import annotations

from grants.councils.models import CouncilSeat, SigningDelegation
from grants.decisions.models import CouncilSession
from grants.decisions.rules import READERS, RECORDERS
from grants.kernel.access import FunderRole, for_funder

SIGNERS = (FunderRole.OFFICER, FunderRole.ELECTED)
"""Accounts that sign for the authority on a screen, once they preside or hold a delegation."""
NOTICE_DAYS = 5
"""Clear days between convocation and session (CGCT L2121-12, at or above 3 500 inhabitants)."""
SECOND_AFTER_DAYS = 3
"""A second convocation comes at least that many days after the missed quorum (L2121-17)."""


holds_meetings = for_funder(
    "prepares and holds the meetings of the body", CouncilSession.funder_id, *RECORDERS
)
reads_agenda = for_funder("reads the agenda of the body", CouncilSession.funder_id, *READERS)
keeps_seats = for_funder("keeps the list of members", CouncilSeat.funder_id, *RECORDERS)
reads_seats = for_funder("reads the list of members", CouncilSeat.funder_id, *READERS)
keeps_signing = for_funder(
    "keeps the register of signing delegations", SigningDelegation.funder_id, *RECORDERS
)
reads_signing = for_funder(
    "reads the register of signing delegations", SigningDelegation.funder_id, *READERS
)
