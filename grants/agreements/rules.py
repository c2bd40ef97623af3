"""Who drafts agreements, who reads them, who signs. Recusal outranks every role."""

from __future__ import annotations

from grants.agreements.models import Agreement
from grants.agreements.usual import UsualText
from grants.councils.rules import SIGNERS
from grants.decisions.rules import READERS, RECORDERS
from grants.kernel.access import Rule, for_funder, unless_recused

OWN = Agreement.funder_id
not_recused = unless_recused(Agreement.application_id)

reads_agreements = (for_funder("reads the funder's agreements", OWN, *READERS) & not_recused).named(
    "reads the funder's agreements and is not recused"
)
drafts_agreements = (for_funder("drafts for the funder", OWN, *RECORDERS) & not_recused).named(
    "drafts the funder's agreements and is not recused"
)
# The service has asked whether the actor presides, or signs by delegation.
signs_for_authority = (for_funder("works for the authority", OWN, *SIGNERS) & not_recused).named(
    "presides or signs by delegation, and is not recused"
)
# The service has asked whether the actor represents the applicant: this only says who it is.
signs_for_applicant = Rule(
    "represents the beneficiary",
    lambda actor, act: act.application_id not in actor.recused_from,
    drafts_agreements.where,
)
reads_usual = for_funder("reads the funder's usual texts", UsualText.funder_id, *READERS)
keeps_usual = for_funder("keeps the funder's usual texts", UsualText.funder_id, *RECORDERS)
