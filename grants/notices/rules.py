"""Who reads letters: the applicant once they took note, and the funder's side. Mails: nobody."""

from __future__ import annotations

from grants.decisions.rules import can_read_decision

can_read_letter = can_read_decision.named("reads the letters of the funder's decisions")
