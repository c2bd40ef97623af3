"""Who sorts and follows files: the officers of a funder, for their own funder's things."""

from __future__ import annotations

from sqlalchemy import ColumnElement, false

from grants.appraisal.models import ExportProfile, Label, ReferentRule, SavedView
from grants.kernel.access import Actor, FunderRole, Rule

READERS = (FunderRole.OFFICER, FunderRole.AUDITOR, FunderRole.ELECTED)

Owned = type[Label] | type[ReferentRule] | type[ExportProfile]


def _of_own_funder(name: str, owned: Owned, *roles: FunderRole) -> Rule:
    def where(actor: Actor) -> ColumnElement[bool]:
        theirs = actor.funders_as(*roles)
        return owned.funder_id.in_(sorted(theirs)) if theirs else false()

    return Rule(name, lambda actor, row: row.funder_id in actor.funders_as(*roles), where)


reads_labels = _of_own_funder("reads the funder's labels", Label, *READERS)
keeps_labels = _of_own_funder("keeps the funder's labels", Label, FunderRole.OFFICER)
reads_contact_points = _of_own_funder("reads the contact points", ReferentRule, *READERS)
keeps_contact_points = _of_own_funder("keeps the contact points", ReferentRule, FunderRole.OFFICER)
reads_profiles = _of_own_funder("reads the funder's exports", ExportProfile, *READERS)
keeps_profiles = _of_own_funder("keeps the funder's exports", ExportProfile, FunderRole.OFFICER)

keeps_view = Rule(
    "keeps this view",
    lambda actor, view: view.person_id == actor.id,
    lambda actor: SavedView.person_id == actor.id,
)
