"""Who may see and change persons, organisations, funders and their members."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import exists, false, or_, select, true

from grants.kernel.access import FunderRole, OrganisationRole, Rule
from grants.people.models import Funder, FunderMember, Organisation, Person, SignIn

ADMINISTRATOR = FunderRole.ADMINISTRATOR
SEES_PEOPLE = (FunderRole.ADMINISTRATOR, FunderRole.AUDITOR)


def _works_for(person: Person, funders: frozenset[UUID]) -> bool:
    return any(member.funder_id in funders for member in person.funder_roles)


is_operator = Rule(
    "runs the installation",
    lambda actor, _row: actor.is_operator,
    lambda actor: true() if actor.is_operator else false(),
)

is_self = Rule(
    "is that person",
    lambda actor, person: person.id == actor.id,
    lambda actor: Person.id == actor.id,
)

is_own_sign_in = Rule(
    "is signed in there",
    lambda actor, sign_in: sign_in.person_id == actor.id,
    lambda actor: SignIn.person_id == actor.id,
)

works_for_my_funder = Rule(
    "holds a role for a funder of mine",
    lambda actor, person: _works_for(person, actor.funders_as(*SEES_PEOPLE)),
    lambda actor: exists(
        select(FunderMember.id).where(
            FunderMember.person_id == Person.id,
            FunderMember.funder_id.in_(actor.funders_as(*SEES_PEOPLE)),
        )
    ),
)

can_see_person = (is_operator | works_for_my_funder).named("may see this person's roles")

is_member = Rule(
    "is a member of the organisation",
    lambda actor, organisation: organisation.id in actor.organisations,
    lambda actor: Organisation.id.in_(actor.organisations),
)

is_representative = Rule(
    "represents the organisation",
    lambda actor, organisation: (
        organisation.id in actor.organisations_as(OrganisationRole.REPRESENTATIVE)
    ),
    lambda actor: Organisation.id.in_(actor.organisations_as(OrganisationRole.REPRESENTATIVE)),
)

KEEPERS = (OrganisationRole.REPRESENTATIVE, OrganisationRole.TREASURER)

keeps_accounts = Rule(
    "represents the organisation or keeps its money",
    lambda actor, organisation: organisation.id in actor.organisations_as(*KEEPERS),
    lambda actor: Organisation.id.in_(actor.organisations_as(*KEEPERS)),
)

administers = Rule(
    "administers the funder",
    lambda actor, funder: actor.is_operator or funder.id in actor.funders_as(ADMINISTRATOR),
    lambda actor: or_(
        true() if actor.is_operator else false(), Funder.id.in_(actor.funders_as(ADMINISTRATOR))
    ),
)

can_see_funder = Rule(
    "may see the funder's settings",
    lambda actor, funder: actor.is_operator or funder.id in actor.funders_as(*SEES_PEOPLE),
    lambda actor: or_(
        true() if actor.is_operator else false(), Funder.id.in_(actor.funders_as(*SEES_PEOPLE))
    ),
)
