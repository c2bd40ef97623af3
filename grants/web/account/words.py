"""How roles, kinds and families are called on the pages."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from grants.kernel.access import FunderRole, OrganisationRole
from grants.people.legal_forms import Family
from grants.people.models import FunderKind

ORGANISATION_ROLES = {
    OrganisationRole.REPRESENTATIVE: _l("Representative"),
    OrganisationRole.TREASURER: _l("Treasurer"),
    OrganisationRole.EDITOR: _l("Editor"),
}
ORGANISATION_ROLE_HINTS = {
    OrganisationRole.REPRESENTATIVE: _l(
        "Representative: commits the organisation, submits applications, invites members"
    ),
    OrganisationRole.TREASURER: _l("Treasurer: gives bank details and asks for payments"),
    OrganisationRole.EDITOR: _l("Editor: prepares applications without submitting them"),
}
FUNDER_ROLES = {
    FunderRole.ADMINISTRATOR: _l("Administrator"),
    FunderRole.OFFICER: _l("Programme officer"),
    FunderRole.FINANCE: _l("Finance"),
    FunderRole.APPROVER: _l("Second signature"),
    FunderRole.ELECTED: _l("Elected member"),
    FunderRole.AUDITOR: _l("Auditor"),
}
FUNDER_ROLE_HINTS = {
    FunderRole.ADMINISTRATOR: _l("Administrator: people, roles and settings"),
    FunderRole.OFFICER: _l("Programme officer: calls and appraisal"),
    FunderRole.FINANCE: _l("Finance: envelopes and payment orders"),
    FunderRole.APPROVER: _l("Second signature: approves payment orders"),
    FunderRole.ELECTED: _l("Elected member: sees the agenda and decides"),
    FunderRole.AUDITOR: _l("Auditor: reads everything, changes nothing"),
}
FUNDER_KINDS = {
    FunderKind.COMMUNE: _l("Commune"),
    FunderKind.COMMUNITY: _l("Community of communes"),
    FunderKind.AGGLOMERATION: _l("Agglomeration community"),
    FunderKind.URBAN_COMMUNITY: _l("Urban community"),
    FunderKind.METROPOLIS: _l("Metropolis"),
    FunderKind.DEPARTMENT: _l("Department"),
    FunderKind.REGION: _l("Region"),
    FunderKind.PARTNER: _l("Partner"),
}
FAMILIES = {
    Family.ASSOCIATION: _l("Associations"),
    Family.COOPERATIVE: _l("Cooperatives"),
    Family.MUTUAL: _l("Mutual societies"),
    Family.FOUNDATION: _l("Foundations"),
    Family.COMPANY: _l("Companies"),
    Family.PUBLIC: _l("Public bodies"),
    Family.OTHER: _l("Other forms"),
}
LANGUAGES = {"fr": "Français", "en": "English"}
