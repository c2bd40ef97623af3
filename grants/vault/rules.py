"""Who may see and change the documents of an organisation: whoever acts for it."""

from __future__ import annotations

from grants.kernel.access import Rule
from grants.vault.models import OrganisationDocument

is_of_mine = Rule(
    "acts for the organisation whose document it is",
    lambda actor, document: document.organisation_id in actor.organisations,
    lambda actor: OrganisationDocument.organisation_id.in_(sorted(actor.organisations)),
)
