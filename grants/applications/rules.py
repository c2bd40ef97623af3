"""Who may do what with an application. Recusal outranks every role: it is in each rule here."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, false, select, true

from grants.applications.models import Application
from grants.calls.models import Call, CallFunder
from grants.kernel.access import SYSTEM, Actor, FunderRole, OrganisationRole, Rule

not_recused = Rule(
    "is not recused",
    lambda actor, application: application.id not in actor.recused_from,
    lambda actor: (
        Application.id.not_in(sorted(actor.recused_from)) if actor.recused_from else true()
    ),
)

is_applicant_in_person = Rule(
    "is the natural person who applies",
    lambda actor, application: (
        application.organisation_id is None and application.author_id == actor.id
    ),
    lambda actor: Application.organisation_id.is_(None) & (Application.author_id == actor.id),
)


def _holds_in_organisation(name: str, *roles: OrganisationRole) -> Rule:
    return Rule(
        name,
        lambda actor, application: application.organisation_id in actor.organisations_as(*roles),
        lambda actor: _among_organisations(actor.organisations_as(*roles)),
    )


def _among_organisations(organisations: frozenset[UUID]) -> ColumnElement[bool]:
    return Application.organisation_id.in_(sorted(organisations)) if organisations else false()


def _holds_for_funder(name: str, *roles: FunderRole) -> Rule:
    return Rule(
        name,
        # Most actors hold nothing for any funder: then the call's funders need not be loaded.
        lambda actor, application: bool(
            (theirs := actor.funders_as(*roles))
            and theirs & {one.funder_id for one in application.call.funders}
        ),
        lambda actor: _in_calls_of(actor.funders_as(*roles)),
    )


def _in_calls_of(funders: frozenset[UUID]) -> ColumnElement[bool]:
    if not funders:
        return false()
    theirs = select(CallFunder.call_id).where(CallFunder.funder_id.in_(sorted(funders)))
    return Application.call_id.in_(theirs)


was_submitted = Rule(
    "was submitted",
    lambda _actor, application: application.submitted_at is not None,
    lambda _actor: Application.submitted_at.is_not(None),
)

# The applicant's side.
_is_member = _holds_in_organisation("is a member of the organisation", *OrganisationRole)
_fills_in = _holds_in_organisation(
    "fills in for the organisation", OrganisationRole.REPRESENTATIVE, OrganisationRole.EDITOR
)
_signs = _holds_in_organisation("represents the organisation", OrganisationRole.REPRESENTATIVE)

is_author_side = ((_is_member | is_applicant_in_person) & not_recused).named(
    "is on the applicant's side"
)
may_fill = ((_fills_in | is_applicant_in_person) & not_recused).named("may fill in")
may_submit = ((_signs | is_applicant_in_person) & not_recused).named("may submit")

# The funders' side: nobody there sees a draft.
_works_for_funder = _holds_for_funder("is an officer of a funder", FunderRole.OFFICER)
READERS = (FunderRole.OFFICER, FunderRole.AUDITOR, FunderRole.ELECTED)
_reads_for_funder = _holds_for_funder("reads for a funder", *READERS)
_decides_for_funder = _holds_for_funder(
    "decides for a funder", FunderRole.OFFICER, FunderRole.ELECTED, FunderRole.ADMINISTRATOR
)
_pays_for_funder = _holds_for_funder(
    "pays for a funder", FunderRole.OFFICER, FunderRole.FINANCE, FunderRole.APPROVER
)

is_officer = (_works_for_funder & was_submitted & not_recused).named("is the officer")
is_funder_side = (_reads_for_funder & was_submitted & not_recused).named("reads for a funder")
may_decide = (_decides_for_funder & was_submitted & not_recused).named("records the decision")
may_pay = (_pays_for_funder & was_submitted & not_recused).named("follows the payment")

can_read = (is_author_side | is_funder_side).named("may read the application")

is_system = Rule(
    "is the software itself",
    lambda actor, _application: actor.id == SYSTEM.id,
    lambda actor: true() if actor.id == SYSTEM.id else false(),
)


def call_is_read_for_funder(actor: Actor) -> ColumnElement[bool]:
    """The calls whose submitted applications the actor may list, in SQL."""
    theirs = sorted(actor.funders_as(*READERS))
    if not theirs:
        return false()
    return Call.id.in_(select(CallFunder.call_id).where(CallFunder.funder_id.in_(theirs)))


def may_apply_for(actor: Actor, organisation_id: UUID | None) -> bool:
    """Whether the actor may begin a draft for this organisation, or for themselves (None)."""
    if organisation_id is None:
        return True
    filling = (OrganisationRole.REPRESENTATIVE, OrganisationRole.EDITOR)
    return organisation_id in actor.organisations_as(*filling)
