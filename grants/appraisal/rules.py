"""Who sorts and follows files: the officers of a funder, for their own funder's things."""

from __future__ import annotations

from grants.appraisal.models import ExportProfile, Label, ReferentRule, SavedView
from grants.kernel.access import FunderRole, Rule, for_funder

READERS = (FunderRole.OFFICER, FunderRole.AUDITOR, FunderRole.ELECTED)

reads_labels = for_funder("reads the funder's labels", Label.funder_id, *READERS)
keeps_labels = for_funder("keeps the funder's labels", Label.funder_id, FunderRole.OFFICER)
reads_contact_points = for_funder("reads the contact points", ReferentRule.funder_id, *READERS)
keeps_contact_points = for_funder(
    "keeps the contact points", ReferentRule.funder_id, FunderRole.OFFICER
)
reads_profiles = for_funder("reads the funder's exports", ExportProfile.funder_id, *READERS)
keeps_profiles = for_funder(
    "keeps the funder's exports", ExportProfile.funder_id, FunderRole.OFFICER
)

keeps_view = Rule(
    "keeps this view",
    lambda actor, view: view.person_id == actor.id,
    lambda actor: SavedView.person_id == actor.id,
)
