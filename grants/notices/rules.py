"""Who reads letters, and who keeps their texts. Mails: nobody reads them here."""

from __future__ import annotations

from grants.decisions.rules import READERS, RECORDERS, can_read_decision
from grants.kernel.access import for_funder
from grants.notices.models import LetterTemplate

can_read_letter = can_read_decision.named("reads the letters of the funder's decisions")


reads_templates = for_funder(
    "reads the funder's texts of letters", LetterTemplate.funder_id, *READERS
)
keeps_templates = for_funder(
    "keeps the funder's texts of letters", LetterTemplate.funder_id, *RECORDERS
)
